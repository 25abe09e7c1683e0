// Softmax of a row.
#pragma once

#include "strata/kernels/pointwise.hpp"

#include <algorithm>
#include <cstddef>

namespace strata::kernels {

/// y = e^x / sum of e^x; y may be x.
template <class Arch>
[[gnu::noinline]] void softmax(std::size_t count, const float* x, float* y) {
    using v = vec<Arch>;
    const v shift(-*std::max_element(x, x + count));
    v total(0.0f);
    for (std::size_t i = 0; i < count; i += lanes<Arch>) {
        const std::size_t now = std::min(lanes<Arch>, count - i);
        store_some<Arch>(exponential(load_some<Arch>(x + i, now) + shift), y + i, now);
        total += load_some<Arch>(y + i, now); // zero beyond the row, as the exponential is not
    }
    scale<Arch>(count, y, 1.0f / sum_of_lanes<Arch>(total));
}

/// x_gradient = y * (y_gradient - sum of y * y_gradient); x_gradient may be y_gradient.
template <class Arch>
[[gnu::noinline]] void softmax_gradient(std::size_t count, const float* y, const float* y_gradient,
                                        float* x_gradient) {
    using v = vec<Arch>;
    v total(0.0f);
    for (std::size_t i = 0; i < count; i += lanes<Arch>) {
        const std::size_t now = std::min(lanes<Arch>, count - i);
        total = multiply_add<Arch>(load_some<Arch>(y + i, now), load_some<Arch>(y_gradient + i, now), total);
    }
    const v mean(sum_of_lanes<Arch>(total));
    transform<Arch>(
        count, x_gradient, [&](const auto& value, const auto& g) { return value * (g - mean); }, y,
        y_gradient);
}

} // namespace strata::kernels
