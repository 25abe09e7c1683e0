// Named parts of a network, which are networks again and run on their parent's weights: until, from, between.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/network.hpp"

#include <array>
#include <cstddef>
#include <string_view>
#include <type_traits>

namespace strata::inline STRATA_TARGET {

namespace detail {

template <std::size_t First, class Layers, std::size_t... I>
auto range_of(std::index_sequence<I...>) -> type_list<element_t<First + I, Layers>...>;

/// Layers First to Last - 1 of a network. A type of its own with the same weights: they are a contiguous span
/// of the parent's block, so cutting costs nothing. model<slice> has weights of its own.
template <any_network Parent, std::size_t First, std::size_t Last>
requires(First < Last && Last <= Parent::layer_count)
struct slice
    : chain<Parent::table.shapes[First],
            decltype(range_of<First, typename Parent::layers>(std::make_index_sequence<Last - First>{}))> {
    using parent = Parent;
    static constexpr std::size_t first = First;
    static constexpr std::size_t last = Last;
};

template <class Parent, std::size_t First, std::size_t Last>
struct origin<slice<Parent, First, Last>> {
    using root = Parent;
    static constexpr std::size_t first = First;
    static constexpr std::size_t last = Last;
};

} // namespace detail

/// Whether Part's weights are among Net's: both are cut from one network, and Part's layers lie within Net's.
template <class Part, class Net>
inline constexpr bool is_part_of =
    std::is_same_v<typename detail::origin<Part>::root, typename detail::origin<Net>::root> &&
    (detail::origin<Part>::first >= detail::origin<Net>::first) &&
    (detail::origin<Part>::last <= detail::origin<Net>::last);

namespace detail {

/// Where Part's weights start in Net's block.
template <class Part, class Net>
struct parameters_within {
    static_assert(sizeof(messages::not_a_part_of_this_network<Part, Net>) > 0);
    static constexpr std::size_t offset = 0;
};

template <class Part, class Net>
requires is_part_of<Part, Net>
struct parameters_within<Part, Net> {
    static constexpr auto& table = origin<Net>::root::table;
    static constexpr std::size_t offset =
        table.parameter_offset[origin<Part>::first] - table.parameter_offset[origin<Net>::first];
};

} // namespace detail

namespace detail {

/// To be asserted of size above 0 by each verb that runs a part of a network, which instantiates the message.
template <class Part, class Net>
using part_error = std::conditional_t<is_part_of<Part, Net>, messages::none,
                                      messages::not_a_part_of_this_network<Part, Net>>;

} // namespace detail

/// The float of Net's block at which Part's weights start.
template <any_network Part, any_network Net>
consteval std::size_t parameter_offset() {
    return detail::parameters_within<Part, Net>::offset;
}

namespace detail {

/// The number of layers before a mark; layer_count if there is no such mark.
template <class Net, fixed_string Mark>
inline constexpr std::size_t mark_place = find_mark(Mark.view(), typename Net::layers{});

/// Names the message if a network has no such mark (a refused one has had its message), else messages::none.
template <class Net, fixed_string Mark>
consteval auto diagnose_mark() {
    if constexpr (!is_refused<Net> && mark_place<Net, Mark> == Net::layer_count)
        return std::type_identity<
            messages::unknown_mark<Mark, typename known_marks_of<typename Net::layers>::type>>{};
    else
        return std::type_identity<messages::none>{};
}

template <class Net, fixed_string Mark>
consteval auto diagnose_until() {
    if constexpr (mark_place<Net, Mark> == 0)
        return std::type_identity<messages::nothing_before_this_mark<Net, Mark>>{};
    else
        return diagnose_mark<Net, Mark>();
}

template <class Net, fixed_string First, fixed_string Last>
consteval auto diagnose_between() {
    using first_error = typename decltype(diagnose_mark<Net, First>())::type;
    using last_error = typename decltype(diagnose_mark<Net, Last>())::type;
    if constexpr (!std::is_same_v<first_error, messages::none>)
        return std::type_identity<first_error>{};
    else if constexpr (!std::is_same_v<last_error, messages::none>)
        return std::type_identity<last_error>{};
    else if constexpr (!is_refused<Net> && mark_place<Net, First> >= mark_place<Net, Last>)
        return std::type_identity<messages::marks_in_wrong_order<Net, First, Last>>{};
    else
        return std::type_identity<messages::none>{};
}

/// Layers First to Last - 1 of a network. If that is refused, the whole of it stands in, after the message.
template <class Net, std::size_t First, std::size_t Last, class Error>
struct cut {
    static_assert(sizeof(Error) > 0); // instantiates the message
    using type = Net;
};

template <class Net, std::size_t First, std::size_t Last>
requires(!is_refused<Net>)
struct cut<Net, First, Last, messages::none> {
    using type = slice<typename origin<Net>::root, origin<Net>::first + First, origin<Net>::first + Last>;
};

} // namespace detail

/// The part of a network up to a mark: until<denoiser, "code"> is its encoder.
template <any_network Net, fixed_string Mark>
using until = typename detail::cut<Net, 0, detail::mark_place<Net, Mark>,
                                   typename decltype(detail::diagnose_until<Net, Mark>())::type>::type;

/// The part of a network after a mark: from<denoiser, "code"> is its decoder.
template <any_network Net, fixed_string Mark>
using from = typename detail::cut<Net, detail::mark_place<Net, Mark>, Net::layer_count,
                                  typename decltype(detail::diagnose_mark<Net, Mark>())::type>::type;

/// The part of a network from one mark to a later one.
template <any_network Net, fixed_string First, fixed_string Last>
using between =
    typename detail::cut<Net, detail::mark_place<Net, First>, detail::mark_place<Net, Last>,
                         typename decltype(detail::diagnose_between<Net, First, Last>())::type>::type;

} // namespace strata

#include "strata/meta/macros_back.hpp"
