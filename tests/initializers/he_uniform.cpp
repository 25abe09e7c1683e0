// He's initializer.
#include "strata/initializers/he_uniform.hpp"
#include "strata/layers/conv2d.hpp"
#include "strata/layers/dense.hpp"
#include "strata/layers/flatten.hpp"
#include "strata/model/model.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace {

using namespace strata;

struct net : network<input<8, 8, 4>, conv2d<20, 3>, flatten, dense<10>> {};

TEST_CASE("the limit is the square root of 6 / fan in, whatever the fan out") {
    CHECK(he_uniform::limit(6, 1) == doctest::Approx(1.0));
    CHECK(he_uniform::limit(784, 32) == doctest::Approx(std::sqrt(6.0 / 784)));
    CHECK(he_uniform::limit(784, 32) == he_uniform::limit(784, 5000));
}

TEST_CASE("weights have the variance 2 / fan in, and biases are zero") {
    const model<net> weights{he_uniform{}, seed{4}};
    const double fan_in[]{3 * 3 * 4, 0, 6 * 6 * 20, 0};
    std::size_t i = 0;
    for (const placed_parameter& p : parameters_of<net>) {
        std::vector<float> values(p.what.count());
        weights.read(p, values);
        const double fan = fan_in[i++];
        if (fan == 0) {
            CHECK(std::all_of(values.begin(), values.end(), [](float value) { return value == 0.0f; }));
            continue;
        }
        double squares = 0;
        double largest = 0;
        for (const float value : values) {
            squares += static_cast<double>(value) * static_cast<double>(value);
            largest = std::max(largest, std::abs(static_cast<double>(value)));
        }
        const double n = static_cast<double>(values.size());
        const double limit = std::sqrt(6 / fan);
        CHECK(largest <= limit * (1 + 1e-6));
        CHECK(largest > 0.95 * limit);
        // The square of a uniform number from +-limit has mean limit^2 / 3 and variance 4 limit^4 / 45.
        CHECK(std::abs(squares / n - 2 / fan) < 4 * limit * limit * std::sqrt(4 / (45 * n)));
    }
    CHECK(i == 4);
}

TEST_CASE("the same seed gives the same weights, another seed others") {
    const model<net> first{he_uniform{}, seed{4}};
    const model<net> second{he_uniform{}, seed{4}};
    const model<net> third{he_uniform{}, seed{5}};
    CHECK(std::equal(first.storage().begin(), first.storage().end(), second.storage().begin()));
    CHECK_FALSE(std::equal(first.storage().begin(), first.storage().end(), third.storage().begin()));
}

} // namespace
