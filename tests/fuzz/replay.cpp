// Runs a fuzz target once for each file of the folders that are named, for compilers without libFuzzer: whatever was found
// once stays mended. Each is tried with every byte left out, and cut at every place, too.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int main(int count, char** folders) {
    std::size_t files = 0;
    for (int i = 1; i < count; ++i)
        for (const auto& entry : std::filesystem::directory_iterator{folders[i]}) {
            std::ifstream file{entry.path(), std::ios::binary};
            const std::vector<std::uint8_t> bytes{std::istreambuf_iterator<char>{file}, {}};
            LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
            const std::size_t step = bytes.size() / 500 + 1;
            for (std::size_t end = 0; end < bytes.size(); end += step) {
                LLVMFuzzerTestOneInput(bytes.data(), end);
                std::vector<std::uint8_t> flipped = bytes;
                flipped[end] ^= static_cast<std::uint8_t>(1 + end % 255);
                LLVMFuzzerTestOneInput(flipped.data(), flipped.size());
            }
            ++files;
        }
    std::printf("%zu files\n", files);
    return files == 0;
}
