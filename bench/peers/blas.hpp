// The three products of a dense layer through a library's row-major sgemm.
#pragma once

#include "support/products.hpp"

#include <vector>

namespace peers {

/// Calls of multiply(transpose_a, transpose_b, m, n, k, a, lda, b, ldb, c): c = a b, row-major, overwritten.
template <class Multiply>
class blas_products {
public:
    explicit blas_products(Multiply multiply) {
        add("forward", [multiply](const bench::product_sizes& s, const float* x, const float* w, float* y) {
            multiply(false, false, s.rows, s.columns, s.inner, x, s.inner, w, s.columns, y);
        });
        add("weight_gradient",
            [multiply](const bench::product_sizes& s, const float* x, float* w, const float* y) {
                multiply(true, false, s.inner, s.columns, s.rows, x, s.inner, y, s.columns, w);
            });
        add("input_gradient",
            [multiply](const bench::product_sizes& s, float* x, const float* w, const float* y) {
                multiply(false, true, s.rows, s.inner, s.columns, y, s.columns, w, s.columns, x);
            });
    }

private:
    template <class Product>
    static void add(const char* name, Product product) {
        bench::product_shapes(benchmark::RegisterBenchmark(name, [product](benchmark::State& state) {
            const bench::product_sizes s{state};
            std::vector<float> x(s.rows * s.inner, 0.5f);
            std::vector<float> w(s.inner * s.columns, 0.25f);
            std::vector<float> y(s.rows * s.columns, 0.125f);
            for (auto _ : state) {
                product(s, x.data(), w.data(), y.data());
                benchmark::ClobberMemory();
            }
            bench::report_flop(state, s.flop());
        }));
    }
};

template <class Multiply>
int run_products(int argc, char** argv, Multiply multiply) {
    const blas_products<Multiply> registered{multiply};
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
    return 0;
}

} // namespace peers
