// standard_scaler: scikit-learn's example, moments of 0 and 1 at every size, constant columns, images by
// channel.
#include "strata/data/standard_scaler.hpp"
#include "strata/strata.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <random>
#include <stdexcept>
#include <type_traits>
#include <vector>

namespace {

using namespace strata;

std::vector<float> values_of(const float_rows& rows) { return {rows.values().begin(), rows.values().end()}; }

float_rows normal_rows(std::size_t rows, const extents& sample, unsigned number) {
    std::mt19937 random{number};
    std::normal_distribution<float> normal;
    float_rows x{rows, sample};
    std::size_t i = 0;
    for (float& value : x.values()) {
        const auto column = static_cast<float>(i++ % sample.last());
        value = 1000 * column + (1 + column) * normal(random);
    }
    return x;
}

TEST_CASE("the example of scikit-learn's StandardScaler") {
    const standard_scaler scaler{float_rows{{0, 0, 0, 0, 1, 1, 1, 1}, shape<2>}};
    CHECK(scaler.means() == std::vector<double>{0.5, 0.5});
    CHECK(scaler.deviations() == std::vector<double>{0.5, 0.5}); // divided by n, not by n - 1
    CHECK(values_of(scaler.transform(float_rows{{0, 0, 1, 1, 2, 2}, shape<2>})) ==
          std::vector<float>{-1, -1, 1, 1, 3, 3});
}

TEST_CASE(
    "standardised rows have means of 0 and deviations of 1, whatever the columns were; and the way back") {
    unsigned number = 0;
    for (const std::size_t rows : {2u, 3u, 100u, 1001u})
        for (const std::size_t columns : {1u, 2u, 7u, 33u}) {
            CAPTURE(rows);
            CAPTURE(columns);
            const float_rows x = normal_rows(rows, extents{columns}, ++number);
            const standard_scaler scaler{x};
            const float_rows y = scaler.transform(x);
            const float_rows back = scaler.inverse_transform(y);
            CHECK(y.sample() == x.sample());
            for (std::size_t c = 0; c < columns; ++c) {
                double sum = 0, squares = 0;
                for (std::size_t r = 0; r < rows; ++r) {
                    const auto value = static_cast<double>(y[r][c]);
                    sum += value;
                    squares += value * value;
                    CHECK(back[r][c] == doctest::Approx(x[r][c]).epsilon(1e-6));
                }
                CHECK(std::abs(sum / static_cast<double>(rows)) < 1e-6);
                CHECK(squares / static_cast<double>(rows) == doctest::Approx(1).epsilon(1e-5));
            }
        }
}

TEST_CASE("a constant column gets zeros, as does a single row; other rows of it stay finite") {
    for (const float value : {0.0f, 0.1f, -1e30f, 16777217.0f})
        for (const std::size_t rows : {1u, 3u, 1000u}) {
            const float_rows x{std::vector<float>(rows, value), shape<1>};
            const standard_scaler scaler{x};
            CHECK(scaler.deviations() == std::vector<double>{0.0});
            CHECK(values_of(scaler.inverse_transform(scaler.transform(x))) == values_of(x));
            CHECK(values_of(scaler.transform(x)) == std::vector<float>(rows));
        }
    const standard_scaler scaler{float_rows{{3, 3}, shape<1>}};
    CHECK(values_of(scaler.transform(float_rows{{5}, shape<1>})) == std::vector<float>{2});
}

TEST_CASE("a mean far from 0 hides nothing: sums are made in double") {
    std::vector<float> values(100000, 1e6f);
    for (std::size_t i = 0; i < values.size(); i += 2) values[i] += 1;
    const standard_scaler scaler{as_rows(values, shape<1>)};
    CHECK(scaler.means()[0] == doctest::Approx(1000000.5).epsilon(1e-12));
    CHECK(scaler.deviations()[0] == doctest::Approx(0.5).epsilon(1e-9));
}

TEST_CASE("images are standardised channel by channel, as Keras's Normalization does") {
    const float_rows images = normal_rows(5, shape<4, 3, 2>, 1);
    const float_rows pixels{std::vector<float>(images.values().begin(), images.values().end()), shape<2>};
    const standard_scaler of_images{images}, of_pixels{pixels};
    CHECK(of_images.means() == of_pixels.means());
    CHECK(of_images.deviations() == of_pixels.deviations());
    const float_rows y = of_images.transform(images);
    CHECK(y.sample() == images.sample());
    CHECK(values_of(y) == values_of(of_pixels.transform(pixels)));
}

TEST_CASE("rows in an order and apart, and xtensors, which stay xtensors") {
    const std::vector<float> values{9, 1, 2, 9, 3, 6, 9, 5, 10};
    const std::vector<std::uint32_t> order{1, 0};
    const standard_scaler scaler{rows_view{values.data() + 1, 2, 2, 3, order.data()}};
    CHECK(scaler.means() == std::vector<double>{2, 4});
    const xt::xtensor<float, 2> x{{1, 2}, {3, 6}};
    const auto y = standard_scaler{x}.transform(x);
    static_assert(std::is_same_v<std::remove_const_t<decltype(y)>, xt::xtensor<float, 2>>);
    CHECK(y == xt::xtensor<float, 2>{{-1, -1}, {1, 1}});
    CHECK(standard_scaler{x}.inverse_transform(y) == x);
}

TEST_CASE("a scaler is made again from its means and deviations, with the same bits") {
    float_rows x = normal_rows(50, shape<3>, 7);
    for (std::size_t r = 0; r < x.rows(); ++r) x[r][1] = 4; // a constant column, too
    const standard_scaler scaler{x};
    const standard_scaler again{scaler.means(), scaler.deviations()};
    CHECK(values_of(again.transform(x)) == values_of(scaler.transform(x)));
    const standard_scaler copy = scaler;
    CHECK(copy.means() == scaler.means());
}

TEST_CASE("standard_scaler refuses no rows, what is not finite, and what does not fit") {
    const float infinity = std::numeric_limits<float>::infinity();
    const double nan = std::numeric_limits<double>::quiet_NaN();
    CHECK_THROWS_AS((standard_scaler{float_rows{0, shape<3>}}), std::invalid_argument);
    CHECK_THROWS_WITH_AS((standard_scaler{float_rows{{1, 2, 3, -infinity}, shape<2>}}),
                         doctest::Contains("row 1, value 1"), std::invalid_argument);
    CHECK_THROWS_AS((standard_scaler{float_rows{{std::nanf("")}, shape<1>}}), std::invalid_argument);
    CHECK_THROWS_AS((standard_scaler{{1.0, 2.0}, {1.0}}), std::invalid_argument);
    CHECK_THROWS_AS((standard_scaler{std::vector<double>{}, std::vector<double>{}}), std::invalid_argument);
    CHECK_THROWS_AS((standard_scaler{std::vector{1.0}, std::vector{-1.0}}), std::invalid_argument);
    CHECK_THROWS_AS((standard_scaler{std::vector{1.0}, std::vector{nan}}), std::invalid_argument);
    CHECK_THROWS_AS((standard_scaler{std::vector{nan}, std::vector{1.0}}), std::invalid_argument);
    const standard_scaler of_two{float_rows{{1, 2, 3, 4}, shape<2>}};
    CHECK_THROWS_WITH_AS(static_cast<void>(of_two.transform(float_rows{1, shape<3>})),
                         "strata: rows of 3 columns for a standard_scaler of 2", std::invalid_argument);
}

} // namespace
