// Activations and their derivatives, per value.

#include "strata/kernels/activation.hpp"
#include "strata/meta/float_constant.hpp"
#include "strata/tensor/arena.hpp"
#include "support/peak.hpp"

namespace {

using namespace strata::kernels;

constexpr std::size_t count = 32 * 561;

template <class Function>
void value(benchmark::State& state) {
    strata::arena x{count};
    strata::arena y{count};
    for (std::size_t i = 0; i < count; ++i) x.data()[i] = 0.01f * static_cast<float>(i % 1001) - 5.0f;
    for (auto _ : state) {
        activate<strata::arch, Function>(count, x.data(), y.data());
        benchmark::ClobberMemory();
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(count));
}

template <class Function>
void derivative(benchmark::State& state) {
    strata::arena y{count};
    strata::arena gradient{count};
    for (auto _ : state) {
        activate_gradient<strata::arch, Function>(count, y.data(), gradient.data(), gradient.data());
        benchmark::ClobberMemory();
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(count));
}

/// What cross-entropies are made of.
struct exp_function {
    template <class V>
    static V value(const V& x) {
        return exponential(x);
    }
};

BENCHMARK(value<exp_function>)->Name("exp");
BENCHMARK(value<relu_function>)->Name("relu");
BENCHMARK(value<tanh_function>)->Name("tanh");
BENCHMARK(value<sigmoid_function>)->Name("sigmoid");
BENCHMARK(value<silu_function>)->Name("silu");
BENCHMARK(value<clip_function<strata::float_constant{0.0}, strata::float_constant{6.0}>>)->Name("clip");
BENCHMARK(derivative<relu_function>)->Name("relu_gradient");
BENCHMARK(derivative<tanh_function>)->Name("tanh_gradient");
BENCHMARK(derivative<sigmoid_function>)->Name("sigmoid_gradient");
BENCHMARK(derivative<silu_function>)->Name("silu_gradient");

} // namespace
