// gzip and xz files, to their ends or to 16 MiB.
#include "fuzz.hpp"

#include "support/data/byte_reader.hpp"
#include "support/file.hpp"

#include <array>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const fuzz::file file{{data, size}};
    const fuzz::allocation_limit limit{fuzz::limit_of({data, size})};
    static std::array<std::uint8_t, 65536> block;
    try {
        examples::byte_reader reader{file.path()};
        for (std::size_t total = 0; total < (std::size_t{1} << 24);) {
            const std::size_t found = reader.read(block);
            if (found < block.size()) break;
            total += found;
        }
    } catch (const examples::file_error& error) {
        fuzz::check_names(error, file.path());
    }
    return 0;
}
