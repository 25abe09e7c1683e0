// SLEEF: its widest functions for the flags, with errors of at most 1 ulp.
#include "support/version.hpp"

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <immintrin.h>
#include <sleef.h>

namespace {

constexpr std::size_t count = 32 * 561;

const bench::library_version version{std::to_string(SLEEF_VERSION_MAJOR) + "." +
                                     std::to_string(SLEEF_VERSION_MINOR) + "." +
                                     std::to_string(SLEEF_VERSION_PATCHLEVEL)};

#if defined(__AVX512F__)
using floats = __m512;
floats load(const float* p) { return _mm512_loadu_ps(p); }
void store(float* p, floats x) { _mm512_storeu_ps(p, x); }
floats exp_of(floats x) { return Sleef_expf16_u10avx512f(x); }
floats tanh_of(floats x) { return Sleef_tanhf16_u10avx512f(x); }
#else
using floats = __m256;
floats load(const float* p) { return _mm256_loadu_ps(p); }
void store(float* p, floats x) { _mm256_storeu_ps(p, x); }
floats exp_of(floats x) { return Sleef_expf8_u10avx2(x); }
floats tanh_of(floats x) { return Sleef_tanhf8_u10avx2(x); }
#endif

template <class Function>
void measure(benchmark::State& state, Function f) {
    std::vector<float> x(count);
    std::vector<float> y(count);
    for (std::size_t i = 0; i < count; ++i) x[i] = 0.01f * static_cast<float>(i % 1001) - 5.0f;
    for (auto _ : state) {
        for (std::size_t i = 0; i < count; i += sizeof(floats) / sizeof(float)) store(&y[i], f(load(&x[i])));
        benchmark::ClobberMemory();
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(count));
}

void exp(benchmark::State& state) {
    measure(state, [](floats x) { return exp_of(x); });
}
void tanh(benchmark::State& state) {
    measure(state, [](floats x) { return tanh_of(x); });
}
void sigmoid(benchmark::State& state) {
    measure(state, [](floats x) { return 1.0f / (1.0f + exp_of(-x)); });
}

BENCHMARK(exp);
BENCHMARK(tanh);
BENCHMARK(sigmoid);

} // namespace

BENCHMARK_MAIN();
