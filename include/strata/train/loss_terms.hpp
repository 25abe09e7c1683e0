// What the terms of a loss beside the output's add to the backward pass.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/walk.hpp"
#include "strata/losses/terms.hpp"

#include <cstddef>
#include <tuple>
#include <type_traits>

namespace strata::messages {

template <class Net, fixed_string Mark>
struct penalty_before_anything_learns {
    static_assert(fine<Net>,
                  "strata: no layer before this mark learns, so a penalty there has nothing to teach");
};

} // namespace strata::messages

namespace strata {

/// In place of a loss: nothing to add.
struct no_terms {};

namespace detail {

/// Calls f with each term of a loss that has any.
template <class Loss, class Function>
void for_each_term(const Loss& loss, Function&& f) {
    if constexpr (requires { loss.terms; })
        std::apply([&](const auto&... term) { (f(term), ...); }, loss.terms);
}

/// Names the message for a term that has no place in a network, messages::none if nothing is wrong.
template <class Net, class Term>
consteval auto diagnose_term() {
    if constexpr (!is_mark_term<Term>)
        return std::type_identity<messages::none>{};
    else if constexpr (mark_place<Net, Term::mark_name> == Net::layer_count)
        return diagnose_mark<Net, Term::mark_name>();
    else if constexpr (Net::table.gradient_offset[mark_place<Net, Term::mark_name>] == 0)
        return std::type_identity<messages::penalty_before_anything_learns<Net, Term::mark_name>>{};
    else
        return std::type_identity<messages::none>{};
}

/// The same for the first such term of several.
template <class Net, class Term, class... More>
consteval auto diagnose_terms(const std::tuple<Term, More...>*) {
    using fault = typename decltype(diagnose_term<Net, Term>())::type;
    if constexpr (sizeof...(More) == 0 || !std::is_same_v<fault, messages::none>)
        return std::type_identity<fault>{};
    else
        return diagnose_terms<Net>(static_cast<const std::tuple<More...>*>(nullptr));
}

template <class Net, class Loss>
consteval auto diagnose_terms_of() {
    if constexpr (requires { &Loss::terms; })
        return diagnose_terms<Net>(static_cast<const decltype(Loss::terms)*>(nullptr));
    else
        return std::type_identity<messages::none>{};
}

/// To be asserted of size above 0 by each verb that goes back through a network with a loss, which instantiates the
/// message.
template <class Net, class Loss>
using terms_fault = typename decltype(diagnose_terms_of<Net, Loss>())::type;

/// The penalties at one mark: returns their value and adds their gradient.
template <class Arch, class Mark, class Loss>
double penalize_mark(const Loss& loss, const padded_rows<const float>& x, const padded_rows<float>& gradient) {
    double sum = 0;
    for_each_term(loss, [&]<class Term>(const Term& term) {
        if constexpr (is_mark_term<Term>)
            if constexpr (Term::mark_name == Mark::mark_name) {
                const float scale = term.weight / static_cast<float>(x.rows);
                double of_rows = 0;
                for (std::size_t r = 0; r < x.rows; ++r)
                    of_rows += static_cast<double>(
                        term.what.template penalize<Arch>(x.width, x[r], gradient[r], scale));
                sum += of_rows * static_cast<double>(term.weight) / static_cast<double>(x.rows);
            }
    });
    return sum;
}

/// The penalties on one layer's weights.
template <class Arch, class Kind, class Loss>
double penalize_weights(const Loss& loss, const float* parameters, float* gradients) {
    double sum = 0;
    for_each_term(loss, [&]<class Term>(const Term& term) {
        if constexpr (is_weight_term<Term>) {
            std::size_t at = 0;
            for (std::size_t k = 0; k < Kind::parameters.size; ++k) {
                const parameter& p = Kind::parameters.items[k];
                if (p.fan_in != 0) // the padding is zero, and so is its penalty
                    sum += static_cast<double>(term.weight) *
                           static_cast<double>(term.what.template penalize<Arch>(
                               p.floats(), parameters + at, gradients + at, term.weight));
                at += p.floats();
            }
        }
    });
    return sum;
}

} // namespace detail

} // namespace strata

#include "strata/meta/macros_back.hpp"
