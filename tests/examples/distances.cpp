// The distances between sets of rows: nothing between equal sets, known values in one dimension, symmetry.
#include "support/distances.hpp"

#include "strata/random/fill.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <stdexcept>
#include <vector>

using namespace examples;
using strata::rows_view;
using strata::seed;

namespace {

struct sample {
    std::vector<float> values;
    std::size_t width;
    [[nodiscard]] rows_view rows() const { return {values.data(), values.size() / width, width, width}; }
};

sample uniform(std::size_t rows, std::size_t width, float low, float high, std::uint64_t s) {
    sample result{std::vector<float>(rows * width), width};
    strata::fill_uniform(result.values, low, high, seed{s});
    return result;
}

} // namespace

TEST_CASE("equal sets have no distance") {
    const sample a = uniform(20, 19, 0, 1, 1);
    CHECK(sliced_wasserstein(a.rows(), a.rows(), 10, seed{1}) == 0.0);
    CHECK(maximum_mean_discrepancy(a.rows(), a.rows()) == doctest::Approx(0.0));
    // nor have rows in another order
    std::vector<std::uint32_t> order(20);
    for (std::uint32_t i = 0; i < 20; ++i) order[i] = (7 * i + 3) % 20;
    rows_view shuffled = a.rows();
    shuffled.order = order.data();
    CHECK(sliced_wasserstein(a.rows(), shuffled, 10, seed{1}) == 0.0);
    CHECK(maximum_mean_discrepancy(a.rows(), shuffled) == doctest::Approx(0.0));
    const sample same{{2, 2, 2, 2}, 2};
    CHECK(maximum_mean_discrepancy(same.rows(), same.rows()) == 0.0);
}

TEST_CASE("known distances in one dimension") {
    const sample a{{3, 0, 1}, 1};
    const sample moved{{5, 8, 6}, 1};
    const sample other{{0, 1, 5}, 1};
    CHECK(sliced_wasserstein(a.rows(), moved.rows(), 5, seed{1}) == doctest::Approx(5.0));
    CHECK(sliced_wasserstein(a.rows(), other.rows(), 5, seed{1}) == doctest::Approx(2.0 / 3.0));

    // One distance, its own median: 1 + 1 - 2 exp(-1/2).
    const sample zero{{0}, 1};
    const sample two{{2}, 1};
    CHECK(maximum_mean_discrepancy(zero.rows(), two.rows()) == doctest::Approx(2 - 2 * std::exp(-0.5)));
    // Distances 1 (twice) and 2, median 1: the set {0, 2} against {1}.
    const sample ends{{0, 2}, 1};
    const sample one{{1}, 1};
    CHECK(maximum_mean_discrepancy(ends.rows(), one.rows()) ==
          doctest::Approx((2 + 2 * std::exp(-2.0)) / 4 + 1 - 2 * std::exp(-0.5)));
}

TEST_CASE("a shift in many dimensions is seen in proportion") {
    // The mean of |cos| to a random direction in 16 dimensions is Gamma(8) / (Gamma(8.5) sqrt(pi)) = 0.2026.
    const sample a = uniform(50, 16, 0, 1, 1);
    sample moved = a;
    for (std::size_t i = 0; i < moved.values.size(); i += 16) moved.values[i] += 10.0f;
    CHECK(sliced_wasserstein(a.rows(), moved.rows(), 2000, seed{3}) == doctest::Approx(2.026).epsilon(0.05));
}

TEST_CASE("both are symmetric, and larger where sets differ") {
    const sample a = uniform(40, 33, 0, 1, 1);
    const sample like = uniform(40, 33, 0, 1, 2);
    const sample unlike = uniform(40, 33, 0.3f, 1, 3);
    CHECK(sliced_wasserstein(a.rows(), unlike.rows(), 20, seed{1}) ==
          doctest::Approx(sliced_wasserstein(unlike.rows(), a.rows(), 20, seed{1})));
    CHECK(maximum_mean_discrepancy(a.rows(), unlike.rows()) ==
          doctest::Approx(maximum_mean_discrepancy(unlike.rows(), a.rows())));
    CHECK(sliced_wasserstein(a.rows(), unlike.rows(), 20, seed{1}) >
          2 * sliced_wasserstein(a.rows(), like.rows(), 20, seed{1}));
    CHECK(maximum_mean_discrepancy(a.rows(), unlike.rows()) >
          2 * maximum_mean_discrepancy(a.rows(), like.rows()));
    CHECK(sliced_wasserstein(a.rows(), unlike.rows(), 20, seed{1}) ==
          sliced_wasserstein(a.rows(), unlike.rows(), 20, seed{1}));
}

TEST_CASE("what cannot be compared is refused") {
    const sample a = uniform(4, 3, 0, 1, 1);
    const sample fewer = uniform(3, 3, 0, 1, 1);
    const sample wider = uniform(4, 4, 0, 1, 1);
    const sample none{{}, 3};
    CHECK_THROWS_AS(sliced_wasserstein(a.rows(), fewer.rows(), 5, seed{}), std::invalid_argument);
    CHECK_THROWS_AS(sliced_wasserstein(a.rows(), wider.rows(), 5, seed{}), std::invalid_argument);
    CHECK_THROWS_AS(sliced_wasserstein(a.rows(), a.rows(), 0, seed{}), std::invalid_argument);
    CHECK_THROWS_AS(sliced_wasserstein(none.rows(), none.rows(), 5, seed{}), std::invalid_argument);
    CHECK_THROWS_AS(maximum_mean_discrepancy(a.rows(), wider.rows()), std::invalid_argument);
    CHECK_THROWS_AS(maximum_mean_discrepancy(a.rows(), none.rows()), std::invalid_argument);
}
