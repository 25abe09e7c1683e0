// Softmax of a row.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/elementary.hpp"
#include "strata/kernels/long_sum.hpp"
#include "strata/kernels/pointwise.hpp"

#include <algorithm>
#include <cstddef>

namespace strata::inline STRATA_TARGET::kernels {

/// y = e^x / sum of e^x; y may be x. Where x is -infinity, y is 0; if all are, or one is +infinity, y is NaN.
template <class Arch>
STRATA_NOINLINE void softmax(std::size_t count, const real_of<Arch>* x, real_of<Arch>* y) {
    using v = vec<Arch>;
    const v shift(-*std::max_element(x, x + count));
    long_sum<Arch> total;
    total.add_each(count, [&](std::size_t i, auto now) {
        const v e = exponential(load_some<Arch>(x + i, now) + shift);
        store_some<Arch>(e, y + i, now);
        return first_lanes<Arch>(e, now);
    });
    scale<Arch>(count, y, static_cast<real_of<Arch>>(1.0 / total.value()));
}

/// x_gradient = y * (y_gradient - sum of y * y_gradient); x_gradient may be y_gradient.
template <class Arch>
STRATA_NOINLINE void softmax_gradient(std::size_t count, const real_of<Arch>* y,
                                      const real_of<Arch>* y_gradient, real_of<Arch>* x_gradient) {
    using v = vec<Arch>;
    long_sum<Arch> total;
    total.add_each(count, [&](std::size_t i, auto now) {
        return load_some<Arch>(y + i, now) * load_some<Arch>(y_gradient + i, now);
    });
    const v mean(static_cast<real_of<Arch>>(total.value()));
    transform<Arch>(
        count, x_gradient, [&](const auto& value, const auto& g) { return value * (g - mean); }, y,
        y_gradient);
}

} // namespace strata::kernels

#include "strata/meta/macros_back.hpp"
