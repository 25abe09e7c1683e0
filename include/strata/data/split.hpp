// A data set in two parts: one to train on, one to validate on (scikit-learn's train_test_split).
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/meta/raise.hpp"
#include "strata/random/fill.hpp"
#include "strata/random/philox.hpp"
#include "strata/tensor/class_indices.hpp"
#include "strata/tensor/float_rows.hpp"
#include "strata/tensor/rows.hpp"
#include "strata/tensor/take_rows.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace strata::inline STRATA_TARGET {

namespace detail {

/// Samples with what belongs to them.
template <class X, class Y>
struct samples_and_targets {
    X x;
    Y y;
};

/// The two parts of a data set.
template <class Part>
struct parts_of_data {
    Part train;
    Part validation;
};

/// How many rows these are; not known of floats in one piece.
template <class X>
std::size_t rows_in(const X& x) {
    if constexpr (requires { x.shape()[0]; })
        return std::size(x.shape()) == 0 ? 0 : static_cast<std::size_t>(x.shape()[0]);
    else if constexpr (class_indices<X>)
        return static_cast<std::size_t>(std::size(x));
    else
        return rows_view{detail::see_floats(x, any_sample{})}.rows;
}

/// Throws std::invalid_argument if floats in one piece cannot be so many rows.
template <class X>
void require_rows_in(const X& x, std::size_t rows) {
    if constexpr (flat_floats<X>) {
        const std::size_t floats = std::span<const float>{x}.size();
        if (floats % rows != 0)
            detail::raise<std::invalid_argument>({floats, " floats are no ", rows, " rows"});
    }
}

/// How many of the rows are for validation. Throws if there are too many to count, or if a part would have
/// none.
inline std::size_t validation_rows(std::size_t rows, double fraction) {
    if (rows > std::numeric_limits<std::uint32_t>::max())
        detail::raise<std::length_error>({rows, " samples are more than split can count"});
    const bool sensible = fraction > 0 && fraction < 1;
    const auto count =
        static_cast<std::size_t>(sensible ? std::lround(fraction * static_cast<double>(rows)) : 0);
    if (count == 0 || count >= rows)
        detail::raise<std::invalid_argument>(
            {"a fraction of ", fraction, " of ", rows,
             " samples for validation leaves one part without any: it is a number between 0 "
             "and 1, such as 0.2"});
    return count;
}

} // namespace detail

/// Copies of the rows in an order that depends on the seed alone, in two parts, x and y alike: a `fraction`
/// of them, rounded to the nearest number, for validation. x and y are rows, float_rows, class indices or
/// with xtensor.hpp xtensors (of any type) whose first axis counts the samples; one of them may be floats in
/// one piece, as many for each of the other's rows. The parts are of the same kind.
///     const auto [train, held_out] = split(as_rows(images, net::input), labels, 0.2, seed{1});
///     fit(net, work, optimizer, cross_entropy{}, train.x, one_hot(train.y, 10), {.epochs = 5});
///     evaluate(net, cross_entropy{}, held_out.x, one_hot(held_out.y, 10));
/// Throws std::invalid_argument if x and y have not as many rows, or if a part would have none;
/// std::length_error for 2^32 rows or more.
template <class X, class Y>
auto split(const X& x, const Y& y, double fraction, seed s) {
    static_assert(
        !detail::flat_floats<X> || !detail::flat_floats<Y>,
        "strata: these values do not say how many of them are a sample: hand in as_rows(values, Net::input), "
        "and for targets as_rows(values, Net::output)");
    std::size_t rows = 0;
    if constexpr (!detail::flat_floats<X>) rows = detail::rows_in(x);
    if constexpr (!detail::flat_floats<Y>) {
        const std::size_t targets = detail::rows_in(y);
        if (!detail::flat_floats<X> && targets != rows)
            detail::raise<std::invalid_argument>({rows, " samples, but ", targets, " targets"});
        rows = targets;
    }
    const std::size_t held_out = detail::validation_rows(rows, fraction);
    detail::require_rows_in(x, rows);
    detail::require_rows_in(y, rows);
    std::vector<std::uint32_t> order(rows);
    std::iota(order.begin(), order.end(), std::uint32_t{0});
    detail::shuffle(order.data(), rows, s, streams::split);
    const std::span<const std::uint32_t> all{order.data(), rows};
    const detail::chosen_rows first{all.first(rows - held_out), rows}, last{all.last(held_out), rows};
    using part = detail::samples_and_targets<decltype(take_rows(x, first)), decltype(take_rows(y, first))>;
    return detail::parts_of_data<part>{{take_rows(x, first), take_rows(y, first)},
                                       {take_rows(x, last), take_rows(y, last)}};
}

} // namespace strata

#include "strata/meta/macros_back.hpp"
