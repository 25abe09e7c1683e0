// A user's samples as the rows that a network's inputs take: of several inputs a tuple.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/network.hpp"
#include "strata/graph/operand_messages.hpp"
#include "strata/model/refused_rows.hpp"
#include "strata/tensor/rows.hpp"
#include "strata/tensor/several_rows.hpp"

#include <cstddef>
#include <type_traits>
#include <utility>

namespace strata::inline STRATA_TARGET {

namespace messages {

template <class Net, class Inputs, class Given>
struct samples_for_other_inputs {
    static_assert(
        always_false<Net>,
        "strata: this network has another number of inputs than samples are handed in: one takes samples by "
        "themselves, several a tuple in the list's order: std::tie(noise, classes)");
};

} // namespace messages

namespace detail {

/// The first part of a tuple that is no numbers of this type; as many as there are parts if there is none.
template <class Real, class T>
inline constexpr std::size_t first_other_part = []<std::size_t... K>(std::index_sequence<K...>) {
    std::size_t found = 0;
    (void)((!not_numbers<std::remove_cvref_t<decltype(part_at<K>(std::declval<const T&>()))>, Real> &&
            ++found > 0) &&
           ...);
    return found;
}(std::make_index_sequence<tuple_parts<T>>{});

/// No numbers of this type, or a tuple with a part that is none.
template <class T, class Real>
concept has_other_numbers = not_numbers<T, Real> || (first_other_part<Real, T> < tuple_parts<T>);

/// Samples of a network as rows of its number type: see_rows of each input, and view_of() what they are.
template <class Net, class Real, class X>
auto see_samples(const X& x) {
    constexpr std::size_t count = Net::inputs.size();
    if constexpr (!is_for<X, count>) {
        if constexpr (!stands_in<Net>)
            static_assert(sizeof(messages::samples_for_other_inputs<Net, messages::inputs<count>,
                                                                    messages::given<tuple_parts<X>>>) > 0);
        return views_t<basic_rows_view<Real>, count>{};
    } else if constexpr (count == 1) {
        return see_rows<Real>(x, Net::input);
    } else if constexpr (constexpr std::size_t other = first_other_part<Real, X>; other < count) {
        see_rows<Real>(part_at<other>(x), Net::inputs[other]); // refuses it, with a short way to the message
        return views_t<basic_rows_view<Real>, count>{};
    } else {
        return [&]<std::size_t... K>(std::index_sequence<K...>) {
            return seen_parts<decltype(see_rows<Real>(part_at<K>(x), Net::inputs[K]))...>{
                {see_rows<Real>(part_at<K>(x), Net::inputs[K])...}};
        }(std::make_index_sequence<count>{});
    }
}

} // namespace detail

} // namespace strata

#include "strata/meta/macros_back.hpp"
