// Softmax of a row and its gradient against plain loops, at widths around a vector and a line.
#include "strata/kernels/softmax.hpp"

#include "support/reference.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <vector>

namespace {

using namespace reference;
using strata::arch;
namespace kernels = strata::kernels;

TEST_CASE("softmax and its gradient, also in place") {
    for (const std::size_t width : {1u, 3u, 7u, 8u, 9u, 16u, 17u, 33u}) {
        CAPTURE(width);
        const std::vector<float> x = random_floats(width, 1);
        const std::vector<float> g = random_floats(width, 2);
        double sum = 0;
        for (const float value : x) sum += std::exp(static_cast<double>(value));
        std::vector<float> y(width + 1, 7.0f);
        kernels::softmax<arch>(width, x.data(), y.data());
        double mean = 0;
        for (std::size_t i = 0; i < width; ++i) {
            const double expected = std::exp(static_cast<double>(x[i])) / sum;
            CHECK(static_cast<double>(y[i]) == doctest::Approx(expected).epsilon(1e-5));
            mean += expected * static_cast<double>(g[i]);
        }
        CHECK(y.back() == 7.0f);
        std::vector<float> in_place = x;
        kernels::softmax<arch>(width, in_place.data(), in_place.data());
        CHECK(std::equal(in_place.begin(), in_place.end(), y.begin()));

        std::vector<float> slope = g;
        slope.push_back(7.0f);
        kernels::softmax_gradient<arch>(width, y.data(), slope.data(), slope.data());
        for (std::size_t i = 0; i < width; ++i)
            CHECK(std::abs(static_cast<double>(slope[i]) -
                           static_cast<double>(y[i]) * (static_cast<double>(g[i]) - mean)) < 1e-6);
        CHECK(slope.back() == 7.0f);
    }
}

} // namespace
