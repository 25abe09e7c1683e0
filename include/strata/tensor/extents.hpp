// The shape of one sample as a value: extents{28, 28, 1}, written shape<28, 28, 1>.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/meta/language.hpp"
#include "strata/meta/raise.hpp"

#include <array>
#include <cstddef>
#include <limits>
#include <stdexcept>
#include <string>

namespace strata::inline STRATA_TARGET {

/// How many numbers a register tile, a cache line and every padded row come in: 16 floats are 64 bytes.
inline constexpr std::size_t floats_per_line = 16;

/// The most floats that a sample, the weights of a network or the memory of a workspace may have: 2^48, which
/// are a pebibyte. Larger ones are refused by the compiler.
inline constexpr std::size_t most_floats =
    std::numeric_limits<std::size_t>::max() / (sizeof(std::size_t) >= 8 ? 65536 : 16);

/// In place of a count that is larger than this: a whole number of lines, and above most_floats.
inline constexpr std::size_t too_many =
    std::numeric_limits<std::size_t>::max() / floats_per_line * floats_per_line;

/// a + b, or too_many if that is less.
constexpr std::size_t add_sizes(std::size_t a, std::size_t b) {
    return b >= too_many || a >= too_many - b ? too_many : a + b;
}

/// a * b, or too_many if that is less.
constexpr std::size_t multiply_sizes(std::size_t a, std::size_t b) {
    constexpr std::size_t root = std::size_t{1} << (4 * sizeof(std::size_t));
    if (a < root && b < root) return a * b < too_many ? a * b : too_many;
    return a != 0 && b > too_many / a ? too_many : a * b;
}

/// rows * width. Throws std::length_error if no memory holds as many floats.
inline std::size_t count_of_floats(std::size_t rows, std::size_t width) {
    const std::size_t floats = multiply_sizes(rows, width);
    if (floats > most_floats)
        detail::raise<std::length_error>(
            {rows, " rows of ", width, " floats are more than any memory holds"});
    return floats;
}

/// Rounds a count of floats up to whole 64-byte lines. The same on every architecture, so that offsets and
/// files do not depend on compiler flags.
constexpr std::size_t padded(std::size_t floats) {
    return add_sizes(floats, floats_per_line - 1) / floats_per_line * floats_per_line;
}

/// Floats from one row of a block to the next: whole lines, and one more where rows would lie whole KiB
/// apart. A column of those falls into so few sets of the first cache that 32 rows evict one another.
constexpr std::size_t row_stride(std::size_t width) {
    const std::size_t lines = padded(width);
    return lines > 0 && lines % 256 == 0 ? add_sizes(lines, floats_per_line) : lines;
}

/// The shape of one sample (without the batch): up to four extents, slowest first; images are height x width
/// x channels. A structural type, so that it may be a template argument.
struct extents {
    static constexpr std::size_t max_rank = 4; ///< axes at most

    std::size_t rank = 0;         ///< how many axes there are
    std::size_t size[max_rank]{}; ///< of each axis, slowest first

    constexpr extents() = default;

    /// One to four sizes.
    template <class... Sizes>
    requires(sizeof...(Sizes) > 0 && sizeof...(Sizes) <= max_rank)
    explicit constexpr extents(Sizes... sizes)
        : rank{sizeof...(Sizes)}, size{static_cast<std::size_t>(sizes)...} {}

    /// The size of an axis, from 0 on.
    constexpr std::size_t operator[](std::size_t axis) const { return size[axis]; }

    /// The number of values in one sample: the product of the extents, or too_many.
    [[nodiscard]] constexpr std::size_t count() const {
        std::size_t product = 1;
#pragma GCC unroll 1 // in each place where a shape is counted
        for (std::size_t axis = 0; axis < rank; ++axis) product = multiply_sizes(product, size[axis]);
        return product;
    }

    /// The size of the last axis; 1 where there is none.
    [[nodiscard]] constexpr std::size_t last() const { return rank == 0 ? 1 : size[rank - 1]; }

    constexpr bool operator==(const extents&) const = default;
};

/// The shape with these extents: shape<28, 28, 1>.
template <std::size_t... Sizes>
inline constexpr extents shape{Sizes...};

/// Whether samples of the shape `given` are samples of the shape `wanted`: axes of size 1 may be left out or
/// added, and one flat axis may hold them all.
constexpr bool is_sample_of(const extents& given, const extents& wanted) {
    if (given.rank == 1 && given.size[0] == wanted.count()) return true;
    std::size_t axis = 0;
    for (std::size_t i = 0; i < given.rank; ++i) {
        if (given.size[i] == 1) continue;
        while (axis < wanted.rank && wanted.size[axis] == 1) ++axis;
        if (axis == wanted.rank || wanted.size[axis] != given.size[i]) return false;
        ++axis;
    }
    while (axis < wanted.rank && wanted.size[axis] == 1) ++axis;
    return axis == wanted.rank;
}

/// "28 x 28 x 1", for tables and error messages.
[[gnu::cold, gnu::noinline]] inline std::string to_string(const extents& e) {
    std::string text;
    for (std::size_t axis = 0; axis < e.rank; ++axis)
        text.append(detail::text_of({axis == 0 ? "" : " x ", e[axis]}));
    return text;
}

/// A sample's shape as a type, so that the return type of predict can depend on it.
template <extents Sample>
struct sample_shape {};

} // namespace strata

#include "strata/meta/macros_back.hpp"
