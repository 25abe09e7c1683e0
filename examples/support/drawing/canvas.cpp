// Drawing on the canvas; the only file that holds stb_easy_font, whose letters are quads of whole pixels.
#include "support/drawing/canvas.hpp"

#include "support/drawing/png.hpp"

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <string>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wunused-function"
#include <stb/stb_easy_font.h>
#pragma GCC diagnostic pop

namespace examples {
namespace {

// The font has no other letters, and reads past its tables when asked for one.
std::string printable(std::string_view text) {
    std::string result{text};
    for (char& letter : result) {
        if (letter < ' ' || letter > '~') letter = '?';
    }
    return result;
}

constexpr std::size_t line_height = 12;

} // namespace

pixels text_size(std::string_view text, std::size_t magnification) {
    std::string letters = printable(text);
    return {static_cast<std::size_t>(stb_easy_font_width(letters.data())) * magnification,
            line_height * magnification};
}

canvas::canvas(std::size_t width, std::size_t height, std::uint8_t background)
    : width_{width}, height_{height}, bytes_(width * height, background) {}

void canvas::fill(pixels corner, pixels size, std::uint8_t ink) {
    const std::size_t left = std::min(corner.x, width_);
    const std::size_t count = std::min(size.x, width_ - left);
    const std::size_t top = std::min(corner.y, height_);
    const std::size_t bottom = top + std::min(size.y, height_ - top);
    for (std::size_t y = top; y < bottom; ++y) std::fill_n(bytes_.data() + y * width_ + left, count, ink);
}

void canvas::picture(pixels corner, std::span<const float> values, pixels size, std::size_t magnification) {
    if (values.size() != size.x * size.y) {
        throw std::invalid_argument{"canvas::picture: " + std::to_string(values.size()) +
                                    " values, expected " + std::to_string(size.x) + " x " +
                                    std::to_string(size.y)};
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
        const pixels place{corner.x + i % size.x * magnification, corner.y + i / size.x * magnification};
        fill(place, {magnification, magnification}, grey(values[i]));
    }
}

void canvas::text(pixels corner, std::string_view text, std::size_t magnification, std::uint8_t ink) {
    // A quad is four corners, a corner is x, y, z as floats and a colour of the same size; no letter has 24
    // quads.
    constexpr std::size_t floats_per_quad = 16;
    std::string letters = printable(text);
    std::vector<float> quads(letters.size() * 24 * floats_per_quad);
    const int bytes = static_cast<int>(quads.size() * sizeof(float));
    const int count = stb_easy_font_print(0.0f, 0.0f, letters.data(), nullptr, quads.data(), bytes);
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
        const float* first = quads.data() + i * floats_per_quad;
        const float* opposite = first + 8;
        const auto whole = [&](float value) { return static_cast<std::size_t>(value) * magnification; };
        fill({corner.x + whole(first[0]), corner.y + whole(first[1])},
             {whole(opposite[0] - first[0]), whole(opposite[1] - first[1])}, ink);
    }
}

void canvas::write(const std::filesystem::path& path) const {
    write_png(path, std::span<const std::uint8_t>{bytes_}, height_, width_);
}

} // namespace examples
