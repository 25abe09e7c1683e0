// A tensor in a file: its name, its shape, and its bytes as they lie there.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/io/element_type.hpp"
#include "strata/meta/raise.hpp"

#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace strata::inline STRATA_TARGET {

/// The elements lie in row-major order, the last axis fastest, each with its least significant byte first. A shape
/// without axes is that of a single number; an axis of size 0 leaves none. The bytes belong to whoever made this.
struct named_tensor {
    std::string name;                      ///< in the file
    element_type type = element_type::f32; ///< of its elements
    std::vector<std::size_t> shape;        ///< the extents, slowest first
    std::span<const std::byte> bytes;      ///< the elements

    /// The number of elements.
    [[nodiscard]] std::size_t count() const { return bytes.size() * 8 / detail::facts_of(type).bits; }
};

namespace detail {

/// a * b, or nothing if that does not fit.
constexpr std::optional<std::size_t> checked_product(std::size_t a, std::size_t b) {
    if (b != 0 && a > std::numeric_limits<std::size_t>::max() / b) return std::nullopt;
    return a * b;
}

/// How many bits the elements have, multiplied from the first axis on as other readers do; nothing if that does not
/// fit into std::size_t.
inline std::optional<std::size_t> bits_of_tensor(element_type type, std::span<const std::size_t> shape) {
    std::optional<std::size_t> result = 1;
    for (const std::size_t size : shape)
        if (result) result = checked_product(*result, size);
    return result ? checked_product(*result, facts_of(type).bits) : result;
}

/// "F32 of shape [2, 3]"
[[gnu::cold, gnu::noinline]] inline std::string text_of_elements(element_type type,
                                                                 std::span<const std::size_t> shape) {
    std::string text = to_string(type).append(" of shape [");
    for (std::size_t axis = 0; axis < shape.size(); ++axis)
        text.append(text_of({axis == 0 ? "" : ", ", shape[axis]}));
    return text.append("]");
}

/// How many bytes the tensor takes. Throws Error if that is no whole number, or more than std::size_t holds.
template <class Error>
std::size_t bytes_of_tensor(const std::string& place, element_type type, std::span<const std::size_t> shape) {
    const std::optional<std::size_t> bits = bits_of_tensor(type, shape);
    if (!bits)
        raise<Error>({place, text_of_elements(type, shape),
                      " has more bits than can be counted, expected at most ",
                      std::numeric_limits<std::size_t>::max()});
    if (*bits % 8 != 0)
        raise<Error>({place, text_of_elements(type, shape), " has ", *bits, " bits, expected whole bytes"});
    return *bits / 8;
}

} // namespace detail

} // namespace strata

#include "strata/meta/macros_back.hpp"
