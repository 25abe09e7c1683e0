// Rows of several things that belong together: samples of a network with several inputs, targets of one with several
// outputs.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/meta/raise.hpp"
#include "strata/tensor/rows.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <tuple>
#include <type_traits>
#include <utility>

namespace strata::inline STRATA_TARGET {

/// Views of which row r belongs to sample r each: rows_view, or class_targets among targets. What minibatches of tuples
/// hand out; every verb takes it in place of the tuple.
template <class... Views>
struct several_rows {
    std::tuple<Views...> views;           ///< of each part of the tuple
    std::size_t rows = 0;                 ///< of each view
    const std::uint32_t* order = nullptr; ///< that of each view

    several_rows() = default;
    /// Throws std::invalid_argument unless all have as many rows.
    explicit several_rows(const Views&... each) : views{each...} {
        const std::size_t counts[]{each.rows...};
        rows = counts[0];
        for (std::size_t k = 1; k < sizeof...(Views); ++k)
            if (counts[k] != rows)
                detail::raise<std::invalid_argument>({"a tuple of ", rows, " samples in place 1, but ",
                                                      counts[k], " in place ", k + 1,
                                                      ": all are of the same samples"});
    }

    /// Rows first, first + 1, ..., first + count - 1 of each.
    [[nodiscard]] several_rows part(std::size_t first, std::size_t count) const {
        return changed([&](const auto& view) { return view.part(first, count); });
    }
    /// The same rows of each in an order, or without one.
    [[nodiscard]] several_rows in_order(const std::uint32_t* numbers) const {
        return changed([&](auto view) {
            view.order = numbers;
            return view;
        });
    }

private:
    template <class Change>
    [[nodiscard]] several_rows changed(const Change& change) const {
        several_rows other =
            std::apply([&](const Views&... each) { return several_rows{change(each)...}; }, views);
        other.order = std::get<0>(other.views).order;
        return other;
    }
};

namespace detail {

/// How many things a tuple, or several_rows, has; 0 for anything else, a std::array of numbers for instance.
template <class T>
inline constexpr std::size_t tuple_parts = 0;
template <class... T>
inline constexpr std::size_t tuple_parts<std::tuple<T...>> = sizeof...(T);
template <class First, class Second>
inline constexpr std::size_t tuple_parts<std::pair<First, Second>> = 2;
template <class... Views>
inline constexpr std::size_t tuple_parts<several_rows<Views...>> = sizeof...(Views);
/// What forward returns of several outputs.
template <class Real, std::size_t Count>
inline constexpr std::size_t tuple_parts<std::array<basic_rows_view<Real>, Count>> = Count;

/// Whether this is as many things as a network has inputs, or outputs: a tuple unless that is one.
template <class T, std::size_t Count>
inline constexpr bool is_for = tuple_parts<T> == (Count == 1 ? 0 : Count);

/// Thing K of a tuple; of what is none, itself.
template <std::size_t K, class T>
auto& part_at(T&& whole) {
    if constexpr (tuple_parts<std::remove_cvref_t<T>> == 0)
        return whole;
    else if constexpr (requires { whole.views; })
        return std::get<K>(whole.views);
    else
        return std::get<K>(whole);
}

/// Calls f(index, thing) for each thing of a tuple; of what is none, for itself. The index is a std::integral_constant.
template <class T, class Function>
void for_each_part(T&& whole, Function&& f) {
    constexpr std::size_t count = std::max<std::size_t>(tuple_parts<std::remove_cvref_t<T>>, 1);
    [&]<std::size_t... K>(std::index_sequence<K...>) {
        (f(std::integral_constant<std::size_t, K>{}, part_at<K>(whole)), ...);
    }(std::make_index_sequence<count>{});
}

template <class View, std::size_t>
using always_view = View;
template <class View, class Numbers>
struct views_in_tuple;
template <class View, std::size_t... K>
struct views_in_tuple<View, std::index_sequence<K...>> {
    using type = several_rows<always_view<View, K>...>;
};
/// So many views of a type: one, or several_rows.
template <class View, std::size_t Count>
struct views {
    using type = typename views_in_tuple<View, std::make_index_sequence<Count>>::type;
};
template <class View>
struct views<View, 1> {
    using type = View;
};
template <class View, std::size_t Count>
using views_t = typename views<View, Count>::type;

/// What was seen of each thing of a tuple, with what it may own.
template <class... Seen>
struct seen_parts {
    std::tuple<Seen...> each;
};
template <class T>
inline constexpr bool are_seen_parts = false;
template <class... Seen>
inline constexpr bool are_seen_parts<seen_parts<Seen...>> = true;

/// What was seen as views, without what it may own.
template <class Seen>
decltype(auto) view_of(const Seen& seen) {
    if constexpr (are_seen_parts<Seen>)
        return std::apply(
            [](const auto&... one) {
                return several_rows<std::remove_cvref_t<decltype(view_of(one))>...>{view_of(one)...};
            },
            seen.each);
    else if constexpr (requires { requires !std::is_same_v<Seen, basic_rows_view<typename Seen::real>>; })
        return static_cast<basic_rows_view<typename Seen::real>>(seen);
    else
        return (seen);
}

/// One view, or several_rows of these.
template <class View, std::size_t Count>
views_t<View, Count> together(const std::array<View, Count>& views) {
    if constexpr (Count == 1)
        return views[0];
    else
        return std::apply([](const auto&... one) { return several_rows{one...}; }, views);
}

/// The same rows in an order, or without one.
template <class View>
View in_order(View view, const std::uint32_t* numbers) {
    if constexpr (tuple_parts<View> > 0) {
        return view.in_order(numbers);
    } else {
        view.order = numbers;
        return view;
    }
}

} // namespace detail

} // namespace strata

#include "strata/meta/macros_back.hpp"
