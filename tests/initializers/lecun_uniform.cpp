// LeCun's uniform initializer.
#include "strata/initializers/lecun_uniform.hpp"
#include "initializers/moments.hpp"
#include "strata/layers/conv2d.hpp"
#include "strata/layers/dense.hpp"
#include "strata/model/model.hpp"

#include <doctest/doctest.h>

#include <cmath>

namespace {

using namespace strata;

TEST_CASE("weights are uniform, of the width that their fans ask for, and biases zero") {
    tests::check_layers(lecun_uniform{}, [](const auto& values, [[maybe_unused]] double fan_in,
                                            [[maybe_unused]] double fan_out) {
        tests::check_uniform(values, std::sqrt(3 / fan_in));
    });
}

} // namespace
