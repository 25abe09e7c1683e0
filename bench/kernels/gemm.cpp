// The three matrix products of a dense layer at the sizes of the examples' networks.

#include "strata/kernels/gemm.hpp"
#include "strata/tensor/arena.hpp"
#include "support/peak.hpp"

#include <algorithm>

namespace {

using strata::arch, strata::arena, strata::padded;

struct sizes {
    std::size_t rows, inner, columns;
    explicit sizes(const benchmark::State& state)
        : rows{static_cast<std::size_t>(state.range(0))},
          inner{static_cast<std::size_t>(state.range(1))},
          columns{static_cast<std::size_t>(state.range(2))} {}
    [[nodiscard]] std::size_t flop() const { return 2 * rows * inner * columns; }
};

struct operands {
    arena x, y, w, bias, scratch;
    explicit operands(const sizes& s)
        : x{s.rows * padded(s.inner)},
          y{s.rows * padded(s.columns)},
          w{s.inner * padded(s.columns)},
          bias{s.columns},
          scratch{strata::kernels::input_gradient_scratch(s.inner, s.columns)} {
        for (arena* a : {&x, &y, &w})
            for (std::size_t i = 0; i < a->size(); ++i) a->data()[i] = 0.5f + static_cast<float>(i % 7);
    }
};

void forward(benchmark::State& state) {
    const sizes s{state};
    operands o{s};
    for (auto _ : state) {
        strata::kernels::multiply<arch>(s.rows, s.inner, s.columns, o.x.data(), padded(s.inner), o.w.data(),
                                        o.bias.data(), 0.0f, o.y.data(), padded(s.columns));
        benchmark::ClobberMemory();
    }
    bench::report_flop(state, s.flop());
}

void weight_gradient(benchmark::State& state) {
    const sizes s{state};
    operands o{s};
    for (auto _ : state) {
        strata::kernels::multiply_weight_gradient<arch>(s.rows, s.inner, s.columns, o.x.data(),
                                                        padded(s.inner), o.y.data(), padded(s.columns), false,
                                                        o.w.data());
        benchmark::ClobberMemory();
    }
    bench::report_flop(state, s.flop());
}

void input_gradient(benchmark::State& state) {
    const sizes s{state};
    operands o{s};
    for (auto _ : state) {
        strata::kernels::multiply_input_gradient<arch>(s.rows, s.inner, s.columns, o.y.data(),
                                                       padded(s.columns), o.w.data(), o.x.data(),
                                                       padded(s.inner), o.scratch.data());
        benchmark::ClobberMemory();
    }
    bench::report_flop(state, s.flop());
}

void shapes(benchmark::internal::Benchmark* b) {
    for (const auto& shape : {std::array<std::int64_t, 3>{32, 561, 280},
                              {32, 280, 140},
                              {32, 140, 32},
                              {32, 256, 256},
                              {32, 256, 561},
                              {32, 561, 32},
                              {252, 288, 32},
                              {1152, 288, 32},
                              {64, 64, 64},
                              {16, 16, 16},
                              {1, 561, 280}})
        b->Args({shape[0], shape[1], shape[2]});
}

BENCHMARK(forward)->Apply(shapes);
BENCHMARK(weight_gradient)->Apply(shapes);
BENCHMARK(input_gradient)->Apply(shapes);

} // namespace
