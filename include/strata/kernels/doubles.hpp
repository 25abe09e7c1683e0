// Vectors of doubles, made from floats: what long sums are added up in.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/vectors.hpp"

#include <cstddef>
#include <cstring>
#include <type_traits>
#include <utility>

namespace strata::inline STRATA_TARGET::kernels {

namespace detail {

template <std::size_t Lanes>
struct doubles_vector {
    using floats [[gnu::vector_size(Lanes * sizeof(float))]] = float;
    using type [[gnu::vector_size(Lanes * sizeof(double))]] = double;
};
template <>
struct doubles_vector<1> {
    using floats = float;
    using type = double;
};

} // namespace detail

/// Lanes doubles; a single one is a plain double.
template <std::size_t Lanes>
using doubles = typename detail::doubles_vector<Lanes>::type;

/// Doubles in a vector of this architecture.
template <class Arch>
inline constexpr std::size_t double_lanes = lanes<Arch> / 2;

namespace detail {

/// The floats that make a vector of doubles.
template <std::size_t Lanes>
using half_floats = typename doubles_vector<Lanes>::floats;

template <std::size_t Lanes>
[[gnu::always_inline]] inline half_floats<Lanes> load_half(const float* p) {
    half_floats<Lanes> v;
    std::memcpy(&v, p, sizeof v);
    return v;
}

/// Lanes floats, or doubles as they are.
template <std::size_t Lanes, class V>
[[gnu::always_inline]] inline doubles<Lanes> widen(const V& v) {
    if constexpr (Lanes == 1) return static_cast<double>(v);
#if defined(__AVX512F__) && !defined(STRATA_PORTABLE)
    else if constexpr (Lanes == 8 && std::is_same_v<V, half_floats<8>>)
        return _mm512_cvtps_pd(v); // GCC converts in two halves
#endif
    else
        return __builtin_convertvector(v, doubles<Lanes>);
}

} // namespace detail

/// Lanes floats from memory.
template <std::size_t Lanes>
[[gnu::always_inline]] inline doubles<Lanes> load_doubles(const float* p) {
    return detail::widen<Lanes>(detail::load_half<Lanes>(p));
}

/// Lanes doubles from memory.
template <std::size_t Lanes>
[[gnu::always_inline]] inline doubles<Lanes> load_doubles(const double* p) {
    doubles<Lanes> v;
    std::memcpy(&v, p, sizeof v);
    return v;
}

namespace detail {

/// The sum of the lanes, halves added to each other.
template <std::size_t Lanes>
[[gnu::always_inline]] inline double sum_of_doubles(const doubles<Lanes>& v) {
    if constexpr (Lanes == 1) {
        return v;
    } else if constexpr (Lanes == 2) {
        return v[0] + v[1];
    } else {
        const auto half =
            [&]<std::size_t... I>(auto begin, std::index_sequence<I...>)
                __attribute__((always_inline)) { return __builtin_shufflevector(v, v, int(begin + I)...); };
        using lanes_of_half = std::make_index_sequence<Lanes / 2>;
        return sum_of_doubles<Lanes / 2>(
            half(std::integral_constant<std::size_t, 0>{}, lanes_of_half{}) +
            half(std::integral_constant<std::size_t, Lanes / 2>{}, lanes_of_half{}));
    }
}

} // namespace detail

/// The sum of term<Lanes>(0), term<Lanes>(Lanes), ...: `count` numbers, Lanes of them at a time from the index that
/// it is called with. Four sums hide the latency of an addition.
template <class Arch, class Term>
[[gnu::always_inline]] inline double sum_in_double(std::size_t count, const Term& term) {
    constexpr std::size_t wide = double_lanes<Arch>;
    doubles<wide> sum[4]{};
    std::size_t i = 0;
    for (; i + 4 * wide <= count; i += 4 * wide)
        unroll<4>([&](auto k) { sum[k] += term.template operator()<wide>(i + k * wide); });
    for (; i + wide <= count; i += wide) sum[0] += term.template operator()<wide>(i);
    double rest = 0;
    const std::size_t left = count - i;
    for (std::size_t k = 0; k < left; ++k) rest += term.template operator()<1>(i + k);
    return rest + detail::sum_of_doubles<wide>((sum[0] + sum[1]) + (sum[2] + sum[3]));
}

} // namespace strata::kernels

#include "strata/meta/macros_back.hpp"
