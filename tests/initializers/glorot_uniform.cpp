// Glorot's initializer, and what holds for the weights of any: seeds, biases, padding.
#include "strata/initializers/glorot_uniform.hpp"
#include "strata/layers/conv2d.hpp"
#include "strata/layers/conv2d_transpose.hpp"
#include "strata/layers/dense.hpp"
#include "strata/layers/flatten.hpp"
#include "strata/model/model.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <set>
#include <vector>

namespace {

using namespace strata;

struct net : network<input<6, 5, 3>, conv2d<5, kernel<3, 2>>, conv2d_transpose<7, 2, stride<2>>, flatten,
                     dense<19>, dense<40>> {};

std::vector<float> values_of(const model<net>& weights, const placed_parameter& p) {
    std::vector<float> values(p.what.count());
    weights.read(p, values);
    return values;
}

bool same(const model<net>& a, const model<net>& b) {
    return std::equal(a.storage().begin(), a.storage().end(), b.storage().begin());
}

TEST_CASE("the limit is the square root of 6 / (fan in + fan out)") {
    CHECK(glorot_uniform::limit(784, 32) == doctest::Approx(std::sqrt(6.0 / 816)));
    CHECK(glorot_uniform::limit(3, 3) == doctest::Approx(1.0));
    CHECK(glorot_uniform::limit(288, 288) == doctest::Approx(std::sqrt(6.0 / 576)));
}

TEST_CASE("weights lie within the limit of their layer's fans, and reach most of the way") {
    const model<net> weights{glorot_uniform{}, seed{2}};
    // Fans as Keras counts them: a window of channels in, a window of filters out.
    const double fans[]{3 * 2 * 3 + 3 * 2 * 5, 2 * 2 * 5 + 2 * 2 * 7, 8 * 8 * 7 + 19, 19 + 40};
    std::size_t i = 0;
    for (const placed_parameter& p : parameters_of<net>) {
        if (p.what.name != "weight") continue;
        const double limit = std::sqrt(6 / fans[i++]);
        CAPTURE(p.layer_number);
        const std::vector<float> values = values_of(weights, p);
        const auto [least, greatest] = std::minmax_element(values.begin(), values.end());
        CHECK(static_cast<double>(*greatest) <= limit * (1 + 1e-6));
        CHECK(static_cast<double>(*least) >= -limit * (1 + 1e-6));
        CHECK(static_cast<double>(*greatest) > 0.9 * limit);
        CHECK(static_cast<double>(*least) < -0.9 * limit);
        double sum = 0;
        for (const float value : values) sum += static_cast<double>(value);
        const double n = static_cast<double>(values.size());
        CHECK(std::abs(sum / n) < 4 * limit / std::sqrt(3 * n));
    }
    CHECK(i == 4);
}

TEST_CASE("a gain multiplies every weight") {
    const model<net> one{glorot_uniform{}, seed{2}};
    const model<net> two{glorot_uniform{.gain = 2.0f}, seed{2}};
    for (std::size_t i = 0; i < one.storage().size(); ++i) REQUIRE(two.storage()[i] == 2 * one.storage()[i]);
}

TEST_CASE("biases start at zero") {
    model<net> weights{zeros{}};
    std::fill(weights.storage().begin(), weights.storage().end(), 5.0f);
    weights.initialize(glorot_uniform{}, seed{2});
    std::size_t biases = 0;
    for (const placed_parameter& p : parameters_of<net>) {
        if (p.what.name != "bias") continue;
        ++biases;
        for (const float value : values_of(weights, p)) CHECK(value == 0.0f);
    }
    CHECK(biases == 4);
}

TEST_CASE(
    "the same seed gives the same weights, another seed others, and drawing anew leaves nothing behind") {
    const model<net> first{glorot_uniform{}, seed{2}};
    model<net> second{glorot_uniform{}, seed{3}};
    CHECK_FALSE(same(first, second));
    second.initialize(glorot_uniform{}, seed{2});
    CHECK(same(first, second));
}

TEST_CASE("no two weights of a network are drawn alike") {
    const model<net> weights{glorot_uniform{}, seed{2}};
    std::vector<float> relative;
    for (const placed_parameter& p : parameters_of<net>) {
        if (p.what.fan_in == 0) continue;
        const float limit = glorot_uniform::limit(p.what.fan_in, p.what.fan_out);
        std::size_t taken = 0;
        for (const float value : values_of(weights, p))
            if (taken++ < 200) relative.push_back(value / limit);
    }
    // Tensors that shared a stream would share all of their numbers but for rounding.
    std::sort(relative.begin(), relative.end());
    std::size_t close = 0;
    for (std::size_t i = 1; i < relative.size(); ++i) close += relative[i] - relative[i - 1] < 1e-6f;
    CHECK(relative.size() > 600);
    CHECK(close < 5);
}

TEST_CASE("the value at a logical index is number i of the tensor's stream, however it is stored") {
    const model<net> weights{glorot_uniform{}, seed{2}};
    std::uint64_t stream = streams::weights;
    for (const placed_parameter& p : parameters_of<net>) {
        const philox random{seed{2}, stream++};
        if (p.what.fan_in == 0) continue;
        const float limit = glorot_uniform::limit(p.what.fan_in, p.what.fan_out);
        const std::vector<float> values = values_of(weights, p);
        for (std::size_t i = 0; i < values.size(); ++i)
            CHECK(values[i] == limit * (2.0f * random.uniform(i) - 1.0f));
    }
}

TEST_CASE("padding is zero: floats that no index names") {
    const model<net> weights{glorot_uniform{}, seed{2}};
    std::set<std::size_t> named;
    for (const placed_parameter& p : parameters_of<net>)
        for (std::size_t i = 0; i < p.what.count(); ++i) {
            REQUIRE(p.what.place(i) < p.what.floats());
            named.insert(p.offset + p.what.place(i));
        }
    std::size_t counted = 0;
    for (const placed_parameter& p : parameters_of<net>) counted += p.what.count();
    CHECK(named.size() == counted); // no two indices in one place
    std::size_t padding = 0;
    for (std::size_t i = 0; i < weights.storage().size(); ++i) {
        if (named.contains(i)) continue;
        ++padding;
        CHECK(weights.storage()[i] == 0.0f);
    }
    CHECK(padding > 0);
}

} // namespace
