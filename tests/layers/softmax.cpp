// softmax: probabilities over the last axis, and their gradient.
#include "strata/layers/softmax.hpp"
#include "strata/layers/dense.hpp"

#include "support/scalar.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace {

using namespace strata;

static_assert(softmax::output(shape<3, 5, 7>) == shape<3, 5, 7>);
static_assert(softmax::accepts(shape<9>) == layer_error::none);
static_assert(softmax::parameters(shape<9>).size == 0);

struct row : network<input<15>, softmax> {};
struct pixels : network<input<5, 1, 3>, softmax> {};

/// Softmax of each run of `width` values, in double.
std::vector<double> expected(const std::vector<float>& x, std::size_t width) {
    std::vector<double> y(x.size());
    for (std::size_t first = 0; first < x.size(); first += width) {
        double sum = 0;
        for (std::size_t i = first; i < first + width; ++i) sum += y[i] = std::exp(static_cast<double>(x[i]));
        for (std::size_t i = first; i < first + width; ++i) y[i] /= sum;
    }
    return y;
}

template <class Net>
void check(std::size_t width) {
    const std::vector<float> x = spread_numbers(4 * 15);
    const std::vector<float> y = run<Net>({}, x);
    const std::vector<double> wanted = expected(x, width);
    for (std::size_t i = 0; i < x.size(); ++i)
        CHECK(static_cast<double>(y[i]) == doctest::Approx(wanted[i]).epsilon(1e-5));
}

TEST_CASE("softmax over a row, and over the channels of each pixel") {
    check<row>(15);
    check<pixels>(3);
}

TEST_CASE("softmax of large logits is finite and sums to 1") {
    struct three : network<input<3>, softmax> {};
    const std::vector<float> y = run<three>({}, {1000, 999, -1000, -1000, -1000, -1000});
    CHECK(y[0] == doctest::Approx(1 / (1 + std::exp(-1.0))).epsilon(1e-6));
    CHECK(y[0] + y[1] == doctest::Approx(1));
    CHECK(y[2] == 0.0f);
    for (std::size_t i = 3; i < 6; ++i) CHECK(y[i] == doctest::Approx(1.0 / 3));
    const std::vector<float> bad = run<three>({}, {1, std::numeric_limits<float>::quiet_NaN(), 2});
    CHECK(std::isnan(bad[0] + bad[1] + bad[2]));
}

TEST_CASE("softmax describes itself") { CHECK(softmax::describe() == "softmax"); }

TEST_CASE("gradients of softmax, alone, of pixels, and between other layers") {
    gradients_are_right<row>();
    gradients_are_right<pixels>();
    struct seventeen : network<input<17>, softmax> {};
    gradients_are_right<seventeen, 1>();
    struct between : network<input<5>, dense<9>, softmax, dense<3>, softmax> {};
    gradients_are_right<between>();
}

} // namespace
