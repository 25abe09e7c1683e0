// Samples and targets that are not floats, or do not say how many of them are a sample: overloads that say what to hand in.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/messages.hpp"
#include "strata/tensor/rows.hpp"

#include <span>
#include <type_traits>
#include <utility>

namespace strata::inline STRATA_TARGET::messages {

template <class Real>
struct numbers_of_another_type {
    static_assert(!std::is_same_v<Real, float>,
                  "strata: networks compute in float unless told otherwise: hand in floats in one piece "
                  "(std::vector, std::array or std::span), rows, or with strata.hpp an xtensor "
                  "(xt::cast<float>(x)); or compute in double: model<Net, double>");
    static_assert(!std::is_same_v<Real, double>,
                  "strata: this model computes in double: hand in doubles, for instance "
                  "std::vector<double>(values.begin(), values.end())");
};

} // namespace strata::messages

namespace strata::inline STRATA_TARGET {

namespace detail {

/// A container of the standard library, or one like it; not an xtensor, which has a shape.
template <class Values>
concept container =
    requires { typename Values::value_type; } && !requires(const Values& values) { values.shape(); };

/// A container that is not floats or doubles in one piece.
template <class Values>
concept container_of_others = container<Values> && !numbers_in_one_piece<Values>;

/// One number.
template <class Value>
concept one_number = std::is_convertible_v<const Value&, float>;

/// A container, or an xtensor, of another type than a network's.
template <class Values, class Real>
concept not_numbers = container_of_others<Values> ||
                      (container<Values> && !std::is_convertible_v<const Values&, std::span<const Real>>) ||
                      (requires(const Values& values) {
                          typename Values::value_type;
                          values.shape();
                      } && !std::is_same_v<std::remove_cv_t<typename Values::value_type>, Real>);

} // namespace detail

/// Samples or targets of another type than float, or not in one piece.
template <class Values, class Sample>
requires(detail::container_of_others<Values> || detail::one_number<Values>)
rows_view as_rows(const Values&, const Sample&) {
    static_assert(
        !detail::one_number<Values>,
        "strata: one number is no samples, and stands for all targets in steps on a batch (train_step, "
        "accumulate, input_gradient), not here: hand in as many as there are: "
        "std::vector<float>(samples * outputs, 1.0f)");
    if constexpr (!detail::one_number<Values>) {
        using value = typename Values::value_type;
        constexpr bool nested = requires { typename value::value_type; };
        static_assert(
            !nested,
            "strata: a container of containers lies in many pieces: put its rows one after the other "
            "into one std::vector<float>: for (const auto& row : rows) values.insert(values.end(), "
            "row.begin(), row.end())");
        static_assert(!std::is_integral_v<value>,
                      "strata: networks compute in float, these are integers: put numbers into a "
                      "std::vector<float>; class indices become rows with a 1 in the column of each class: "
                      "one_hot(labels, Net::output)");
        static_assert(
            nested || std::is_integral_v<value>,
            "strata: networks compute in float: hand in floats in one piece (std::vector, std::array or "
            "std::span), rows, or with strata.hpp an xtensor");
    }
    return {};
}

/// Floats that do not say how many of them are a sample.
template <detail::container Values>
requires detail::numbers_in_one_piece<Values>
rows_view as_rows(const Values&, any_sample) {
    static_assert(messages::always_false<Values>,
                  "strata: these values do not say how many of them are a sample: hand in as_rows(values, "
                  "Net::input), and for targets as_rows(values, Net::output)");
    return {};
}
template <owner_of_floats Values>
rows_view as_rows(const Values&&, any_sample) {
    static_assert(messages::always_false<Values>,
                  "strata: these values are a temporary and gone before the batches are read: give them a "
                  "name first (auto values = ...), then hand in as_rows(values, Net::input), and for targets "
                  "as_rows(values, Net::output)");
    return {};
}

namespace detail {

template <class X, class Sample>
using rows_of_any =
    std::remove_cvref_t<decltype(as_rows(std::declval<const X&>(), std::declval<const Sample&>()))>;
template <class Rows, class Real>
inline constexpr bool are_rows_of = std::is_convertible_v<const Rows&, basic_rows_view<Real>>;

/// The one way of a user's samples and targets into a verb: their rows, once it is known that they hold the network's
/// number type.
template <class Real, class X, class Sample>
std::conditional_t<are_rows_of<rows_of_any<X, Sample>, Real>, rows_of_any<X, Sample>, basic_rows_view<Real>>
see_rows(const X& x, const Sample& sample) {
    if constexpr (are_rows_of<rows_of_any<X, Sample>, Real>) {
        return as_rows(x, sample);
    } else {
        static_assert(sizeof(messages::numbers_of_another_type<Real>) > 0);
        return {};
    }
}

} // namespace detail

} // namespace strata

#include "strata/meta/macros_back.hpp"
