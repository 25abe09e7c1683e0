// What a sample of drawn weights is like.
#pragma once

#include "strata/layers/conv2d.hpp"
#include "strata/layers/dense.hpp"
#include "strata/model/model.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace tests {

template <class Net>
std::vector<float> values_of(const strata::model<Net>& net, const strata::placed_parameter& p) {
    std::vector<float> values(p.what.count());
    net.read(p, values);
    return values;
}

struct moments {
    double count, mean, variance, fourth, largest; ///< the fourth is over the variance squared
};

inline moments moments_of(const std::vector<float>& values) {
    moments m{static_cast<double>(values.size()), 0, 0, 0, 0};
    for (const float value : values) m.mean += static_cast<double>(value) / m.count;
    for (const float value : values) {
        const double off = static_cast<double>(value) - m.mean;
        m.variance += off * off / m.count;
        m.fourth += off * off * off * off / m.count;
        m.largest = std::max(m.largest, std::abs(static_cast<double>(value)));
    }
    m.fourth /= m.variance * m.variance;
    return m;
}

/// Within four deviations of what that many normal numbers have; the fourth moment tells them from uniform ones (1.8), the
/// largest from truncated ones.
inline void check_normal(const std::vector<float>& values, double deviation) {
    const moments m = moments_of(values);
    REQUIRE(m.count > 10000);
    CHECK(std::abs(m.mean) < 4 * deviation / std::sqrt(m.count));
    CHECK(std::abs(m.variance / (deviation * deviation) - 1) < 4 * std::sqrt(2 / m.count));
    CHECK(std::abs(m.fourth - 3) < 4 * std::sqrt(96 / m.count));
    CHECK(m.largest > 3 * deviation);
    CHECK(m.largest < 5.5 * deviation);
}

/// The same for uniform numbers from +-limit.
inline void check_uniform(const std::vector<float>& values, double limit) {
    const moments m = moments_of(values);
    REQUIRE(m.count > 10000);
    CHECK(std::abs(m.mean) < 4 * limit / std::sqrt(3 * m.count));
    CHECK(std::abs(3 * m.variance / (limit * limit) - 1) < 4 * std::sqrt(0.8 / m.count));
    CHECK(std::abs(m.fourth - 1.8) < 0.1);
    CHECK(m.largest <= limit * (1 + 1e-6));
    CHECK(m.largest > 0.99 * limit);
}

/// Draws a dense layer of 100 x 120 and a convolution of 3 x 5 x 8 x 121, and hands over the values and fans of each.
template <class Initializer, class Check>
void check_layers(const Initializer& how, const Check& check) {
    using namespace strata;
    struct on_rows : network<strata::input<100>, dense<120>> {};
    struct on_images : network<strata::input<5, 5, 8>, conv2d<121, kernel<3, 5>>> {};
    const auto check_net = [&]<class Net>(const model<Net>& net, double fan_in, double fan_out) {
        for (const placed_parameter& p : parameters_of<Net>) {
            const std::vector<float> values = values_of(net, p);
            if (p.what.name == "weight")
                check(values, fan_in, fan_out);
            else
                CHECK(std::ranges::count(values, 0.0f) == static_cast<std::ptrdiff_t>(values.size()));
        }
        const model<Net> again{how, seed{3}};
        CHECK(std::ranges::equal(net.storage(), again.storage()));
        const model<Net> other{how, seed{4}};
        CHECK_FALSE(std::ranges::equal(net.storage(), other.storage()));
    };
    check_net(model<on_rows>{how, seed{3}}, 100, 120);
    check_net(model<on_images>{how, seed{3}}, 3 * 5 * 8, 3 * 5 * 121);
}

} // namespace tests
