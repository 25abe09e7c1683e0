// A user's samples as the rows that a network's inputs take: of several inputs a tuple.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/network.hpp"
#include "strata/model/refused_rows.hpp"
#include "strata/tensor/rows.hpp"
#include "strata/tensor/several_rows.hpp"

#include <cstddef>
#include <utility>

namespace strata::inline STRATA_TARGET {

namespace messages {

template <std::size_t Count>
struct inputs;
template <std::size_t Count>
struct given;

template <class Net, class Inputs, class Given>
struct samples_for_other_inputs {
    static_assert(
        always_false<Net>,
        "strata: this network has another number of inputs than samples are handed in: one takes samples by "
        "themselves, several a tuple in the list's order: std::tie(noise, classes)");
};

} // namespace messages

namespace detail {

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
