// The module of examples/browser as a native program: trains both networks as module.mjs does, prints their losses and leaves
// their weights in a folder: native TRAINING_IMAGES TEST_IMAGES FOLDER. The images are IDX files, not packed.

#include "browser/module.cpp"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>

extern "C" {

void host_raise(const char* type, const char* message) {
    std::fprintf(stderr, "%s: %s\n", type, message);
    std::exit(1);
}

void host_report(std::size_t, std::size_t, float) {}
}

namespace {

void read(std::size_t set, const char* path) {
    std::ifstream file{path, std::ios::binary};
    const std::string content{std::istreambuf_iterator<char>{file}, {}};
    std::copy_n(reinterpret_cast<const std::byte*>(content.data()), content.size(),
                byte_buffer(content.size()));
    read_digits(set);
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 4) return 2;
    read(0, argv[1]);
    read(1, argv[2]);
    for (std::size_t network = 0; network < 2; ++network) {
        for (int epoch = 1; epoch <= 2; ++epoch) {
            const auto start = std::chrono::steady_clock::now();
            const float loss = train_epoch(network);
            const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
            std::printf("%zu %d %.9g %.9g %.3f\n", network, epoch, static_cast<double>(loss),
                        static_cast<double>(test_loss(network)), seconds.count());
        }
        const std::size_t size = save_weights(network);
        std::ofstream file{std::string{argv[3]} + "/native-" + std::to_string(network) + ".safetensors",
                           std::ios::binary};
        file.write(reinterpret_cast<const char*>(byte_buffer(size)), static_cast<std::streamsize>(size));
    }
}
