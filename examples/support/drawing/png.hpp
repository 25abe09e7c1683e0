// PNG files: grey pictures, eight bits a pixel.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

namespace examples {

/// The grey of a value in [0, 1], rounded to nearest; values outside are clamped, and NaN is black.
std::uint8_t grey(float value);

/// Writes height x width values in [0, 1], row by row, as grey(value). Throws std::invalid_argument when
/// there are not height * width values or none at all, and file_error when the file cannot be written, which
/// then stays as it was.
void write_png(const std::filesystem::path& path, std::span<const float> pixels, std::size_t height,
               std::size_t width);

/// The same for bytes, 0 black and 255 white.
void write_png(const std::filesystem::path& path, std::span<const std::uint8_t> pixels, std::size_t height,
               std::size_t width);

} // namespace examples
