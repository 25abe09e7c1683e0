// Four floats at a time in plain C++: the vector type where xsimd knows no instruction set, or where
// STRATA_PORTABLE asks for it. It has what kernels use of xsimd's vectors, under the same names.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace strata {

/// In place of an instruction set.
struct portable {
    static constexpr const char* name() { return "portable"; }
};

namespace kernels {

/// Lanes of a number each, or of the answers to a comparison.
template <class T>
struct portable_vector {
    using arch_type = portable;
    static constexpr std::size_t size = 4;
    T lane[size];

    portable_vector() = default;
    explicit portable_vector(T value) : lane{value, value, value, value} {}

    static portable_vector load_unaligned(const T* p) {
        portable_vector v;
        std::copy_n(p, size, v.lane);
        return v;
    }
    static portable_vector load_aligned(const T* p) { return load_unaligned(p); }
    void store_unaligned(T* p) const { std::copy_n(lane, size, p); }
    void store_aligned(T* p) const { store_unaligned(p); }
    portable_vector& operator+=(const portable_vector& other) { return *this = *this + other; }
};

/// f of every lane. Result is the type of its lanes.
template <class Result, class Function, class... Vectors>
portable_vector<Result> lane_by_lane(const Function& f, const Vectors&... v) {
    portable_vector<Result> out;
    for (std::size_t i = 0; i < out.size; ++i) out.lane[i] = f(v.lane[i]...);
    return out;
}

template <class T>
portable_vector<T> operator+(const portable_vector<T>& a, const portable_vector<T>& b) {
    return lane_by_lane<T>([](T x, T y) { return x + y; }, a, b);
}
template <class T>
portable_vector<T> operator-(const portable_vector<T>& a, const portable_vector<T>& b) {
    return lane_by_lane<T>([](T x, T y) { return x - y; }, a, b);
}
template <class T>
portable_vector<T> operator-(const portable_vector<T>& a) {
    return lane_by_lane<T>([](T x) { return -x; }, a);
}
template <class T>
portable_vector<T> operator*(const portable_vector<T>& a, const portable_vector<T>& b) {
    return lane_by_lane<T>([](T x, T y) { return x * y; }, a, b);
}
template <class T>
portable_vector<T> operator/(const portable_vector<T>& a, const portable_vector<T>& b) {
    return lane_by_lane<T>([](T x, T y) { return x / y; }, a, b);
}
template <class T>
portable_vector<T> operator>>(const portable_vector<T>& a, int bits) {
    return lane_by_lane<T>([bits](T x) { return x >> bits; }, a);
}
template <class T>
portable_vector<T> operator<<(const portable_vector<T>& a, int bits) {
    return lane_by_lane<T>([bits](T x) { return x << bits; }, a);
}
template <class T>
portable_vector<bool> operator<(const portable_vector<T>& a, const portable_vector<T>& b) {
    return lane_by_lane<bool>([](T x, T y) { return x < y; }, a, b);
}
template <class T>
portable_vector<bool> operator>(const portable_vector<T>& a, const portable_vector<T>& b) {
    return b < a;
}
template <class T>
portable_vector<bool> operator==(const portable_vector<T>& a, const portable_vector<T>& b) {
    return lane_by_lane<bool>([](T x, T y) { return x == y; }, a, b);
}
inline portable_vector<bool> operator||(const portable_vector<bool>& a, const portable_vector<bool>& b) {
    return lane_by_lane<bool>([](bool x, bool y) { return x || y; }, a, b);
}
template <class T>
portable_vector<T> select(const portable_vector<bool>& which, const portable_vector<T>& yes,
                          const portable_vector<T>& no) {
    return lane_by_lane<T>([](bool w, T y, T n) { return w ? y : n; }, which, yes, no);
}

using portable_floats = portable_vector<float>;
using portable_integers = portable_vector<std::int32_t>;

/// As the instructions do: the second operand if either is a NaN.
inline portable_floats max(const portable_floats& a, const portable_floats& b) {
    return lane_by_lane<float>([](float x, float y) { return x > y ? x : y; }, a, b);
}
inline portable_floats min(const portable_floats& a, const portable_floats& b) {
    return lane_by_lane<float>([](float x, float y) { return x < y ? x : y; }, a, b);
}
/// Not fused: where there is no such instruction, std::fma is a long function.
inline portable_floats fma(const portable_floats& a, const portable_floats& b, const portable_floats& c) {
    return a * b + c;
}
inline portable_vector<bool> isnan(const portable_floats& x) {
    return lane_by_lane<bool>([](float v) { return std::isnan(v); }, x);
}
inline portable_floats abs(const portable_floats& x) {
    return lane_by_lane<float>([](float v) { return std::abs(v); }, x);
}
inline portable_floats sqrt(const portable_floats& x) {
    return lane_by_lane<float>([](float v) { return std::sqrt(v); }, x);
}
inline portable_floats log(const portable_floats& x) {
    return lane_by_lane<float>([](float v) { return std::log(v); }, x);
}
inline portable_floats log1p(const portable_floats& x) {
    return lane_by_lane<float>([](float v) { return std::log1p(v); }, x);
}
inline portable_floats expm1(const portable_floats& x) {
    return lane_by_lane<float>([](float v) { return std::expm1(v); }, x);
}
inline portable_floats erf(const portable_floats& x) {
    return lane_by_lane<float>([](float v) { return std::erf(v); }, x);
}
/// By way of double: some libraries' tanh of a float is off by more than 2 ulp.
inline portable_floats hyperbolic_tangent(const portable_floats& x) {
    return lane_by_lane<float>(
        [](float v) { return static_cast<float>(std::tanh(static_cast<double>(v))); }, x);
}
inline portable_floats nearbyint(const portable_floats& x) {
    return lane_by_lane<float>([](float v) { return std::nearbyint(v); }, x);
}
inline portable_integers to_int(const portable_floats& x) {
    return lane_by_lane<std::int32_t>(
        [](float v) { return std::isnan(v) ? 0 : static_cast<std::int32_t>(v); }, x);
}
inline float lane_sum(const portable_floats& x) { return (x.lane[0] + x.lane[2]) + (x.lane[1] + x.lane[3]); }
inline portable_floats float_of_bits(const portable_integers& bits) {
    return lane_by_lane<float>([](std::int32_t v) { return std::bit_cast<float>(v); }, bits);
}

} // namespace kernels

} // namespace strata
