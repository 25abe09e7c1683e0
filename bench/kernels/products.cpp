// The three matrix products of a dense layer at the sizes of the examples' networks.

#include "strata/kernels/gemm.hpp"
#include "strata/tensor/arena.hpp"
#include "support/peak.hpp"

namespace {

using strata::arch, strata::arena, strata::padded, strata::row_stride;

using sizes = bench::product_sizes;

struct operands {
    arena x, y, w, bias, scratch;
    explicit operands(const sizes& s)
        : x{s.rows * row_stride(s.inner)},
          y{s.rows * row_stride(s.columns)},
          w{s.inner * padded(s.columns)},
          bias{s.columns},
          scratch{strata::kernels::input_gradient_scratch(s.rows, s.inner, s.columns)} {
        for (arena* a : {&x, &y, &w})
            for (std::size_t i = 0; i < a->size(); ++i) a->data()[i] = 0.5f + static_cast<float>(i % 7);
    }
};

void forward(benchmark::State& state) {
    const sizes s{state};
    operands o{s};
    for (auto _ : state) {
        strata::kernels::multiply<arch>(s.rows, s.inner, s.columns, o.x.data(), row_stride(s.inner),
                                        o.w.data(), {.bias = o.bias.data(), .relu = true}, o.y.data(),
                                        row_stride(s.columns));
        benchmark::ClobberMemory();
    }
    bench::report_flop(state, s.flop());
}

void weight_gradient(benchmark::State& state) {
    const sizes s{state};
    operands o{s};
    for (auto _ : state) {
        strata::kernels::multiply_weight_gradient<arch>(s.rows, s.inner, s.columns, o.x.data(),
                                                        row_stride(s.inner), o.y.data(),
                                                        row_stride(s.columns), false, o.w.data());
        benchmark::ClobberMemory();
    }
    bench::report_flop(state, s.flop());
}

void input_gradient(benchmark::State& state) {
    const sizes s{state};
    operands o{s};
    for (auto _ : state) {
        strata::kernels::multiply_input_gradient<arch>(s.rows, s.inner, s.columns, o.y.data(),
                                                       row_stride(s.columns), o.w.data(), 0, o.x.data(),
                                                       row_stride(s.inner), o.scratch.data());
        benchmark::ClobberMemory();
    }
    bench::report_flop(state, s.flop());
}

BENCHMARK(forward)->Apply(bench::product_shapes);
BENCHMARK(weight_gradient)->Apply(bench::product_shapes);
BENCHMARK(input_gradient)->Apply(bench::product_shapes);

} // namespace
