// He's normal initializer.
#include "strata/initializers/he_normal.hpp"
#include "initializers/moments.hpp"
#include "strata/layers/conv2d.hpp"
#include "strata/layers/dense.hpp"
#include "strata/model/model.hpp"

#include <doctest/doctest.h>

#include <cmath>

namespace {

using namespace strata;

TEST_CASE("weights are normal, of the width that their fans ask for, and biases zero") {
    tests::check_layers(
        he_normal{}, [](const auto& values, [[maybe_unused]] double fan_in, [[maybe_unused]] double fan_out) {
            tests::check_normal(values, std::sqrt(2 / fan_in));
        });
}

} // namespace
