// Weighted losses, and losses with terms beside the output's: mse{} + 0.1f * at<"code">(l1{}) +
// 1e-4f * on_weights(l2{}).
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/loss.hpp"
#include "strata/losses/class_indices.hpp"
#include "strata/losses/expected_output.hpp"
#include "strata/losses/loss.hpp"
#include "strata/losses/targets.hpp"
#include "strata/meta/fixed_string.hpp"
#include "strata/penalties/penalty.hpp"
#include "strata/tensor/rows.hpp"

#include <cstddef>
#include <tuple>
#include <type_traits>

namespace strata::inline STRATA_TARGET {

/// A penalty on what lies at a mark: summed over a sample's values, mean over samples.
template <fixed_string Mark, penalty Penalty>
struct mark_term {
    static constexpr fixed_string mark_name = Mark; ///< where the values lie
    Penalty what;                                   ///< the penalty
    float weight = 1.0f;                            ///< what it is multiplied by
};

/// A penalty on every weight that an initializer draws (so not on biases): summed.
template <penalty Penalty>
struct weight_term {
    Penalty what;        ///< the penalty
    float weight = 1.0f; ///< what it is multiplied by
};

/// For instance at<"code">(l1{}).
template <fixed_string Mark, penalty Penalty>
mark_term<Mark, Penalty> at(const Penalty& what) {
    return {what};
}

/// For instance on_weights(l2{}).
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
template <loss Loss>
struct weighted_loss {
    static constexpr auto expects = expected_output_of<Loss>;
    Loss what;    ///< the loss
    float weight; ///< what it is multiplied by

    template <class Arch>
    real_of<Arch> value(const rows_of<Arch>& y, const rows_of<Arch>& target, std::size_t samples) const {
        return real_of<Arch>{weight} * what.template value<Arch>(y, target, samples);
    }
    template <class Arch>
    real_of<Arch> gradient(const rows_of<Arch>& y, const rows_of<Arch>& target, std::size_t samples,
                           const padded_rows<real_of<Arch>>& out) const {
        const real_of<Arch> by = weight;
        const real_of<Arch> unweighted = what.template gradient<Arch>(y, target, samples, out);
        for (std::size_t r = 0; r < out.rows; ++r) kernels::scale<Arch>(out.width, out[r], by);
        return by * unweighted;
    }
};

/// A loss on the output, or losses by name (by_name.hpp), and terms beside it.
template <class Loss, detail::loss_term... Terms>
struct loss_with_terms {
    static constexpr auto expects = expected_output_of<Loss>;
    Loss what;                  ///< the loss
    std::tuple<Terms...> terms; ///< what stands beside it

    template <class Arch>
    real_of<Arch> value(const rows_of<Arch>& y, const rows_of<Arch>& target, std::size_t samples) const {
        return what.template value<Arch>(y, target, samples);
    }
    template <class Arch>
    real_of<Arch> gradient(const rows_of<Arch>& y, const rows_of<Arch>& target, std::size_t samples,
                           const padded_rows<real_of<Arch>>& out) const {
        return what.template gradient<Arch>(y, target, samples, out);
    }
};

template <class Loss>
inline constexpr bool takes_class_indices<weighted_loss<Loss>> = takes_class_indices<Loss>;
template <class Loss, class... Terms>
inline constexpr bool takes_class_indices<loss_with_terms<Loss, Terms...>> = takes_class_indices<Loss>;

/// A weighted loss, and one with terms, takes the targets of the loss within.
template <class Loss>
struct targets_of<weighted_loss<Loss>> : targets_of<Loss> {};
template <class Loss, class... Terms>
struct targets_of<loss_with_terms<Loss, Terms...>> : targets_of<Loss> {};

/// A term times a number: 0.1f * at<"code">(l1{}).
template <fixed_string Mark, class Penalty>
mark_term<Mark, Penalty> operator*(float weight, const mark_term<Mark, Penalty>& term) {
    return {term.what, weight * term.weight};
}
/// The same of a penalty on weights: 1e-4f * on_weights(l2{}).
template <class Penalty>
weight_term<Penalty> operator*(float weight, const weight_term<Penalty>& term) {
    return {term.what, weight * term.weight};
}
/// The terms that a loss has beside the output's, as a std::tuple of what at<"mark">() and on_weights() return: none,
/// unless this is specialised. Training adds their gradients, and evaluate their values.
template <class Loss>
struct terms_of {
    using type = std::tuple<>;
    static type get(const Loss&) { return {}; }
};
template <class Loss, class... Terms>
struct terms_of<loss_with_terms<Loss, Terms...>> {
    using type = std::tuple<Terms...>;
    static const type& get(const loss_with_terms<Loss, Terms...>& sum) { return sum.terms; }
};
template <class Loss>
struct terms_of<weighted_loss<Loss>> {
    using type = typename terms_of<Loss>::type;
    static type get(const weighted_loss<Loss>& loss) {
        return std::apply([&](const auto&... term) { return type{loss.weight * term...}; },
                          terms_of<Loss>::get(loss.what));
    }
};

/// A loss times a number, gradient included: 784.0f * bce_with_logits{}.
template <loss Loss>
weighted_loss<Loss> operator*(float weight, const Loss& what) {
    return {what, weight};
}
/// The terms are weighted with the loss.
template <class Loss, class... Terms>
auto operator*(float weight, const loss_with_terms<Loss, Terms...>& sum) {
    return std::apply(
        [&](const Terms&... term) {
            return loss_with_terms<decltype(weight * sum.what), Terms...>{weight * sum.what,
                                                                          {weight * term...}};
        },
        sum.terms);
}
/// A loss and a term beside it: mse{} + 0.1f * at<"code">(l1{}). Further terms are added likewise, and may stand before it.
template <loss Loss, detail::loss_term Term>
loss_with_terms<Loss, Term> operator+(const Loss& what, const Term& term) {
    return {what, {term}};
}
template <class Loss, class... Terms, detail::loss_term Term>
loss_with_terms<Loss, Terms..., Term> operator+(const loss_with_terms<Loss, Terms...>& sum,
                                                const Term& term) {
    return {sum.what, std::tuple_cat(sum.terms, std::tuple<Term>{term})};
}

namespace detail {
/// Terms before the loss that they stand beside, in their order.
template <class... Terms>
struct terms_alone {
    std::tuple<Terms...> terms;
};
} // namespace detail
template <detail::loss_term First, detail::loss_term Second>
detail::terms_alone<First, Second> operator+(const First& a, const Second& b) {
    return {{a, b}};
}
template <class... Terms, detail::loss_term Term>
detail::terms_alone<Terms..., Term> operator+(const detail::terms_alone<Terms...>& sum, const Term& term) {
    return {std::tuple_cat(sum.terms, std::tuple<Term>{term})};
}
template <class... Terms>
detail::terms_alone<Terms...> operator*(float weight, const detail::terms_alone<Terms...>& sum) {
    return std::apply([&](const Terms&... term) { return detail::terms_alone<Terms...>{{weight * term...}}; },
                      sum.terms);
}
namespace detail {
template <class... Terms, class Loss>
auto terms_before(const std::tuple<Terms...>& terms, const Loss& loss) {
    return loss_with_terms<Loss, Terms...>{loss, terms};
}
template <class... Terms, class Loss, class... More>
auto terms_before(const std::tuple<Terms...>& terms, const loss_with_terms<Loss, More...>& sum) {
    return loss_with_terms<Loss, Terms..., More...>{sum.what, std::tuple_cat(terms, sum.terms)};
}
} // namespace detail
template <detail::loss_term Term, loss Loss>
auto operator+(const Term& term, const Loss& what) {
    return detail::terms_before(std::tuple<Term>{term}, what);
}
template <class... Terms, loss Loss>
auto operator+(const detail::terms_alone<Terms...>& sum, const Loss& what) {
    return detail::terms_before(sum.terms, what);
}

} // namespace strata

#include "strata/meta/macros_back.hpp"
