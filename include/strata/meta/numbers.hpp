// Which numbers options take.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/meta/language.hpp"
#include "strata/meta/raise.hpp"

#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>

namespace strata::inline STRATA_TARGET::detail {

/// What kernels::is_finite answers (see there), for options and files, which know of no instruction set.
[[gnu::noinline]] inline bool is_finite_number(const float& value) {
    std::uint32_t bits;
    std::memcpy(&bits, &value, sizeof bits);
    return (bits & 0x7fffffffu) < 0x7f800000u;
}
[[gnu::noinline]] inline bool is_finite_number(const double& value) {
    std::uint64_t bits;
    std::memcpy(&bits, &value, sizeof bits);
    return (bits & 0x7fffffffffffffffu) < 0x7ff0000000000000u;
}

[[noreturn]] inline void refuse_number(std::string_view what, float value, std::string_view must) {
    detail::raise<std::invalid_argument>({what, " is ", value, ", but must be ", must});
}

/// Throws std::invalid_argument unless a number is finite.
inline void check_finite(std::string_view what, const float& value) {
    if (!is_finite_number(value)) refuse_number(what, value, "a finite number");
}

/// Throws std::invalid_argument unless a number is finite and at least 0.
inline void check_not_negative(std::string_view what, const float& value) {
    if (!is_finite_number(value) || value < 0.0f) refuse_number(what, value, "a finite number, at least 0");
}

/// Throws std::invalid_argument unless a number is at least 0 and below 1.
inline void check_fraction(std::string_view what, const float& value) {
    if (!is_finite_number(value) || value < 0.0f || value >= 1.0f)
        refuse_number(what, value, "at least 0 and below 1");
}

} // namespace strata::detail

#include "strata/meta/macros_back.hpp"
