// The functions of support/functions.hpp as the library's kernels, compiled with the flags of this unit.
#pragma once

#include "strata/kernels/activation.hpp"
#include "strata/meta/float_constant.hpp"

#include "support/function_kernel.hpp"

#include <cstddef>
#include <vector>

namespace functions {
namespace { // of each unit its own: programs have some of several flags

struct exponential_function {
    template <class V>
    static V value(const V& x) {
        return strata::kernels::exponential(x);
    }
};

template <class Function>
void value(std::size_t count, const float* x, float* y) {
    strata::kernels::activate<strata::arch, Function>(count, x, y);
}

template <class Function>
void derivative(std::size_t count, const float* x, float* y) {
    const std::vector<float> ones(count, 1.0f);
    strata::kernels::activate<strata::arch, Function>(count, x, y);
    strata::kernels::activate_gradient<strata::arch, Function>(count, y, ones.data(), y);
}

template <class Function>
void derivative_of_input(std::size_t count, const float* x, float* y) {
    const std::vector<float> ones(count, 1.0f);
    strata::kernels::activate_gradient<strata::arch, Function>(count, x, ones.data(), y);
}

inline std::vector<kernel> kernels() {
    using namespace strata::kernels;
    using clip = clip_function<strata::float_constant{-1.0}, strata::float_constant{2.0}>;
    using elu = elu_function<strata::float_constant{1.0}>;
    return {{"exp", value<exponential_function>},
            {"sigmoid", value<sigmoid_function>},
            {"tanh", value<tanh_function>},
            {"softplus", value<softplus_function>},
            {"elu", value<elu>},
            {"leaky_relu 0.25", value<leaky_relu_function<strata::float_constant{0.25}>>},
            {"leaky_relu 0", value<leaky_relu_function<strata::float_constant{0.0}>>},
            {"relu", value<relu_function>},
            {"gelu", value<gelu_function>},
            {"silu", value<silu_function>},
            {"clip -1 to 2", value<clip>},
            {"tanh'", derivative<tanh_function>},
            {"sigmoid'", derivative<sigmoid_function>},
            {"softplus'", derivative<softplus_function>},
            {"elu'", derivative<elu>},
            {"silu'", derivative_of_input<silu_function>},
            {"gelu'", derivative_of_input<gelu_function>}};
}

} // namespace
} // namespace functions
