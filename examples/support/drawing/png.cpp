// The only file that holds stb_image_write.
#include "support/drawing/png.hpp"

#include "support/file.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>
#include <vector>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
// Static and without files, so that it neither collides with a libstb linked elsewhere nor writes on its own.
#define STB_IMAGE_WRITE_STATIC
#define STBI_WRITE_NO_STDIO
#define STB_IMAGE_WRITE_IMPLEMENTATION
#include <stb/stb_image_write.h>
#pragma GCC diagnostic pop

namespace examples {
namespace {

// stb counts bytes in int, and its compressor wants room besides.
constexpr std::size_t most_pixels = std::size_t{1} << 28;

void check_size(std::size_t found, std::size_t height, std::size_t width) {
    const bool countable = width != 0 && height != 0 && height <= most_pixels / width;
    if (!countable || found != height * width) {
        throw std::invalid_argument{"write_png: " + std::to_string(found) + " values for a picture of " +
                                    std::to_string(height) + " x " + std::to_string(width) +
                                    ", expected height times width, from 1 to " +
                                    std::to_string(most_pixels)};
    }
}

} // namespace

std::uint8_t grey(float value) {
    // Written so that NaN, which compares false to everything, takes the first way.
    if (!(value > 0.0f)) return 0;
    return static_cast<std::uint8_t>(std::lround(std::min(value, 1.0f) * 255.0f));
}

void write_png(const std::filesystem::path& path, std::span<const std::uint8_t> pixels, std::size_t height,
               std::size_t width) {
    check_size(pixels.size(), height, width);
    std::string file;
    const auto append = [](void* context, void* data, int size) {
        static_cast<std::string*>(context)->append(static_cast<const char*>(data),
                                                   static_cast<std::size_t>(size));
    };
    const int columns = static_cast<int>(width);
    if (stbi_write_png_to_func(append, &file, columns, static_cast<int>(height), 1, pixels.data(), columns) ==
        0) {
        throw file_error{path, "cannot be written: the picture could not be compressed"};
    }
    write_file(path, file);
}

void write_png(const std::filesystem::path& path, std::span<const float> pixels, std::size_t height,
               std::size_t width) {
    check_size(pixels.size(), height, width);
    std::vector<std::uint8_t> bytes(pixels.size());
    std::transform(pixels.begin(), pixels.end(), bytes.begin(), grey);
    write_png(path, std::span<const std::uint8_t>{bytes}, height, width);
}

} // namespace examples
