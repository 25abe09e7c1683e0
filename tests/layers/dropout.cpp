// dropout: which values are dropped, when, and that the gradient knows it.
#include "strata/layers/dropout.hpp"
#include "strata/initializers/glorot_uniform.hpp"
#include "strata/layers/dense.hpp"
#include "strata/layers/relu.hpp"
#include "strata/model/predict.hpp"

#include "support/networks.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace {

using namespace strata;

static_assert(dropout<0.5>::output(shape<3, 5, 7>) == shape<3, 5, 7>);
static_assert(dropout<0.5>::parameters(shape<9>).size == 0);
static_assert(dropout<0.0>::accepts(shape<9>) == layer_error::none);
static_assert(dropout<1.0>::accepts(shape<9>) == layer_error::own);
static_assert(dropout<-0.5>::accepts(shape<9>) == layer_error::own);

constexpr std::size_t width = 301;
struct net : network<input<width>, dropout<0.3>> {};
struct nothing_dropped : network<input<width>, dropout<0.0>> {};
struct frozen_net : network<input<width>, frozen<dropout<0.3>>> {};

std::vector<float> ones(std::size_t rows) { return std::vector<float>(rows * width, 1.0f); }

template <class Net, class Work>
std::vector<float> pass(Work& work, const std::vector<float>& x) {
    const rows_view y = forward(model<Net>{}, work, x);
    std::vector<float> all;
    for (std::size_t r = 0; r < y.rows; ++r) all.insert(all.end(), y[r].begin(), y[r].end());
    return all;
}

TEST_CASE("dropout drops about its rate, and scales what is left") {
    workspace<net, batch<32>> work;
    const std::vector<float> y = pass<net>(work, ones(32));
    const auto dropped = std::count(y.begin(), y.end(), 0.0f);
    const double count = static_cast<double>(y.size());
    CHECK(std::abs(static_cast<double>(dropped) - 0.3 * count) < 5 * std::sqrt(0.3 * 0.7 * count));
    for (const float value : y) CHECK((value == 0.0f || value == doctest::Approx(1 / 0.7f)));
}

TEST_CASE("every pass and every row has a mask of its own, and the seed repeats them") {
    workspace<net, batch<2>> work;
    work.seed(seed{5});
    const std::vector<float> first = pass<net>(work, ones(2));
    const std::vector<float> second = pass<net>(work, ones(2));
    CHECK(first != second);
    CHECK_FALSE(std::equal(first.begin(), first.begin() + width, first.begin() + width));
    work.seed(seed{5});
    CHECK(pass<net>(work, ones(2)) == first);
    work.repeat_noise();
    CHECK(pass<net>(work, ones(2)) == first);
    CHECK(pass<net>(work, ones(2)) == second);
    work.seed(seed{6});
    CHECK(pass<net>(work, ones(2)) != first);
}

TEST_CASE("the gradient goes where forward let values through") {
    const model<net> weights{zeros{}};
    workspace<net, batch<3>> work;
    const std::vector<float> y = pass<net>(work, ones(3));
    detail::load_output_gradient(work, 1.0f);
    detail::add_up policy;
    detail::run_backward<arch, false, true>(weights.storage().data(), work, no_terms{}, policy);
    const padded_rows<float> slope = work.gradient(0);
    for (std::size_t r = 0; r < 3; ++r)
        for (std::size_t i = 0; i < width; ++i) CHECK(slope[r][i] == y[r * width + i]);
}

TEST_CASE("predict drops nothing, whatever the workspace is for") {
    const model<net> weights{zeros{}};
    CHECK(predict(weights, ones(3)) == ones(3));
    workspace<net, batch<2>> work;
    std::vector<float> y(3 * width);
    predict(weights, work, ones(3), y);
    CHECK(y == ones(3));
    workspace<net, batch<3>, inference> quiet;
    CHECK(pass<net>(quiet, ones(3)) == ones(3));
}

TEST_CASE("a rate of 0 and a frozen layer drop nothing in training") {
    workspace<nothing_dropped, batch<2>> first;
    CHECK(pass<nothing_dropped>(first, ones(2)) == ones(2));
    workspace<frozen_net, batch<2>> second;
    CHECK(pass<frozen_net>(second, ones(2)) == ones(2));
}

TEST_CASE("dropout describes itself") { CHECK(dropout<0.25>::describe() == "dropout 0.25"); }

TEST_CASE("gradients of dropout, alone, in place, and behind a layer that it may not overwrite") {
    gradients_are_right<net>();
    gradients_are_right<frozen_net>();
    struct between : network<input<5>, dense<37>, relu, dropout<0.5>, dense<13>, dropout<0.1>, dense<3>> {};
    gradients_are_right<between>();
}

} // namespace
