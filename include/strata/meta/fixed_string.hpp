// A string literal as a template argument: mark<"code">, until<Net, "code">.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/meta/language.hpp"

#include <cstddef>
#include <string_view>

namespace strata::inline STRATA_TARGET {

/// A name known to the compiler. Two names are the same type argument exactly when their letters are equal.
template <std::size_t Size>
struct fixed_string {
    char letters[Size]{}; ///< and a 0 behind them

    /// Of a string literal.
    // NOLINTNEXTLINE(google-explicit-constructor): a literal is meant to become a name by itself.
    consteval fixed_string(const char (&literal)[Size]) {
        for (std::size_t i = 0; i < Size; ++i) letters[i] = literal[i];
    }

    /// The letters.
    [[nodiscard]] constexpr std::string_view view() const { return {letters, Size - 1}; }

    template <std::size_t Other>
    constexpr bool operator==(const fixed_string<Other>& other) const {
        return view() == other.view();
    }
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
