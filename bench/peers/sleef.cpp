// SLEEF: its functions of eight floats with errors of at most 1 ulp.
#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include <immintrin.h>
#include <sleef.h>

namespace {

constexpr std::size_t count = 32 * 561;

template <class Function>
void measure(benchmark::State& state, Function f) {
    std::vector<float> x(count);
    std::vector<float> y(count);
    for (std::size_t i = 0; i < count; ++i) x[i] = 0.01f * static_cast<float>(i % 1001) - 5.0f;
    for (auto _ : state) {
        for (std::size_t i = 0; i < count; i += 8) _mm256_storeu_ps(&y[i], f(_mm256_loadu_ps(&x[i])));
        benchmark::ClobberMemory();
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(count));
}

void exp(benchmark::State& state) {
    measure(state, [](__m256 x) { return Sleef_expf8_u10avx2(x); });
}
void tanh(benchmark::State& state) {
    measure(state, [](__m256 x) { return Sleef_tanhf8_u10avx2(x); });
}
void sigmoid(benchmark::State& state) {
    measure(state, [](__m256 x) {
        const __m256 one = _mm256_set1_ps(1.0f);
        const __m256 e = Sleef_expf8_u10avx2(_mm256_sub_ps(_mm256_setzero_ps(), x));
        return _mm256_div_ps(one, _mm256_add_ps(one, e));
    });
}

BENCHMARK(exp);
BENCHMARK(tanh);
BENCHMARK(sigmoid);

} // namespace

BENCHMARK_MAIN();
