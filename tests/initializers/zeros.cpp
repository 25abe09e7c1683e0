// The initializer of zeros.
#include "strata/initializers/zeros.hpp"
#include "strata/layers/dense.hpp"
#include "strata/model/model.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

namespace {

using namespace strata;

struct net : network<input<9>, dense<17>, dense<3>> {};

TEST_CASE("everything is zero, whatever was there and whatever the seed") {
    model<net> weights{zeros{}};
    for (const placed_parameter& p : parameters_of<net>) {
        const std::vector<float> sevens(p.what.count(), 7.0f);
        weights.write(p, sevens);
    }
    CHECK(std::any_of(weights.storage().begin(), weights.storage().end(),
                      [](float value) { return value == 7.0f; }));
    weights.initialize(zeros{}, seed{9});
    for (const float value : weights.storage()) CHECK(value == 0.0f);
}

} // namespace
