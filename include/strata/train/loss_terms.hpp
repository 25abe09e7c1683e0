// What the terms of a loss beside the output's come to, and what they add to the backward pass.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/walk.hpp"
#include "strata/losses/terms.hpp"

#include <array>
#include <cstddef>
#include <tuple>
#include <type_traits>

namespace strata::inline STRATA_TARGET::messages {

template <class Net, fixed_string Mark>
struct penalty_before_anything_learns {
    static_assert(
        always_false<Net>,
        "strata: no layer before this mark learns from what comes after it, so a penalty there has nothing "
        "to teach");
};

} // namespace strata::messages

namespace strata::inline STRATA_TARGET {

/// In place of a loss: nothing to add.
struct no_terms {};

namespace detail {

template <class Loss>
inline constexpr std::size_t term_count = std::tuple_size_v<typename terms_of<Loss>::type>;

/// A loss with terms whose values come up on the way back.
template <class Loss>
concept has_terms = (term_count<Loss> > 0);

/// What the terms of a loss are worth, in their order, and their sum.
template <class Loss>
struct term_values {
    double sum = 0;
    std::array<double, term_count<Loss>> each{};

    void add(std::size_t term, double value) {
        sum += value;
        each[term] += value;
    }
    void add(const term_values& other, double times = 1) {
        sum += times * other.sum;
        for (std::size_t k = 0; k < each.size(); ++k) each[k] += times * other.each[k];
    }
};

/// Calls f(term, its place among the terms) with each term of a loss.
template <class Loss, class Function>
void for_each_term(const Loss& loss, Function&& f) {
    if constexpr (has_terms<Loss>) {
        std::size_t k = 0;
        std::apply([&](const auto&... term) { (f(term, k++), ...); }, terms_of<Loss>::get(loss));
    }
}

/// Names the message for a term that has no place in a network, messages::none if nothing is wrong.
template <class Net, class Term>
consteval auto diagnose_term() {
    if constexpr (!is_mark_term<Term>)
        return std::type_identity<messages::none>{};
    else if constexpr (mark_place<Net, Term::mark_name> == Net::layer_count)
        return diagnose_mark<Net, Term::mark_name>();
    else if constexpr (constexpr std::size_t place = mark_place<Net, Term::mark_name>;
                       !Net::table.learned[Net::table.source[place]] ||
                       !Net::table.gradient_arrives[Net::topology.written(place)])
        return std::type_identity<messages::penalty_before_anything_learns<Net, Term::mark_name>>{};
    else
        return std::type_identity<messages::none>{};
}

/// The same for the first such term of several.
template <class Net>
consteval auto diagnose_terms(const std::tuple<>*) {
    return std::type_identity<messages::none>{};
}
template <class Net, class Term, class... More>
consteval auto diagnose_terms(const std::tuple<Term, More...>*) {
    using error = typename decltype(diagnose_term<Net, Term>())::type;
    if constexpr (sizeof...(More) == 0 || !std::is_same_v<error, messages::none>)
        return std::type_identity<error>{};
    else
        return diagnose_terms<Net>(static_cast<const std::tuple<More...>*>(nullptr));
}

/// To be asserted of size above 0 by each verb that goes back through a network with a loss, which instantiates the
/// message.
template <class Net, class Loss>
using terms_error =
    typename decltype(diagnose_terms<Net>(static_cast<const typename terms_of<Loss>::type*>(nullptr)))::type;

/// What a term at a mark is worth there, mean over so many samples, of which x may be a part; adds its gradient, unless
/// that has no data.
template <class Arch, class Term>
double penalize_mark(const Term& term, const padded_rows<const real_of<Arch>>& x, std::size_t samples,
                     const padded_rows<real_of<Arch>>& gradient) {
    const real_of<Arch> scale = term.weight / static_cast<real_of<Arch>>(samples);
    double sum = 0;
    for (std::size_t r = 0; r < x.rows; ++r)
        sum += static_cast<double>(term.what.template penalize<Arch>(
            x.width, x[r], gradient.data == nullptr ? nullptr : gradient[r], scale));
    return sum * static_cast<double>(term.weight) / static_cast<double>(samples);
}

/// What a term on weights is worth for one layer; adds its gradient, unless that is null.
template <class Arch, class Kind, class Term>
double penalize_weights(const Term& term, const real_of<Arch>* parameters, real_of<Arch>* gradients) {
    double sum = 0;
    std::size_t at = 0;
    for (std::size_t i = 0; i < Kind::parameters.size; ++i) {
        const parameter& p = Kind::parameters.items[i];
        if (p.fan_in != 0) // the padding is zero, and so is its penalty
            sum += static_cast<double>(term.weight) *
                   static_cast<double>(term.what.template penalize<Arch>(
                       p.floats(), parameters + at, gradients == nullptr ? nullptr : gradients + at,
                       term.weight));
        at += p.floats();
    }
    return sum;
}

/// All terms at one mark.
template <class Arch, class Mark, class Loss>
void add_mark_terms(const Loss& loss, const padded_rows<const real_of<Arch>>& x, std::size_t samples,
                    const padded_rows<real_of<Arch>>& gradient, term_values<Loss>& values) {
    term_values<Loss> here;
    for_each_term(loss, [&]<class Term>(const Term& term, std::size_t k) {
        if constexpr (is_mark_term<Term>)
            if constexpr (Term::mark_name == Mark::mark_name)
                here.add(k, penalize_mark<Arch>(term, x, samples, gradient));
    });
    values.add(here);
}

/// All terms on one layer's weights.
template <class Arch, class Kind, class Loss>
void add_weight_terms(const Loss& loss, const real_of<Arch>* parameters, real_of<Arch>* gradients,
                      term_values<Loss>& values) {
    term_values<Loss> here;
    for_each_term(loss, [&]<class Term>(const Term& term, std::size_t k) {
        if constexpr (is_weight_term<Term>)
            here.add(k, penalize_weights<Arch, Kind>(term, parameters, gradients));
    });
    values.add(here);
}

} // namespace detail

} // namespace strata

#include "strata/meta/macros_back.hpp"
