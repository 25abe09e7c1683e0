// The sums and transformations of normalizations against plain loops, at widths around a vector and a line.
#include "strata/kernels/normalize.hpp"

#include "support/reference.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

namespace {

using namespace reference;
using strata::arch;
namespace kernels = strata::kernels;

constexpr std::size_t widths[]{1, 3, 7, 8, 9, 15, 16, 17, 33};
bool close(float got, double expected, double scale) {
    return std::abs(static_cast<double>(got) - expected) <= 1e-6 * std::max(scale, std::abs(expected));
}

TEST_CASE("columns are normalized, and so are their gradients, whatever the number of groups") {
    for (const std::size_t width : widths)
        for (const std::size_t groups : sizes{1, 5, 64, 203}) {
            CAPTURE(width);
            CAPTURE(groups);
            const std::vector<float> x = random_floats(groups * width, 1);
            const std::vector<float> g = random_floats(groups * width, 2);
            const std::vector<float> mean = random_floats(width, 3);
            std::vector<float> rest = random_floats(width, 6);
            for (float& value : rest) value *= 1e-3f;
            const std::vector<float> scale = random_floats(width, 4);
            const std::vector<float> bias = random_floats(width, 5);
            const std::vector<float> slope = random_floats(width, 7);
            const std::vector<float> product = random_floats(width, 8);
            std::vector<float> y(groups * width + 1, 7.0f);
            std::vector<float> plain(groups * width + 1, 7.0f);
            std::vector<float> mixed(groups * width + 1, 7.0f);
            std::vector<float> scaled(groups * width + 1, 7.0f);
            kernels::normalize_columns<arch>(groups, width, x.data(), {mean.data(), rest.data()},
                                             scale.data(), bias.data(), y.data());
            kernels::normalize_columns<arch>(groups, width, x.data(), {mean.data(), nullptr}, scale.data(),
                                             bias.data(), plain.data());
            kernels::normalize_columns_gradient<arch>(
                groups, width, g.data(), x.data(), {mean.data(), rest.data()},
                {bias.data(), slope.data(), product.data(), scale.data()}, mixed.data());
            kernels::scale_columns<arch>(groups, width, g.data(), scale.data(), scaled.data());
            std::size_t wrong = 0;
            for (std::size_t c = 0; c < width; ++c) {
                const auto d = [&](const std::vector<float>& v) { return static_cast<double>(v[c]); };
                for (std::size_t k = 0; k < groups; ++k) {
                    const double value = static_cast<double>(x[k * width + c]);
                    const double gradient = static_cast<double>(g[k * width + c]);
                    const double away = value - d(mean) - d(rest);
                    const double normal = away * d(bias);
                    wrong += !close(y[k * width + c], away * d(scale) + d(bias), 4);
                    wrong += !close(plain[k * width + c], (value - d(mean)) * d(scale) + d(bias), 4);
                    wrong += !close(mixed[k * width + c],
                                    d(scale) * (gradient - d(slope) - normal * d(product)), 4);
                    wrong += !close(scaled[k * width + c], d(scale) * gradient, 4);
                }
            }
            CHECK(wrong == 0);
            // Nothing behind the last value is touched.
            for (const auto* all : {&y, &plain, &mixed, &scaled}) CHECK(all->back() == 7.0f);
        }
}

TEST_CASE(
    "means, variances and sums of gradients are those of doubles, for any numbers of rows and columns") {
    unsigned number = 0;
    for (const std::size_t samples : sizes{1, 4, 32})
        for (const std::size_t rows : sizes{1, 6, 196, 2048})
            for (const std::size_t width : sizes{1, 3, 8, 17, 64}) {
                ++number;
                CAPTURE(samples);
                CAPTURE(rows);
                CAPTURE(width);
                const float sizes_of[]{1.0f, 1e-12f, 255.0f, 1e19f, 1e38f};
                const float middles[]{0.0f, 0.5f, 3.0f, 1000.0f};
                const std::size_t apart = rows * width + number % 3;
                const kernels::row_blocks where{samples, apart, rows, width};
                std::vector<float> x = random_floats(samples * apart, number);
                const float size = sizes_of[number % 5];
                for (float& value : x)
                    value = size > 1e30f ? value * size : (value + middles[number % 4]) * size;
                const std::vector<float> g = random_floats(samples * apart, number + 1);
                std::vector<float> mean(width), rest(width), variance(width), inverse(width), sums(width),
                    products(width);
                kernels::measure_means<arch>(where, width, x.data(), mean.data(), rest.data());
                const kernels::column_means<arch> means{mean.data(), rest.data()};
                kernels::measure_variances<arch>(where, width, x.data(), means, 1e-5f, variance.data(),
                                                 inverse.data());
                kernels::sum_gradients<arch>(where, width, g.data(), x.data(), means, inverse.data(), 1,
                                             sums.data(), products.data());
                const double count = static_cast<double>(samples * rows);
                for (std::size_t c = 0; c < width; ++c) {
                    const auto each = [&](const auto& f) {
                        for (std::size_t s = 0; s < samples; ++s)
                            for (std::size_t r = 0; r < rows; ++r) f(s * apart + r * width + c);
                    };
                    sum of_x, of_squares, of_g, of_products;
                    double magnitude = 0;
                    each([&](std::size_t i) {
                        of_x.add(static_cast<double>(x[i]) / count);
                        magnitude += std::abs(static_cast<double>(x[i])) / count;
                    });
                    CHECK(of_x.is(mean[c]));
                    CHECK(std::abs(static_cast<double>(mean[c]) + static_cast<double>(rest[c]) -
                                   of_x.value()) <= 1e-10 * magnitude);
                    each([&](std::size_t i) {
                        of_squares.add(std::pow(static_cast<double>(x[i]) - of_x.value(), 2) / count);
                    });
                    const double most = std::numeric_limits<float>::max();
                    if (of_squares.value() > most)
                        CHECK(static_cast<double>(variance[c]) == most);
                    else
                        CHECK(of_squares.is(variance[c]));
                    const double exact = 1 / std::sqrt(of_squares.value() + static_cast<double>(1e-5f));
                    CHECK(std::abs(static_cast<double>(inverse[c]) - exact) <= ulp(exact));
                    each([&](std::size_t i) {
                        of_g.add(static_cast<double>(g[i]));
                        of_products.add(static_cast<double>(g[i]),
                                        (static_cast<double>(x[i]) - of_x.value()) * exact);
                    });
                    CHECK(of_g.is(sums[c]));
                    CHECK(of_products.is(products[c]));
                }
            }
}

TEST_CASE("the mean of equal values is that value, and their variance 0") {
    for (const float value : {0.7f, 255.0f, -12345.678f, 10000.1f, 1e-40f, 1e19f, 3e38f})
        for (const std::size_t rows : sizes{1, 3, 7, 64, 1001, 262144})
            for (const std::size_t width : sizes{1, 3, 16}) {
                if (rows * width > 1'000'000) continue;
                const std::vector<float> x(rows * width, value);
                std::vector<float> mean(width), rest(width), variance(width), inverse(width);
                kernels::measure_means<arch>({1, 0, rows, width}, width, x.data(), mean.data(), rest.data());
                kernels::measure_variances<arch>({1, 0, rows, width}, width, x.data(),
                                                 {mean.data(), rest.data()}, 1e-5f, variance.data(),
                                                 inverse.data());
                CHECK(mean == std::vector<float>(width, value));
                CHECK(rest == std::vector<float>(width, 0.0f));
                CHECK(variance == std::vector<float>(width, 0.0f));
            }
}

} // namespace
