// What goes into a network: the shape of one sample.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/concepts.hpp"
#include "strata/graph/operands.hpp"
#include "strata/tensor/extents.hpp"

#include <array>
#include <cstddef>
#include <span>
#include <string>

namespace strata::inline STRATA_TARGET {

/// What goes into a network, by the shape of one sample, for instance input<28, 28, 1>; one to four extents. A network
/// begins with one. Others may come anywhere in the list: the value right before the entry behind is theirs then, and
/// every verb takes a tuple of samples, in the list's order.
///
///     struct conditional : network<input<64>, mark<"noise">, input<10>, concat<"noise">, dense<784>> {};
///     model<conditional> net;
///     const std::vector<float> noise(64), classes(10);
///     auto images = predict(net, std::tie(noise, classes)); // std::tuple copies, and takes temporaries, too
template <std::size_t... Extents>
struct input : layer_defaults {
    static constexpr extents value = shape<Extents...>;
    static constexpr std::array<operand, 0> operands{};
    static constexpr layer_traits traits{};
    static constexpr layer_error accepts(std::span<const extents>) { return layer_error::none; }
    static constexpr extents output(std::span<const extents>) { return value; }
    static std::string describe() { return "input"; }
};

namespace detail {

template <class T>
inline constexpr bool is_input = false;
template <std::size_t... E>
inline constexpr bool is_input<input<E...>> = true;

template <std::size_t... Extents>
consteval bool is_possible(input<Extents...>) {
    return sizeof...(Extents) > 0 && sizeof...(Extents) <= extents::max_rank && ((Extents > 0) && ...);
}

} // namespace detail

} // namespace strata

#include "strata/meta/macros_back.hpp"
