// What batch_norm and layer_norm are made of. A row is a number of groups (pixels) of `width` values each.
#pragma once

#include "strata/kernels/pointwise.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace strata::kernels {

/// y = (x - mean) * factor + shift, column by column; y may be x.
template <class Arch>
[[gnu::noinline]] void normalize_columns(std::size_t groups, std::size_t width, const float* x,
                                         const float* mean, const float* factor, const float* shift,
                                         float* y) {
    for (std::size_t g = 0; g < groups; ++g)
        transform<Arch>(
            width, y + g * width,
            [](const auto& value, const auto& m, const auto& f, const auto& s) {
                return multiply_add<Arch>(value - m, f, s);
            },
            x + g * width, mean, factor, shift);
}

/// sums[c] += the sum of (x - mean)^2.
template <class Arch>
[[gnu::noinline]] void add_squared_deviations(std::size_t groups, std::size_t width, const float* x,
                                              const float* mean, float* sums) {
    for (std::size_t g = 0; g < groups; ++g)
        transform<Arch>(
            width, sums,
            [](const auto& sum, const auto& value, const auto& m) {
                return multiply_add<Arch>(value - m, value - m, sum);
            },
            static_cast<const float*>(sums), x + g * width, mean);
}

/// sums[c] += the sum of gradient * (x - mean).
template <class Arch>
[[gnu::noinline]] void add_gradient_deviations(std::size_t groups, std::size_t width, const float* gradient,
                                               const float* x, const float* mean, float* sums) {
    for (std::size_t g = 0; g < groups; ++g)
        transform<Arch>(
            width, sums,
            [](const auto& sum, const auto& slope, const auto& value, const auto& m) {
                return multiply_add<Arch>(slope, value - m, sum);
            },
            static_cast<const float*>(sums), gradient + g * width, x + g * width, mean);
}

/// out = a * gradient + b * x + c, column by column; out may be gradient.
template <class Arch>
[[gnu::noinline]] void combine(std::size_t groups, std::size_t width, const float* gradient, const float* x,
                               const float* a, const float* b, const float* c, float* out) {
    for (std::size_t g = 0; g < groups; ++g)
        transform<Arch>(
            width, out + g * width,
            [](const auto& slope, const auto& value, const auto& by, const auto& of, const auto& plus) {
                return multiply_add<Arch>(by, slope, multiply_add<Arch>(of, value, plus));
            },
            gradient + g * width, x + g * width, a, b, c);
}

/// Mean and 1 / standard deviation of one group.
struct group_moments {
    float mean;
    float inverse_deviation;
};

template <class Arch>
[[gnu::noinline]] group_moments moments_of(std::size_t width, const float* x, float epsilon) {
    const auto n = static_cast<float>(width);
    vec<Arch> sum(0.0f);
    for (std::size_t i = 0; i < width; i += lanes<Arch>)
        sum += load_some<Arch>(x + i, std::min(lanes<Arch>, width - i));
    const float mean = sum_of_lanes<Arch>(sum) / n;
    const vec<Arch> middle(mean);
    vec<Arch> squares(0.0f);
    std::size_t i = 0;
    for (; i + lanes<Arch> <= width; i += lanes<Arch>) {
        const vec<Arch> away = load<Arch>(x + i) - middle;
        squares = multiply_add<Arch>(away, away, squares);
    }
    float square = sum_of_lanes<Arch>(squares);
    for (; i < width; ++i) square += (x[i] - mean) * (x[i] - mean);
    return {mean, 1.0f / std::sqrt(square / n + epsilon)};
}

/// y = (x - mean) / deviation * factor + shift; y may be x.
template <class Arch>
[[gnu::noinline]] void normalize_group(std::size_t width, const float* x, const group_moments& m,
                                       const float* factor, const float* shift, float* y) {
    const vec<Arch> mean(m.mean);
    const vec<Arch> inverse(m.inverse_deviation);
    transform<Arch>(
        width, y,
        [&](const auto& value, const auto& f, const auto& s) {
            return multiply_add<Arch>((value - mean) * inverse, f, s);
        },
        x, factor, shift);
}

/// The gradient of normalize_group by x, the moments' dependence on x included; x_gradient may be y_gradient.
template <class Arch>
[[gnu::noinline]] void normalize_group_gradient(std::size_t width, const float* x, const group_moments& m,
                                                const float* factor, const float* y_gradient,
                                                float* x_gradient) {
    const vec<Arch> mean(m.mean);
    const vec<Arch> inverse(m.inverse_deviation);
    vec<Arch> slopes(0.0f);
    vec<Arch> products(0.0f);
    for (std::size_t i = 0; i < width; i += lanes<Arch>) {
        const std::size_t now = std::min(lanes<Arch>, width - i);
        const vec<Arch> slope = load_some<Arch>(y_gradient + i, now) * load_some<Arch>(factor + i, now);
        slopes += slope; // zero beyond the row, and so is the product
        products = multiply_add<Arch>(slope, (load_some<Arch>(x + i, now) - mean) * inverse, products);
    }
    const vec<Arch> mean_slope(sum_of_lanes<Arch>(slopes) / static_cast<float>(width));
    const vec<Arch> mean_product(sum_of_lanes<Arch>(products) / static_cast<float>(width));
    transform<Arch>(
        width, x_gradient,
        [&](const auto& g, const auto& f, const auto& value) {
            return inverse * (g * f - mean_slope - (value - mean) * inverse * mean_product);
        },
        y_gradient, factor, x);
}

/// factor_gradient += y_gradient * (x - mean) / deviation.
template <class Arch>
[[gnu::noinline]] void add_factor_gradient(std::size_t width, const float* x, const group_moments& m,
                                           const float* y_gradient, float* factor_gradient) {
    const vec<Arch> mean(m.mean);
    const vec<Arch> inverse(m.inverse_deviation);
    transform<Arch>(
        width, factor_gradient,
        [&](const auto& sum, const auto& g, const auto& value) {
            return multiply_add<Arch>(g, (value - mean) * inverse, sum);
        },
        static_cast<const float*>(factor_gradient), y_gradient, x);
}

} // namespace strata::kernels
