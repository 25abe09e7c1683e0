// Small networks with odd sizes, and data for them, for tests of training.
#pragma once

#include "strata/core.hpp"

#include <cstddef>
#include <vector>

namespace tests {

struct dense_net : strata::network<strata::input<17>, strata::dense<33>, strata::sigmoid,
                                   strata::mark<"code">, strata::dense<5>, strata::tanh> {};

struct conv_net
    : strata::network<strata::input<7, 6, 3>, strata::conv2d<5, 3, strata::same>, strata::relu,
                      strata::max_pool2d<2>, strata::mark<"code">, strata::flatten, strata::dense<4>> {};

/// Rows of uniform numbers from [-1, 1), the same for the same seed.
inline std::vector<float> uniform_rows(std::size_t rows, std::size_t width, std::uint64_t seed) {
    std::vector<float> values(rows * width);
    strata::fill_uniform(values, -1.0f, 1.0f, strata::seed{seed}, strata::streams::user);
    return values;
}

template <class Net>
std::vector<float> weights_of(const strata::model<Net>& net) {
    return {net.storage().begin(), net.storage().end()};
}

} // namespace tests
