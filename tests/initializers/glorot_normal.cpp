// Glorot's normal initializer.
#include "strata/initializers/glorot_normal.hpp"
#include "initializers/moments.hpp"
#include "strata/layers/conv2d.hpp"
#include "strata/layers/dense.hpp"
#include "strata/model/model.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <vector>

namespace {

using namespace strata;

TEST_CASE("weights are normal, of the width that their fans ask for, and biases zero") {
    tests::check_layers(glorot_normal{}, [](const auto& values, [[maybe_unused]] double fan_in,
                                            [[maybe_unused]] double fan_out) {
        tests::check_normal(values, std::sqrt(2 / (fan_in + fan_out)));
    });
}

TEST_CASE("a gain multiplies the deviation") {
    tests::check_layers(glorot_normal{.gain = 5.0f / 3},
                        [](const auto& values, double fan_in, double fan_out) {
                            tests::check_normal(values, 5.0 / 3 * std::sqrt(2 / (fan_in + fan_out)));
                        });
}

TEST_CASE("value i is number i of the tensor's stream, however it is stored") {
    struct net : network<strata::input<9>, dense<37>, dense<5>> {};
    const model<net> weights{glorot_normal{}, seed{2}};
    std::uint64_t stream = streams::weights;
    for (const placed_parameter& p : parameters_of<net>) {
        std::vector<float> wanted(p.what.count());
        if (p.what.fan_in != 0)
            fill_normal(wanted, 0.0f, glorot_normal::deviation(p.what.fan_in, p.what.fan_out), seed{2},
                        stream);
        CHECK(tests::values_of(weights, p) == wanted);
        ++stream;
    }
}

} // namespace
