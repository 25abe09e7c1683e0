// What holds for every initializer, a user's own included: what it is given, and what becomes of its errors.
#include "strata/initializers/initializer.hpp"
#include "initializers/moments.hpp"
#include "strata/initializers/constant.hpp"
#include "strata/initializers/glorot_normal.hpp"
#include "strata/initializers/he_normal.hpp"
#include "strata/initializers/lecun_normal.hpp"
#include "strata/initializers/lecun_uniform.hpp"
#include "strata/initializers/orthogonal.hpp"
#include "strata/layers/batch_norm.hpp"
#include "strata/layers/conv2d.hpp"
#include "strata/layers/conv2d_transpose.hpp"
#include "strata/layers/dense.hpp"
#include "strata/layers/flatten.hpp"
#include "strata/model/model.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <set>
#include <stdexcept>
#include <vector>

namespace {

using namespace strata;

static_assert(initializer<zeros> && initializer<constant> && initializer<orthogonal>);
static_assert(initializer<glorot_uniform> && initializer<he_uniform> && initializer<lecun_uniform>);
static_assert(initializer<glorot_normal> && initializer<he_normal> && initializer<lecun_normal>);
static_assert(initializer<decltype([](const weight_draw&) {})> && initializer<void (*)(const weight_draw&)>);
static_assert(!initializer<seed> && !initializer<int> && !initializer<decltype([](float) {})>);

struct net : network<strata::input<6, 5, 3>, conv2d<5, kernel<3, 2>>, batch_norm<>, conv2d_transpose<7, 2>,
                     flatten, dense<19>> {};

/// Each value its row-major index and the layer's number.
struct numbered {
    float step = 1;
    void check() const {
        if (step <= 0) throw std::invalid_argument{"the step is not above 0"};
    }
    void operator()(const weight_draw& w) const {
        for (std::size_t i = 0; i < w.values.size(); ++i)
            w.values[i] = step * static_cast<float>(i + 10000 * w.layer_number);
    }
};

TEST_CASE("an initializer is told which weight it draws, and gets zeros to fill and a stream of its own") {
    std::vector<weight_draw> seen;
    bool all_zero = true;
    const model<net> weights{[&](const weight_draw& w) {
                                 all_zero = all_zero && std::ranges::count(w.values, 0.0f) ==
                                                            std::ptrdiff_t(w.values.size());
                                 seen.push_back(w);
                                 std::ranges::fill(w.values, 3.0f); // the next must not see it
                             },
                             seed{8}};
    CHECK(all_zero);
    REQUIRE(seen.size() == 3);
    std::set<std::uint64_t> streams_seen;
    for (const weight_draw& w : seen) {
        CHECK(w.name == "weight");
        CHECK(w.seed.value == 8);
        CHECK(w.values.size() == w.shape.count());
        streams_seen.insert(w.stream);
        CHECK(w.random()[5] == philox{seed{8}, w.stream}[5]);
    }
    CHECK(streams_seen.size() == 3);
    CHECK(seen[0].layer_number == 1);
    CHECK(seen[0].shape == extents{3, 2, 3, 5});
    CHECK(seen[0].fan_in == 3 * 2 * 3);
    CHECK(seen[0].fan_out == 3 * 2 * 5);
    CHECK(seen[1].layer_number == 3);
    CHECK(seen[2].layer_number == 5);
    CHECK(seen[2].shape == extents{5 * 5 * 7, 19});
    CHECK(seen[2].fan_in == 5 * 5 * 7);
    CHECK(seen[2].fan_out == 19);
}

TEST_CASE("what a user's own fills lies at its logical index; the rest starts where its layer says") {
    model<net> weights{zeros{}};
    std::ranges::fill(weights.storage(), 5.0f);
    weights.initialize(numbered{}, seed{});
    const model<net> start{zeros{}};
    for (const placed_parameter& p : parameters_of<net>) {
        const std::vector<float> values = tests::values_of(weights, p);
        if (p.what.fan_in == 0) CHECK(values == tests::values_of(start, p));
        for (std::size_t i = 0; p.what.fan_in != 0 && i < values.size(); ++i)
            REQUIRE(values[i] == static_cast<float>(i + 10000 * p.layer_number));
    }
    CHECK(std::ranges::count(weights.storage(), 5.0f) == 0); // the padding, too
    CHECK(std::ranges::equal(weights.storage(), model<net>{numbered{}}.storage()));
}

TEST_CASE("a lambda draws through the library's random numbers") {
    const auto how = [](const weight_draw& w) { fill_normal(w.values, 1.0f, 0.5f, w.seed, w.stream); };
    const model<net> one{how, seed{1}}, again{how, seed{1}}, other{how, seed{2}};
    CHECK(std::ranges::equal(one.storage(), again.storage()));
    CHECK_FALSE(std::ranges::equal(one.storage(), other.storage()));
}

TEST_CASE("an error leaves the model as it was, one of the last layer's too") {
    model<net> weights{seed{1}};
    const std::vector<float> before(weights.storage().begin(), weights.storage().end());
    CHECK_THROWS_WITH(weights.initialize(numbered{.step = 0}, seed{}), "the step is not above 0");
    CHECK_THROWS_WITH(weights.initialize(
                          [](const weight_draw& w) {
                              std::ranges::fill(w.values, 1.0f);
                              if (w.layer_number == 5) throw std::runtime_error{"no more"};
                          },
                          seed{}),
                      "no more");
    CHECK(std::ranges::equal(weights.storage(), before));
    CHECK_THROWS_AS((model<net>{numbered{.step = -1}}), std::invalid_argument);
}

template <class Initializer>
void check_refused(const Initializer& how, const char* said) {
    model<net> weights{seed{1}};
    const std::vector<float> before(weights.storage().begin(), weights.storage().end());
    CHECK_THROWS_WITH_AS(weights.initialize(how, seed{}), said, std::invalid_argument);
    CHECK(std::ranges::equal(weights.storage(), before));
}

TEST_CASE("gains that make no sense are refused by name") {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const float infinite = std::numeric_limits<float>::infinity();
    check_refused(glorot_uniform{-1.0f},
                  "strata: glorot_uniform's gain is -1.000000, but must be a finite number, at least 0");
    check_refused(glorot_normal{infinite},
                  "strata: glorot_normal's gain is inf, but must be a finite number, at least 0");
    check_refused(orthogonal{-0.5f},
                  "strata: orthogonal's gain is -0.500000, but must be a finite number, at least 0");
    CHECK_THROWS_AS((model<net>{glorot_uniform{nan}}), std::invalid_argument);
    CHECK_THROWS_AS((model<net>{glorot_normal{nan}}), std::invalid_argument);
    CHECK_THROWS_AS((model<net>{orthogonal{nan}}), std::invalid_argument);
}

} // namespace
