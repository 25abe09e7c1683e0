// What an optimizer's rule is: how weights move against their gradients. sgd, adam, adamw and rmsprop are rules.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/vectors.hpp"

#include <concepts>
#include <cstddef>

namespace strata::inline STRATA_TARGET {

/// What a rule is given: some of a model's weights, in one piece, with all that belongs to them. All of it lies as
/// the weights do, on 64-byte lines, so `count` is a whole number of 16 floats. The floats between parameters are
/// padding: they are zero, and the optimizer clears them again after the rule, so that it need not look at shapes.
template <class Arch>
struct weight_update {
    std::size_t count;              ///< how many weights
    typename Arch::weight* weights; ///< to be moved
    const real_of<Arch>* gradients; ///< of the loss, one a weight
    real_of<Arch>*
        states; ///< what the rule keeps between steps, zero before the first; null if it keeps nothing
    std::size_t distance; ///< floats from one state to the next
    std::size_t step; ///< which step of these weights this is, from 1 on: layers that thaw late begin at 1

    /// State number k (below the rule's states()) of these weights, one float a weight.
    [[nodiscard]] real_of<Arch>* state(std::size_t k) const { return states + k * distance; }
};

/// A rule is an aggregate of its options, learning_rate among them, which says how many floats it keeps for every
/// weight and moves weights. It may have a check() const that throws std::invalid_argument for options that make no
/// sense; an optimizer calls it when it is made. A whole rule of one's own:
///
///     struct sign_descent { // moves every weight by the same distance
///         float learning_rate = 1e-3f;
///         std::size_t states() const { return 0; }
///         template <class Arch>
///         void update(const weight_update<Arch>& u) const {
///             for (std::size_t i = 0; i < u.count; ++i)
///                 u.weights[i] -= learning_rate * real_of<Arch>((u.gradients[i] > 0) - (u.gradients[i] < 0));
///         }
///     };
///
/// `Arch` is the machine (meta/machine.hpp): its number type is float unless the model computes in double; options stay
/// floats.
/// Running statistics of batch_norm are not the rule's: the optimizer moves them.
template <class R>
concept optimizer_rule = std::copyable<R> && requires(const R rule, R options, const weight_update<arch>& u) {
    { options.learning_rate } -> std::same_as<float&>;
    { rule.states() } -> std::convertible_to<std::size_t>;
    rule.template update<arch>(u);
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
