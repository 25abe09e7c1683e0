// Class indices: any range of integers, one for each sample, or for each pixel of each sample.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/meta/language.hpp"
#include "strata/meta/raise.hpp"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

namespace strata::inline STRATA_TARGET {

/// Integers that count from 0: std::vector<int>, std::span<const std::uint8_t>, with xtensor.hpp an
/// xt::xtensor<int, 1>.
template <class Indices>
concept class_indices = requires(const Indices& indices) {
    std::begin(indices);
    std::end(indices);
    { std::size(indices) } -> std::convertible_to<std::size_t>;
} && std::integral<std::remove_cvref_t<decltype(*std::begin(std::declval<const Indices&>()))>>;

namespace detail {

/// The class, once it is known to be one of so many. Throws std::invalid_argument if it is not.
template <std::integral Index>
std::size_t checked_class(Index index, std::size_t classes, std::size_t place) {
    bool negative = false;
    if constexpr (std::is_signed_v<Index>) negative = index < 0;
    if (negative || static_cast<std::uintmax_t>(index) >= classes)
        detail::raise<std::invalid_argument>({"class index ", index, " in place ", place,
                                              " (from 0) is none of ", classes, " classes, which are 0 to ",
                                              classes - 1});
    return static_cast<std::size_t>(index);
}

} // namespace detail

} // namespace strata

#include "strata/meta/macros_back.hpp"
