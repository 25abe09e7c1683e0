// Weights that all start at one number.
#include "strata/initializers/constant.hpp"
#include "initializers/moments.hpp"
#include "strata/layers/conv2d.hpp"
#include "strata/layers/dense.hpp"
#include "strata/model/model.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <vector>

namespace {

using namespace strata;

struct net : network<strata::input<9>, dense<17>, dense<3>> {};

TEST_CASE("every weight is the number, every bias and all padding zero") {
    const model<net> weights{constant{0.25f}};
    std::ptrdiff_t drawn = 0;
    for (const placed_parameter& p : parameters_of<net>) {
        const std::vector<float> values = tests::values_of(weights, p);
        const float wanted = p.what.name == "weight" ? 0.25f : 0.0f;
        CHECK(std::ranges::count(values, wanted) == std::ptrdiff_t(values.size()));
        if (wanted != 0.0f) drawn += std::ptrdiff_t(values.size());
    }
    CHECK(drawn == 9 * 17 + 17 * 3);
    CHECK(std::ranges::count(weights.storage(), 0.25f) == drawn);
}

TEST_CASE("a number that is not finite is refused, and the model stays as it is") {
    model<net> weights{seed{1}};
    const std::vector<float> before(weights.storage().begin(), weights.storage().end());
    CHECK_THROWS_WITH_AS(weights.initialize(constant{std::numeric_limits<float>::infinity()}, seed{}),
                         "strata: constant's value is inf, but must be a finite number",
                         std::invalid_argument);
    CHECK_THROWS_AS(weights.initialize(constant{std::numeric_limits<float>::quiet_NaN()}, seed{}),
                    std::invalid_argument);
    CHECK(std::ranges::equal(weights.storage(), before));
}

} // namespace
