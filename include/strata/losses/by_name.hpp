// Losses of a network with several outputs, each named by the mark at its output: at<"digit">(cross_entropy{}) +
// 0.1f * at<"style">(mse{}).
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/losses/loss.hpp"
#include "strata/losses/terms.hpp"
#include "strata/meta/fixed_string.hpp"

#include <cstddef>
#include <tuple>
#include <type_traits>

namespace strata::inline STRATA_TARGET {

namespace messages {

template <class Loss>
struct loss_without_a_name {
    static_assert(sizeof(Loss) == 0,
                  "strata: a loss for one output of several says for which: at<\"digit\">(cross_entropy{}) + "
                  "0.1f * at<\"style\">(mse{})");
};

template <class Loss>
struct terms_within_a_name {
    static_assert(sizeof(Loss) == 0, "strata: terms stand beside the losses of outputs, not within: "
                                     "at<\"digit\">(cross_entropy{}) + 0.1f * "
                                     "at<\"code\">(l1{})");
};

} // namespace messages

/// A loss at the output that a mark names.
template <fixed_string Mark, loss Loss>
struct output_loss {
    static constexpr fixed_string mark_name = Mark; ///< at the output
    Loss what;                                      ///< the loss
};

/// The sum of losses at several outputs (or at one), in any order. Terms go beside it as beside any loss.
template <class... OutputLosses>
struct losses_by_name {
    std::tuple<OutputLosses...> each; ///< with its mark
};

namespace detail {

/// In place of losses about which a message has been given: verbs add none.
struct refused_losses {};
template <class More>
refused_losses operator+(const refused_losses&, const More&) {
    return {};
}

} // namespace detail

/// For instance at<"digit">(cross_entropy{}).
template <fixed_string Mark, loss Loss>
losses_by_name<output_loss<Mark, Loss>> at(const Loss& what) {
    if constexpr (std::tuple_size_v<typename terms_of<Loss>::type> > 0)
        static_assert(sizeof(messages::terms_within_a_name<Loss>) > 0);
    return {{{what}}};
}

/// Losses by name times a number: each of them, gradient included.
template <class... OutputLosses>
auto operator*(float weight, const losses_by_name<OutputLosses...>& sum) {
    const auto weighted = []<fixed_string Mark, class Loss>(float by, const output_loss<Mark, Loss>& one) {
        return output_loss<Mark, weighted_loss<Loss>>{{one.what, by}};
    };
    return std::apply(
        [&](const OutputLosses&... one) {
            return losses_by_name<decltype(weighted(weight, one))...>{{weighted(weight, one)...}};
        },
        sum.each);
}

/// Losses by name, added up; terms may stand before, between and behind them.
template <class... First, class... Second>
losses_by_name<First..., Second...> operator+(const losses_by_name<First...>& a,
                                              const losses_by_name<Second...>& b) {
    return {std::tuple_cat(a.each, b.each)};
}
template <class... OutputLosses, detail::loss_term Term>
loss_with_terms<losses_by_name<OutputLosses...>, Term> operator+(const losses_by_name<OutputLosses...>& sum,
                                                                 const Term& term) {
    return {sum, {term}};
}
template <class... First, class... Terms, class... Second>
loss_with_terms<losses_by_name<First..., Second...>, Terms...>
operator+(const loss_with_terms<losses_by_name<First...>, Terms...>& a, const losses_by_name<Second...>& b) {
    return {a.what + b, a.terms};
}
template <class... First, class... Second, class... Terms>
loss_with_terms<losses_by_name<First..., Second...>, Terms...>
operator+(const losses_by_name<First...>& a, const loss_with_terms<losses_by_name<Second...>, Terms...>& b) {
    return {a + b.what, b.terms};
}
template <class... First, class... Terms, class... Second, class... More>
loss_with_terms<losses_by_name<First..., Second...>, Terms..., More...>
operator+(const loss_with_terms<losses_by_name<First...>, Terms...>& a,
          const loss_with_terms<losses_by_name<Second...>, More...>& b) {
    return {a.what + b.what, std::tuple_cat(a.terms, b.terms)};
}

template <detail::loss_term Term, class... OutputLosses>
auto operator+(const Term& term, const losses_by_name<OutputLosses...>& sum) {
    return detail::terms_before(std::tuple<Term>{term}, sum);
}
template <class... Terms, class... OutputLosses>
auto operator+(const detail::terms_alone<Terms...>& before, const losses_by_name<OutputLosses...>& sum) {
    return detail::terms_before(before.terms, sum);
}
template <detail::loss_term Term, class... OutputLosses, class... More>
auto operator+(const Term& term, const loss_with_terms<losses_by_name<OutputLosses...>, More...>& sum) {
    return detail::terms_before(std::tuple<Term>{term}, sum);
}
template <class... Terms, class... OutputLosses, class... More>
auto operator+(const detail::terms_alone<Terms...>& before,
               const loss_with_terms<losses_by_name<OutputLosses...>, More...>& sum) {
    return detail::terms_before(before.terms, sum);
}

/// A loss without a name beside one that has one, or beside what was made of it.
template <loss Loss, class... OutputLosses>
detail::refused_losses operator+(const Loss&, const losses_by_name<OutputLosses...>&) {
    static_assert(sizeof(messages::loss_without_a_name<Loss>) > 0);
    return {};
}
template <class... OutputLosses, loss Loss>
detail::refused_losses operator+(const losses_by_name<OutputLosses...>&, const Loss&) {
    static_assert(sizeof(messages::loss_without_a_name<Loss>) > 0);
    return {};
}
template <loss Loss, class... OutputLosses, class... Terms>
detail::refused_losses operator+(const Loss&,
                                 const loss_with_terms<losses_by_name<OutputLosses...>, Terms...>&) {
    static_assert(sizeof(messages::loss_without_a_name<Loss>) > 0);
    return {};
}
template <class... OutputLosses, class... Terms, loss Loss>
detail::refused_losses operator+(const loss_with_terms<losses_by_name<OutputLosses...>, Terms...>&,
                                 const Loss&) {
    static_assert(sizeof(messages::loss_without_a_name<Loss>) > 0);
    return {};
}

namespace detail {

/// The losses by name that a loss has, as a std::tuple: none, unless this is specialised.
template <class Loss>
struct named_losses {
    using type = std::tuple<>;
    static type get(const Loss&) { return {}; }
};
template <class... OutputLosses>
struct named_losses<losses_by_name<OutputLosses...>> {
    using type = std::tuple<OutputLosses...>;
    static const type& get(const losses_by_name<OutputLosses...>& loss) { return loss.each; }
};
template <class Loss, class... Terms>
struct named_losses<loss_with_terms<Loss, Terms...>> : named_losses<Loss> {
    static decltype(auto) get(const loss_with_terms<Loss, Terms...>& loss) {
        return named_losses<Loss>::get(loss.what);
    }
};

/// How many losses by name a loss has.
template <class Loss>
inline constexpr std::size_t named_count = std::tuple_size_v<typename named_losses<Loss>::type>;

/// What verbs take for a loss.
template <class L>
concept loss_or_losses = loss<L> || (named_count<L> > 0) || std::is_same_v<L, refused_losses>;

} // namespace detail

} // namespace strata

#include "strata/meta/macros_back.hpp"
