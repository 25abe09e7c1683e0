// A real number as a template argument: dropout<0.3>, gaussian_noise<0.1>.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/meta/language.hpp"

#include <bit>
#include <charconv>
#include <cstdint>
#include <string>
#include <type_traits>

namespace strata::inline STRATA_TARGET {

/// A float known to the compiler. Two are the same template argument exactly when they are equal. (A class,
/// since Clang takes plain floats there only from version 18 on.)
struct float_constant {
    float value; ///< the number, rounded to a float

    /// Of a literal: 0.3, 0.3f or 2. (Clang 16 converts no int to a double on the way to here.)
    template <class Number>
    requires std::is_arithmetic_v<Number>
    // NOLINTNEXTLINE(google-explicit-constructor): a literal is meant to become a number by itself.
    consteval float_constant(Number literal) : value{static_cast<float>(literal)} {}

    constexpr bool operator==(const float_constant&) const = default;

    /// Whether it is neither a NaN nor infinite.
    [[nodiscard]] consteval bool finite() const {
        return (std::bit_cast<std::uint32_t>(value) & 0x7f800000u) != 0x7f800000u;
    }
};

/// As short as it can be and still be that number, whatever the locale: "0.3", "2", "1e-07".
inline std::string to_string(float_constant n) {
    char text[32];
    return {text, std::to_chars(text, text + sizeof text, n.value).ptr};
}

} // namespace strata

#include "strata/meta/macros_back.hpp"
