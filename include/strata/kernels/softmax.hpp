// Softmax of a row.
#pragma once

#include "strata/kernels/doubles.hpp"
#include "strata/kernels/pointwise.hpp"

#include <algorithm>
#include <cstddef>

namespace strata::kernels {

/// y = e^x / sum of e^x; y may be x.
template <class Arch>
[[gnu::noinline]] void softmax(std::size_t count, const float* x, float* y) {
    using v = vec<Arch>;
    const v shift(-*std::max_element(x, x + count));
    for (std::size_t i = 0; i < count; i += lanes<Arch>) {
        const std::size_t now = std::min(lanes<Arch>, count - i);
        store_some<Arch>(exponential(load_some<Arch>(x + i, now) + shift), y + i, now);
    }
    const double total =
        sum_in_double<Arch>(count, [&]<std::size_t Lanes>(std::size_t i) __attribute__((always_inline)) {
            return load_doubles<Lanes>(y + i);
        });
    scale<Arch>(count, y, static_cast<float>(1.0 / total));
}

/// x_gradient = y * (y_gradient - sum of y * y_gradient); x_gradient may be y_gradient.
template <class Arch>
[[gnu::noinline]] void softmax_gradient(std::size_t count, const float* y, const float* y_gradient,
                                        float* x_gradient) {
    using v = vec<Arch>;
    const v mean(static_cast<float>(
        sum_in_double<Arch>(count, [&]<std::size_t Lanes>(std::size_t i) __attribute__((always_inline)) {
            return load_doubles<Lanes>(y + i) * load_doubles<Lanes>(y_gradient + i);
        })));
    transform<Arch>(
        count, x_gradient, [&](const auto& value, const auto& g) { return value * (g - mean); }, y,
        y_gradient);
}

} // namespace strata::kernels
