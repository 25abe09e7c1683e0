// Four numbers at a time in plain C++: the vectors of kernels for doubles, where xsimd knows no instruction set, or where
// STRATA_PORTABLE asks for them. They have what kernels use of xsimd's, under the same names.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/float_order.hpp"
#include "strata/meta/language.hpp"
#include "strata/meta/machine.hpp"

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>

namespace strata::inline STRATA_TARGET {

/// In place of an instruction set.
struct portable {
    static constexpr const char* name() { return "portable"; }
};

namespace kernels {

// The compilers' own vectors: they become whatever instructions there are, and stay in registers, where GCC
// and Clang keep arrays in memory (on x86-64 3 to 10 times slower).
template <class Number>
struct four_numbers {
    using type [[gnu::vector_size(4 * sizeof(Number))]] = Number;
};
template <class Number>
using four_of = typename four_numbers<Number>::type;

/// The answers of a comparison: a lane is -1 for yes and 0 for no.
template <class Real>
struct portable_answers {
    four_of<typename bits_of<Real>::integer> lanes;

    friend portable_answers operator||(const portable_answers& a, const portable_answers& b) {
        return {a.lanes | b.lanes};
    }
};

struct portable_integers {
    four_of<std::int32_t> lanes;

    portable_integers(const four_of<std::int32_t>& v) : lanes{v} {}
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

template <class Real>
struct portable_vector {
    using arch_type = portable;
    using value_type = Real;
    static constexpr std::size_t size = 4;
    four_of<Real> lanes;

    portable_vector() = default;
    portable_vector(const four_of<Real>& v) : lanes{v} {}
    /// A constant may be a float, whatever the vector's numbers are.
    template <real_number Number>
    explicit portable_vector(Number number)
        : lanes{static_cast<Real>(number), static_cast<Real>(number), static_cast<Real>(number),
                static_cast<Real>(number)} {}

    static portable_vector load_unaligned(const Real* p) {
        portable_vector v;
        std::memcpy(&v.lanes, p, sizeof v.lanes);
        return v;
    }
    static portable_vector load_aligned(const Real* p) { return load_unaligned(p); }
    void store_unaligned(Real* p) const { std::memcpy(p, &lanes, sizeof lanes); }
    void store_aligned(Real* p) const { store_unaligned(p); }

    friend portable_vector operator+(const portable_vector& a, const portable_vector& b) {
        return a.lanes + b.lanes;
    }
    friend portable_vector operator-(const portable_vector& a, const portable_vector& b) {
        return a.lanes - b.lanes;
    }
    friend portable_vector operator*(const portable_vector& a, const portable_vector& b) {
        return a.lanes * b.lanes;
    }
    friend portable_vector operator/(const portable_vector& a, const portable_vector& b) {
        return a.lanes / b.lanes;
    }
    friend portable_vector operator-(const portable_vector& a) { return -a.lanes; }
    friend portable_vector& operator+=(portable_vector& a, const portable_vector& b) { return a = a + b; }
    friend portable_answers<Real> operator<(const portable_vector& a, const portable_vector& b) {
        return {a.lanes < b.lanes};
    }
    friend portable_answers<Real> operator>(const portable_vector& a, const portable_vector& b) {
        return {a.lanes > b.lanes};
    }
    friend portable_answers<Real> operator==(const portable_vector& a, const portable_vector& b) {
        return {a.lanes == b.lanes};
    }
};

template <class Real>
portable_vector<Real> select(const portable_answers<Real>& which, const portable_vector<Real>& yes,
                             const portable_vector<Real>& no) {
    return which.lanes ? yes.lanes : no.lanes;
}
/// As x86 instructions do: the second operand if either is a NaN.
template <class Real>
portable_vector<Real> max(const portable_vector<Real>& a, const portable_vector<Real>& b) {
#if STRATA_FINITE_MATH_ONLY
    return detail::max_by_bits<Real, 4>(a.lanes, b.lanes);
#else
    return select(a > b, a, b);
#endif
}
template <class Real>
portable_vector<Real> min(const portable_vector<Real>& a, const portable_vector<Real>& b) {
#if STRATA_FINITE_MATH_ONLY
    return detail::min_by_bits<Real, 4>(a.lanes, b.lanes);
#else
    return select(a < b, a, b);
#endif
}
template <class Real>
portable_vector<Real> divide(const portable_vector<Real>& a, const portable_vector<Real>& b) {
    return a / b;
}
/// Fused only where that is an instruction: std::fma is a long function elsewhere.
template <class Real>
portable_vector<Real> fma(const portable_vector<Real>& a, const portable_vector<Real>& b,
                          const portable_vector<Real>& c) {
    return a.lanes * b.lanes + c.lanes;
}
template <class Real>
portable_answers<Real> isnan(const portable_vector<Real>& x) {
    return {x.lanes != x.lanes};
}

/// What a number's bits say in the other type.
inline portable_vector<float> float_of_bits(const portable_integers& bits) {
    return std::bit_cast<four_of<float>>(bits.lanes);
}
template <class Real>
portable_vector<Real> abs(const portable_vector<Real>& x) {
    auto bits = std::bit_cast<portable_answers<Real>>(x);
    bits.lanes &= std::numeric_limits<typename bits_of<Real>::integer>::max();
    return std::bit_cast<portable_vector<Real>>(bits);
}
/// Of whole numbers with magnitudes below 2^22; some number for others, a NaN among them, whose conversion would have no defined
/// result.
inline portable_integers to_int(const portable_vector<float>& x) {
    const auto behind_point = std::bit_cast<four_of<std::int32_t>>(x.lanes + 0x1.8p23f);
    return behind_point - std::bit_cast<std::int32_t>(0x1.8p23f);
}
template <class Real>
Real lane_sum(const portable_vector<Real>& x) {
    return (x.lanes[0] + x.lanes[2]) + (x.lanes[1] + x.lanes[3]);
}

/// The library's functions, a lane at a time.
template <class Real, class Function>
portable_vector<Real> each_lane(const portable_vector<Real>& x, const Function& f) {
    return four_of<Real>{f(x.lanes[0]), f(x.lanes[1]), f(x.lanes[2]), f(x.lanes[3])};
}
template <class Real>
portable_vector<Real> sqrt(const portable_vector<Real>& x) {
    return each_lane(x, [](Real v) { return std::sqrt(v); });
}
template <class Real>
portable_vector<Real> nearbyint(const portable_vector<Real>& x) {
    return each_lane(x, [](Real v) { return std::nearbyint(v); });
}
template <class Real>
portable_vector<Real> log(const portable_vector<Real>& x) {
    return each_lane(x, [](Real v) { return std::log(v); });
}
template <class Real>
portable_vector<Real> erf(const portable_vector<Real>& x) {
    return each_lane(x, [](Real v) { return std::erf(v); });
}
/// By way of double: some libraries' tanh of a float is off by more than 2 ulp.
template <class Real>
portable_vector<Real> hyperbolic_tangent(const portable_vector<Real>& x) {
    return each_lane(x, [](Real v) { return static_cast<Real>(std::tanh(static_cast<double>(v))); });
}

} // namespace kernels

} // namespace strata

#include "strata/meta/macros_back.hpp"
