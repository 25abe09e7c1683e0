// The networks of the activity exercises: one template each serves every width of data.
#pragma once

#include "strata/core.hpp"

#include <cstddef>
#include <stdexcept>
#include <string>

namespace examples {

/// Features -> Features / 2 -> Features / 4 -> 32, tanh throughout: 561 -> 280 -> 140 -> 32 for the activity
/// data.
template <std::size_t Features>
struct activity_encoder
    : strata::network<strata::input<Features>, strata::dense<Features / 2>, strata::tanh,
                      strata::dense<Features / 4>, strata::tanh, strata::dense<32>, strata::tanh> {};

/// 256 random numbers -> two hidden layers of 256 -> a row of data, tanh throughout.
template <std::size_t Features>
struct generator : strata::network<strata::input<256>, strata::dense<256>, strata::tanh, strata::dense<256>,
                                   strata::tanh, strata::dense<Features>, strata::tanh> {};

/// A row of data -> an embedding of 32 (tanh) -> the probability that the row is real.
template <std::size_t Features>
struct discriminator : strata::network<strata::input<Features>, strata::dense<32>, strata::tanh,
                                       strata::mark<"embedding">, strata::dense<1>, strata::sigmoid> {};

template <std::size_t Features>
using embedding = strata::until<discriminator<Features>, "embedding">;

/// Calls run.template operator()<Features>() for a number of features known only at run time. Each width here
/// costs the compiler the networks of an example once more. Throws std::invalid_argument for any other.
template <class Run>
void with_width(std::size_t features, Run&& run) {
    switch (features) {
    case 561: // the activity data
        return run.template operator()<561>();
    case 784: // the digits
        return run.template operator()<784>();
    default:
        throw std::invalid_argument{"rows of " + std::to_string(features) +
                                    " features: add a case for this width to with_width()"};
    }
}

} // namespace examples
