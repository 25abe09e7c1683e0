// Weighted losses, and losses with terms beside the output's: mse{} + 0.1f * at<"code">(l1{}) +
// 1e-4f * on_weights(l2{}).
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/loss.hpp"
#include "strata/losses/differentiate.hpp"
#include "strata/losses/expected_output.hpp"
#include "strata/losses/targets.hpp"
#include "strata/meta/fixed_string.hpp"
#include "strata/tensor/rows.hpp"

#include <concepts>
#include <cstddef>
#include <tuple>
#include <type_traits>

namespace strata {

/// A loss compares a network's output with a target: differentiate<Arch>(y, target) returns its value and
/// turns the target into its gradient. One that depends on the output's shape takes it as a second template
/// argument, with a default: template <class Arch, extents Output = unknown_shape>.
template <class L>
concept output_loss = requires(const L loss, const padded_rows<const float>& y, const padded_rows<float>& target) {
    { loss.template differentiate<arch>(y, target) } -> std::same_as<float>;
};

/// A penalty is a sum over the values of a row; its gradient is added where one is wanted.
template <class P>
concept penalty = requires(const P p, const float* x, float* gradient, float scale) {
    { p.template penalize<arch>(std::size_t{}, x, gradient, scale) } -> std::same_as<float>;
};

/// A penalty on what lies at a mark: summed over a sample's values, mean over samples.
template <fixed_string Mark, penalty Penalty>
struct mark_term {
    static constexpr fixed_string mark_name = Mark;
    Penalty what;
    float weight = 1.0f;
};

/// A penalty on every weight that an initializer draws (so not on biases): summed.
template <penalty Penalty>
struct weight_term {
    Penalty what;
    float weight = 1.0f;
};

/// For instance at<"code">(l1{}).
template <fixed_string Mark, penalty Penalty>
mark_term<Mark, Penalty> at(const Penalty& what) {
    return {what};
}

template <penalty Penalty>
weight_term<Penalty> on_weights(const Penalty& what) {
    return {what};
}

namespace detail {

template <class T>
inline constexpr bool is_mark_term = false;
template <fixed_string Mark, class Penalty>
inline constexpr bool is_mark_term<mark_term<Mark, Penalty>> = true;
template <class T>
inline constexpr bool is_weight_term = false;
template <class Penalty>
inline constexpr bool is_weight_term<weight_term<Penalty>> = true;
template <class T>
concept loss_term = is_mark_term<T> || is_weight_term<T>;

} // namespace detail

/// A loss times a number, gradient included.
template <output_loss Loss>
struct weighted_loss {
    static constexpr auto expects = expected_output_of<Loss>;
    Loss what;
    float weight;

    template <class Arch, extents Output = unknown_shape>
    float differentiate(const padded_rows<const float>& y, const padded_rows<float>& target) const {
        const float value = detail::differentiate<Arch, Output>(what, y, target);
        for (std::size_t r = 0; r < target.rows; ++r) kernels::scale<Arch>(target.width, target[r], weight);
        return weight * value;
    }
};

/// A loss on the output and terms beside it. (evaluate measures the loss on the output alone.)
template <output_loss Loss, detail::loss_term... Terms>
struct loss_with_terms {
    static constexpr auto expects = expected_output_of<Loss>;
    Loss loss;
    std::tuple<Terms...> terms;

    template <class Arch, extents Output = unknown_shape>
    float differentiate(const padded_rows<const float>& y, const padded_rows<float>& target) const {
        return detail::differentiate<Arch, Output>(loss, y, target);
    }
};

/// A weighted loss, and one with terms, takes the targets of the loss within.
template <class Loss>
struct targets_of<weighted_loss<Loss>> : targets_of<Loss> {};
template <class Loss, class... Terms>
struct targets_of<loss_with_terms<Loss, Terms...>> : targets_of<Loss> {};

template <fixed_string Mark, class Penalty>
mark_term<Mark, Penalty> operator*(float weight, const mark_term<Mark, Penalty>& term) {
    return {term.what, weight * term.weight};
}
template <class Penalty>
weight_term<Penalty> operator*(float weight, const weight_term<Penalty>& term) {
    return {term.what, weight * term.weight};
}
template <output_loss Loss>
weighted_loss<Loss> operator*(float weight, const Loss& loss) {
    return {loss, weight};
}
/// The terms are weighted with the loss.
template <output_loss Loss, class... Terms>
loss_with_terms<weighted_loss<Loss>, Terms...> operator*(float weight,
                                                         const loss_with_terms<Loss, Terms...>& sum) {
    return {
        {sum.loss, weight},
        std::apply([&](const Terms&... term) { return std::tuple<Terms...>{weight * term...}; }, sum.terms)};
}
template <output_loss Loss, detail::loss_term Term>
loss_with_terms<Loss, Term> operator+(const Loss& loss, const Term& term) {
    return {loss, {term}};
}
template <output_loss Loss, class... Terms, detail::loss_term Term>
loss_with_terms<Loss, Terms..., Term> operator+(const loss_with_terms<Loss, Terms...>& sum,
                                                const Term& term) {
    return {sum.loss, std::tuple_cat(sum.terms, std::tuple<Term>{term})};
}

/// The mean over rows of a penalty: of codes that predict has returned, for instance.
template <class Arch = arch, penalty Penalty>
float mean_penalty(const Penalty& what, const rows_view& rows) {
    double sum = 0;
    for (std::size_t r = 0; r < rows.rows; ++r)
        sum += static_cast<double>(what.template penalize<Arch>(rows.width, rows[r].data(), nullptr, 0.0f));
    return rows.rows == 0 ? 0.0f : static_cast<float>(sum / static_cast<double>(rows.rows));
}

/// The same for rows that own a copy, as as_rows makes of some xtensors.
template <class Arch = arch, penalty Penalty, std::convertible_to<rows_view> Rows>
float mean_penalty(const Penalty& what, const Rows& rows) {
    const rows_view seen = rows;
    return mean_penalty<Arch>(what, seen);
}

} // namespace strata

#include "strata/meta/macros_back.hpp"
