// Images of digits in the memory of the module: read from the bytes of an IDX file, and with the noise of the examples.
#pragma once

#include "strata/core.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <vector>

namespace examples::browser {

inline constexpr std::size_t pixels = 28 * 28;

/// The images of an IDX file of 28 x 28 bytes each (yann.lecun.com's description of MNIST). They become numbers when they are
/// asked for, since all of them take a while.
class image_file {
public:
    image_file() = default;
    /// Throws std::invalid_argument for any other file.
    explicit image_file(std::span<const std::byte> file) : bytes_(file.begin(), file.end()) {
        constexpr std::uint32_t magic = 0x00000803; // unsigned bytes in three dimensions
        if (file.size() < header || word(0) != magic || word(2) != 28 || word(3) != 28 ||
            file.size() - header != std::uint64_t{word(1)} * pixels)
            strata::detail::raise<std::invalid_argument>("this is no IDX file of images of 28 x 28 bytes");
    }

    [[nodiscard]] std::size_t size() const { return bytes_.empty() ? 0 : word(1); }

    /// The pixels of some images, one after the other with values from 0 to 1.
    [[nodiscard]] std::vector<float> images(std::size_t first, std::size_t count) const {
        std::vector<float> values(count * pixels);
        for (std::size_t i = 0; i < values.size(); ++i)
            values[i] =
                static_cast<float>(std::to_integer<int>(bytes_[header + first * pixels + i])) / 255.0f;
        return values;
    }

private:
    static constexpr std::size_t header = 16;

    [[nodiscard]] std::uint32_t word(std::size_t i) const {
        std::uint32_t value = 0;
        for (std::size_t k = 0; k < 4; ++k)
            value = value << 8 | std::to_integer<std::uint32_t>(bytes_[4 * i + k]);
        return value;
    }

    std::vector<std::byte> bytes_;
};

/// Adds U(0, 0.3) to every pixel, as interpolation does; the sums are not clipped.
inline std::vector<float> with_noise(std::span<const float> clean, strata::seed s, std::uint64_t stream) {
    std::vector<float> noisy(clean.size());
    strata::fill_uniform(noisy, 0.0f, 0.3f, s, stream);
    for (std::size_t i = 0; i < noisy.size(); ++i) noisy[i] += clean[i];
    return noisy;
}

} // namespace examples::browser
