// What each of the units, built with different -m flags, offers: the same work, compiled for its own
// architecture.
#pragma once

#include "strata/core.hpp"
#include "support/small_networks.hpp"

#include <string>
#include <vector>

namespace tests {

struct unit_result {
    std::string architecture;
    std::vector<float> prediction;
    std::vector<float> weights; ///< after one training step
};

unit_result run_baseline();
unit_result run_wide();
unit_result run_portable();

/// The work; internal to each unit, so that the linker cannot exchange it.
[[maybe_unused]] static unit_result run_unit() {
    using namespace strata;
    model<conv_net> net{glorot_uniform{}, seed{1}};
    const std::vector<float> x = uniform_rows(9, conv_net::input.count(), 2);
    const std::vector<float> y = uniform_rows(9, conv_net::output.count(), 3);
    unit_result result{backend().architecture, predict(net, x), {}};
    workspace<conv_net, batch<9>> work;
    optimizer opt{net, sgd{.learning_rate = 0.1f, .momentum = 0.9f}};
    train_step(net, work, opt, mse{}, x, y);
    result.weights = weights_of(net);
    return result;
}

} // namespace tests
