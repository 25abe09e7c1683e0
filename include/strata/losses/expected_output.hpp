// What a loss expects of the network's output: logits, probabilities, or any numbers.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/meta/language.hpp"

namespace strata::inline STRATA_TARGET {

/// A loss that expects one kind of output says so: `static constexpr auto expects = expected_output::logits;`.
enum class expected_output {
    any,
    logits,        ///< the loss applies a softmax or a sigmoid itself
    probabilities, ///< from 0 to 1
};

/// What a loss expects; `any` unless it says otherwise.
template <class Loss>
inline constexpr expected_output expected_output_of = expected_output::any;
template <class Loss>
requires requires { Loss::expects; }
inline constexpr expected_output expected_output_of<Loss> = Loss::expects;

} // namespace strata

#include "strata/meta/macros_back.hpp"
