// A grey page on which pictures, rectangles and short texts are placed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

namespace examples {

/// A place or a size in pixels, counted from the upper left corner.
struct pixels {
    std::size_t x = 0;
    std::size_t y = 0;
};

/// How many pixels a text takes at a magnification. Letters are about 6 wide and 12 high, times that.
pixels text_size(std::string_view text, std::size_t magnification = 1);

/// A grey picture, 0 black and 255 white. What reaches beyond its edge is cut off.
class canvas {
public:
    canvas(std::size_t width, std::size_t height, std::uint8_t background = 255);

    [[nodiscard]] std::size_t width() const { return width_; }
    [[nodiscard]] std::size_t height() const { return height_; }
    [[nodiscard]] std::uint8_t at(std::size_t x, std::size_t y) const { return bytes_.at(y * width_ + x); }

    void fill(pixels corner, pixels size, std::uint8_t ink);

    /// Places values in [0, 1], row by row, each as a square of magnification x magnification pixels.
    /// Throws std::invalid_argument when there are not size.x * size.y values.
    void picture(pixels corner, std::span<const float> values, pixels size, std::size_t magnification = 1);

    /// Writes printable ASCII; anything else becomes a question mark.
    void text(pixels corner, std::string_view text, std::size_t magnification = 1, std::uint8_t ink = 0);

    /// Throws as write_png does.
    void write(const std::filesystem::path& path) const;

private:
    std::size_t width_;
    std::size_t height_;
    std::vector<std::uint8_t> bytes_;
};

} // namespace examples
