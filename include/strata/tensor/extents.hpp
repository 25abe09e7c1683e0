// The shape of one sample as a value: extents{28, 28, 1}, written shape<28, 28, 1>.
#pragma once

#include "strata/meta/language.hpp"

#include <array>
#include <cstddef>
#include <string>

namespace strata {

/// How many numbers a register tile, a cache line and every padded row come in: 16 floats are 64 bytes.
inline constexpr std::size_t floats_per_line = 16;

/// Rounds a count of floats up to whole 64-byte lines. The same on every architecture, so that offsets and
/// files do not depend on compiler flags.
constexpr std::size_t padded(std::size_t floats) {
    return (floats + floats_per_line - 1) / floats_per_line * floats_per_line;
}

/// Floats from one row of a block to the next: whole lines, and one more where rows would lie whole KiB
/// apart. A column of those falls into so few sets of the first cache that 32 rows evict one another.
constexpr std::size_t row_stride(std::size_t width) {
    const std::size_t lines = padded(width);
    return lines > 0 && lines % 256 == 0 ? lines + floats_per_line : lines;
}

/// The shape of one sample (without the batch): up to four extents, slowest first; images are height x width
/// x channels. A structural type, so that it may be a template argument.
struct extents {
    static constexpr std::size_t max_rank = 4;

    std::size_t rank = 0;
    std::size_t size[max_rank]{};

    constexpr extents() = default;

    template <class... Sizes>
    requires(sizeof...(Sizes) > 0 && sizeof...(Sizes) <= max_rank) explicit constexpr extents(Sizes... sizes)
        : rank{sizeof...(Sizes)}, size{static_cast<std::size_t>(sizes)...} {}

    constexpr std::size_t operator[](std::size_t axis) const { return size[axis]; }

    /// The number of values in one sample: the product of the extents.
    [[nodiscard]] constexpr std::size_t count() const {
        std::size_t product = 1;
        for (std::size_t axis = 0; axis < rank; ++axis) product *= size[axis];
        return product;
    }

    [[nodiscard]] constexpr std::size_t last() const { return rank == 0 ? 1 : size[rank - 1]; }

    constexpr bool operator==(const extents&) const = default;
};

/// The shape with these extents: shape<28, 28, 1>.
template <std::size_t... Sizes>
inline constexpr extents shape{Sizes...};

/// "28 x 28 x 1", for tables and error messages.
inline std::string to_string(const extents& e) {
    std::string text;
    for (std::size_t axis = 0; axis < e.rank; ++axis) {
        if (axis != 0) text += " x ";
        text += std::to_string(e[axis]);
    }
    return text;
}

} // namespace strata
