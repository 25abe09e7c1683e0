// The machine's limit, measured beside every table: fused multiply-adds that depend on nothing but registers.
#pragma once

#include "strata/kernels/vectors.hpp"
#include "support/products.hpp"
#include "support/version.hpp"

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>

namespace bench {

inline const library_version strata_version{strata::backend().architecture};

/// Twelve independent sums: enough to hide an addition's latency on two units, few enough for 16 registers.
inline void peak(benchmark::State& state) {
    using strata::kernels::vec;
    constexpr std::size_t sums = 12;
    constexpr std::size_t rounds = 10000;
    vec<strata::arch> sum[sums];
    for (auto& s : sum) s = vec<strata::arch>(1.0f);
    vec<strata::arch> a(0.999f);
    vec<strata::arch> b(0.001f);
    // What the compiler does not know, it cannot compute beforehand.
    benchmark::DoNotOptimize(a);
    benchmark::DoNotOptimize(b);
    for (auto _ : state) {
        vec<strata::arch> local[sums]; // whose address nobody takes: in registers
        strata::kernels::unroll<sums>([&](auto i) { local[i] = sum[i]; });
        for (std::size_t round = 0; round < rounds; ++round)
            strata::kernels::unroll<sums>(
                [&](auto i) { local[i] = strata::kernels::multiply_add<strata::arch>(local[i], a, b); });
        strata::kernels::unroll<sums>([&](auto i) { sum[i] = local[i]; });
        for (auto& s : sum) benchmark::DoNotOptimize(s);
    }
    report_flop(state, 2 * sums * strata::kernels::lanes<strata::arch> * rounds);
}

} // namespace bench

BENCHMARK(bench::peak)->Name("peak");
