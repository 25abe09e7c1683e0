// CSV files.
#include "fuzz.hpp"

#include "support/data/csv.hpp"
#include "support/file.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const fuzz::file file{{data, size}};
    const fuzz::allocation_limit limit{fuzz::limit_of({data, size})};
    try {
        const examples::table found = examples::read_csv(file.path());
        if (found.values.size() != found.rows * found.features || found.labels.size() != found.rows)
            std::abort();
        for (const auto label : found.labels)
            if (static_cast<std::size_t>(label) >= found.classes) std::abort();
    } catch (const examples::file_error& error) {
        fuzz::check_names(error, file.path());
    }
    return 0;
}
