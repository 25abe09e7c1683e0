// What weights start from: glorot_uniform, he_uniform, zeros.
#pragma once

#include <cmath>
#include <cstddef>

namespace strata {

/// Uniform in +-sqrt(6 / (fan_in + fan_out)); biases zero. Glorot and Bengio, AISTATS 2010; Keras's default.
struct glorot_uniform {
    static float limit(std::size_t fan_in, std::size_t fan_out) {
        return std::sqrt(6.0f / static_cast<float>(fan_in + fan_out));
    }
};

/// Uniform in +-sqrt(6 / fan_in); biases zero. For relu networks: He, Zhang, Ren, Sun, ICCV 2015.
struct he_uniform {
    static float limit(std::size_t fan_in, std::size_t) {
        return std::sqrt(6.0f / static_cast<float>(fan_in));
    }
};

/// Everything zero: for layers that are to be loaded, and for tests.
struct zeros {
    static float limit(std::size_t, std::size_t) { return 0.0f; }
};

} // namespace strata
