// Four floats at a time in plain C++: the vectors of kernels where xsimd knows no instruction set, or where
// STRATA_PORTABLE asks for them. They have what kernels use of xsimd's, under the same names.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/float_order.hpp"
#include "strata/meta/language.hpp"

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace strata::inline STRATA_TARGET {

/// In place of an instruction set.
struct portable {
    static constexpr const char* name() { return "portable"; }
};

namespace kernels {

// The compilers' own vectors: they become whatever instructions there are, and stay in registers, where GCC
// and Clang keep arrays in memory (on x86-64 3 to 10 times slower).
using four_floats = float __attribute__((vector_size(16)));
using four_integers = std::int32_t __attribute__((vector_size(16)));

/// The answers of a comparison: a lane is -1 for yes and 0 for no.
struct portable_answers {
    four_integers lanes;

    friend portable_answers operator||(const portable_answers& a, const portable_answers& b) {
        return {a.lanes | b.lanes};
    }
};

struct portable_integers {
    four_integers lanes;

    portable_integers(const four_integers& v) : lanes{v} {}
    explicit portable_integers(std::int32_t value) : lanes{value, value, value, value} {}

    friend portable_integers operator+(const portable_integers& a, const portable_integers& b) {
        return a.lanes + b.lanes;
    }
    friend portable_integers operator-(const portable_integers& a, const portable_integers& b) {
        return a.lanes - b.lanes;
    }
    friend portable_integers operator<<(const portable_integers& a, int bits) { return a.lanes << bits; }
    friend portable_integers operator>>(const portable_integers& a, int bits) { return a.lanes >> bits; }
};

struct portable_floats {
    using arch_type = portable;
    static constexpr std::size_t size = 4;
    four_floats lanes;

    portable_floats() = default;
    portable_floats(const four_floats& v) : lanes{v} {}
    explicit portable_floats(float value) : lanes{value, value, value, value} {}

    static portable_floats load_unaligned(const float* p) {
        portable_floats v;
        std::memcpy(&v.lanes, p, sizeof v.lanes);
        return v;
    }
    static portable_floats load_aligned(const float* p) { return load_unaligned(p); }
    void store_unaligned(float* p) const { std::memcpy(p, &lanes, sizeof lanes); }
    void store_aligned(float* p) const { store_unaligned(p); }

    friend portable_floats operator+(const portable_floats& a, const portable_floats& b) {
        return a.lanes + b.lanes;
    }
    friend portable_floats operator-(const portable_floats& a, const portable_floats& b) {
        return a.lanes - b.lanes;
    }
    friend portable_floats operator*(const portable_floats& a, const portable_floats& b) {
        return a.lanes * b.lanes;
    }
    friend portable_floats operator/(const portable_floats& a, const portable_floats& b) {
        return a.lanes / b.lanes;
    }
    friend portable_floats operator-(const portable_floats& a) { return -a.lanes; }
    friend portable_floats& operator+=(portable_floats& a, const portable_floats& b) { return a = a + b; }
    friend portable_answers operator<(const portable_floats& a, const portable_floats& b) {
        return {a.lanes < b.lanes};
    }
    friend portable_answers operator>(const portable_floats& a, const portable_floats& b) {
        return {a.lanes > b.lanes};
    }
    friend portable_answers operator==(const portable_floats& a, const portable_floats& b) {
        return {a.lanes == b.lanes};
    }
};

inline portable_floats select(const portable_answers& which, const portable_floats& yes,
                              const portable_floats& no) {
    return which.lanes ? yes.lanes : no.lanes;
}
/// As x86 instructions do: the second operand if either is a NaN.
inline portable_floats max(const portable_floats& a, const portable_floats& b) {
#if STRATA_FINITE_MATH_ONLY
    return detail::max_by_bits<4>(a.lanes, b.lanes);
#else
    return select(a > b, a, b);
#endif
}
inline portable_floats min(const portable_floats& a, const portable_floats& b) {
#if STRATA_FINITE_MATH_ONLY
    return detail::min_by_bits<4>(a.lanes, b.lanes);
#else
    return select(a < b, a, b);
#endif
}
inline portable_floats divide(const portable_floats& a, const portable_floats& b) { return a / b; }
/// Fused only where that is an instruction: std::fma is a long function elsewhere.
inline portable_floats fma(const portable_floats& a, const portable_floats& b, const portable_floats& c) {
    return a.lanes * b.lanes + c.lanes;
}
inline portable_answers isnan(const portable_floats& x) { return {x.lanes != x.lanes}; }

/// What a number's bits say in the other type.
inline portable_floats float_of_bits(const portable_integers& bits) {
    return std::bit_cast<four_floats>(bits.lanes);
}
inline portable_floats abs(const portable_floats& x) {
    return float_of_bits(std::bit_cast<four_integers>(x.lanes) & 0x7fffffff);
}
/// Towards zero; any number for a NaN and for what no integer holds.
inline portable_integers to_int(const portable_floats& x) {
    return __builtin_convertvector(x.lanes, four_integers);
}
inline float lane_sum(const portable_floats& x) {
    return (x.lanes[0] + x.lanes[2]) + (x.lanes[1] + x.lanes[3]);
}

/// The library's functions, a lane at a time.
template <class Function>
portable_floats each_lane(const portable_floats& x, const Function& f) {
    return four_floats{f(x.lanes[0]), f(x.lanes[1]), f(x.lanes[2]), f(x.lanes[3])};
}
inline portable_floats sqrt(const portable_floats& x) {
    return each_lane(x, [](float v) { return std::sqrt(v); });
}
inline portable_floats nearbyint(const portable_floats& x) {
    return each_lane(x, [](float v) { return std::nearbyint(v); });
}
inline portable_floats log(const portable_floats& x) {
    return each_lane(x, [](float v) { return std::log(v); });
}
inline portable_floats erf(const portable_floats& x) {
    return each_lane(x, [](float v) { return std::erf(v); });
}
/// By way of double: some libraries' tanh of a float is off by more than 2 ulp.
inline portable_floats hyperbolic_tangent(const portable_floats& x) {
    return each_lane(x, [](float v) { return static_cast<float>(std::tanh(static_cast<double>(v))); });
}

} // namespace kernels

} // namespace strata

#include "strata/meta/macros_back.hpp"
