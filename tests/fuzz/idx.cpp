// IDX files, raw and compressed: the first byte of the input is the rank that is asked for.
#include "fuzz.hpp"

#include "support/data/idx.hpp"
#include "support/file.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::span<const std::uint8_t> bytes{data + 1, size - 1};
    const fuzz::file file{bytes};
    // Compressed bytes come to a thousand times as many, at most.
    const fuzz::allocation_limit limit{fuzz::limit_of(bytes)};
    try {
        const examples::idx_data found = examples::read_idx(file.path(), 1 + data[0] % 4, 1000);
        std::size_t count = 1;
        for (const std::size_t dimension : found.dimensions) count *= dimension;
        if (count != found.bytes.size()) std::abort();
    } catch (const examples::file_error& error) {
        fuzz::check_names(error, file.path());
    }
    return 0;
}
