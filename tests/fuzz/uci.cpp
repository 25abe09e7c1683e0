// A folder of UCI's text files: the four files of the input, apart by zero bytes.
#include "fuzz.hpp"

#include "support/data/uci.hpp"
#include "support/file.hpp"

#include <array>
#include <fstream>

namespace {

/// Once a process, removed at its end.
const std::filesystem::path& folder() {
    struct owned {
        std::filesystem::path path;
        owned() {
            std::string name = (std::filesystem::temp_directory_path() / "fuzz-uci-XXXXXX").string();
            if (mkdtemp(name.data()) == nullptr) std::abort();
            path = name;
            std::filesystem::create_directory(path / "train");
            std::filesystem::create_directory(path / "test");
        }
        ~owned() { std::filesystem::remove_all(path); }
    };
    static const owned one;
    return one.path;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view text{reinterpret_cast<const char*>(data), size};
    for (const char* name :
         {"train/X_train.txt", "train/y_train.txt", "test/X_test.txt", "test/y_test.txt"}) {
        const std::size_t end = std::min(text.find('\0'), text.size());
        std::ofstream{folder() / name, std::ios::binary | std::ios::trunc} << text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    const fuzz::allocation_limit limit{size * 16};
    try {
        const examples::table found = examples::read_uci(folder());
        if (found.values.size() != found.rows * found.features || found.labels.size() != found.rows)
            std::abort();
    } catch (const examples::file_error& error) {
        fuzz::check_names(error, folder());
    }
    return 0;
}
