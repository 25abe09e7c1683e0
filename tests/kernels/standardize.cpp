// Sums of differences by column, and the way to standardised floats and back, against loops over single
// columns.
#include "strata/kernels/standardize.hpp"
#include "strata/kernels/vectors.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <random>
#include <vector>

namespace {

using strata::arch;
namespace kernels = strata::kernels;

struct columns {
    std::size_t groups, width;
    std::vector<float> x;
    std::vector<double> mean, deviation;

    columns(std::size_t number_of_groups, std::size_t columns_each, unsigned number)
        : groups{number_of_groups}, width{columns_each}, x(groups * width), mean(width), deviation(width) {
        std::mt19937 random{number};
        std::uniform_real_distribution<float> values{-3, 5};
        for (float& value : x) value = values(random);
        for (double& value : mean) value = static_cast<double>(values(random));
        for (double& value : deviation) value = 0.25 + static_cast<double>(values(random) + 3);
    }
};

template <class Check>
void for_each_size(const Check& check) {
    unsigned number = 0;
    for (std::size_t width = 1; width <= 35; ++width)
        for (const std::size_t groups : {1u, 2u, 7u}) {
            CAPTURE(width);
            CAPTURE(groups);
            check(columns{groups, width, ++number});
        }
}

TEST_CASE("sums of differences and of their squares are added to what is there") {
    for_each_size([](const columns& c) {
        std::vector<double> sum(c.width, 1.0), squares(c.width, 2.0);
        kernels::add_differences<arch>(c.groups, c.width, c.x.data(), c.mean.data(), sum.data());
        kernels::add_squared_differences<arch>(c.groups, c.width, c.x.data(), c.mean.data(), squares.data());
        for (std::size_t i = 0; i < c.width; ++i) {
            double expected = 1, expected_squares = 2;
            for (std::size_t g = 0; g < c.groups; ++g) {
                const double difference = static_cast<double>(c.x[g * c.width + i]) - c.mean[i];
                expected += difference;
                expected_squares += difference * difference;
            }
            CHECK(sum[i] == doctest::Approx(expected).epsilon(1e-14));
            CHECK(squares[i] == doctest::Approx(expected_squares).epsilon(1e-14));
        }
    });
}

TEST_CASE("standardize divides in double, and destandardize is the way back, in place too") {
    for_each_size([](const columns& c) {
        std::vector<float> y(c.x.size()), back = c.x;
        kernels::standardize<arch>(c.groups, c.width, c.x.data(), c.mean.data(), c.deviation.data(),
                                   y.data());
        kernels::standardize<arch>(c.groups, c.width, back.data(), c.mean.data(), c.deviation.data(),
                                   back.data());
        CHECK(back == y);
        kernels::destandardize<arch>(c.groups, c.width, back.data(), c.mean.data(), c.deviation.data(),
                                     back.data());
        for (std::size_t i = 0; i < y.size(); ++i) {
            const std::size_t at = i % c.width;
            CHECK(y[i] == static_cast<float>((static_cast<double>(c.x[i]) - c.mean[at]) / c.deviation[at]));
            CHECK(back[i] == doctest::Approx(c.x[i]).epsilon(1e-6));
        }
    });
}

} // namespace
