// The products of layers of at most 64 by 64, whose sizes the compiler knows: rows/inner/columns, as in products.cpp.

#include "strata/kernels/small_product.hpp"
#include "strata/tensor/arena.hpp"
#include "support/peak.hpp"

#include <cstddef>
#include <string>

namespace {

using strata::arch, strata::arena, strata::padded;
namespace kernels = strata::kernels;

template <std::size_t Rows, std::size_t Inner, std::size_t Columns>
struct operands {
    static constexpr std::size_t flop = 2 * Rows * Inner * Columns;
    arena x{Rows * padded(Inner)}, y{Rows * padded(Columns)}, w{Inner * padded(Columns)}, bias{Columns},
        scratch{kernels::input_gradient_scratch(Rows, Inner, Columns)};
    operands() {
        for (arena* a : {&x, &y, &w})
            for (std::size_t i = 0; i < a->size(); ++i) a->data()[i] = 0.5f + static_cast<float>(i % 7);
    }
};

template <std::size_t Rows, std::size_t Inner, std::size_t Columns>
void small_forward(benchmark::State& state) {
    operands<Rows, Inner, Columns> o;
    std::size_t rows = Rows;
    for (auto _ : state) {
        benchmark::DoNotOptimize(rows);
        kernels::multiply_sized<arch, Inner, Columns>(rows, o.x.data(), padded(Inner), o.w.data(),
                                                      o.bias.data(), true, o.y.data(), padded(Columns));
        benchmark::ClobberMemory();
    }
    bench::report_flop(state, o.flop);
}

template <std::size_t Rows, std::size_t Inner, std::size_t Columns>
void small_weight_gradient(benchmark::State& state) {
    operands<Rows, Inner, Columns> o;
    std::size_t rows = Rows;
    for (auto _ : state) {
        benchmark::DoNotOptimize(rows);
        kernels::multiply_sized_weight_gradient<arch, Inner, Columns>(
            rows, o.x.data(), padded(Inner), o.y.data(), padded(Columns), false, o.w.data());
        benchmark::ClobberMemory();
    }
    bench::report_flop(state, o.flop);
}

template <std::size_t Rows, std::size_t Inner, std::size_t Columns>
void small_input_gradient(benchmark::State& state) {
    operands<Rows, Inner, Columns> o;
    std::size_t rows = Rows;
    for (auto _ : state) {
        benchmark::DoNotOptimize(rows);
        kernels::multiply_sized_input_gradient<arch, Inner, Columns>(
            rows, o.y.data(), padded(Columns), o.w.data(), 0, o.x.data(), padded(Inner), o.scratch.data());
        benchmark::ClobberMemory();
    }
    bench::report_flop(state, o.flop);
}

template <std::size_t Rows, std::size_t Inner, std::size_t Columns>
void add_size() {
    const auto sizes =
        '/' + std::to_string(Rows) + '/' + std::to_string(Inner) + '/' + std::to_string(Columns);
    benchmark::RegisterBenchmark(("small_forward" + sizes).c_str(), small_forward<Rows, Inner, Columns>);
    benchmark::RegisterBenchmark(("small_weight_gradient" + sizes).c_str(),
                                 small_weight_gradient<Rows, Inner, Columns>);
    benchmark::RegisterBenchmark(("small_input_gradient" + sizes).c_str(),
                                 small_input_gradient<Rows, Inner, Columns>);
}

[[maybe_unused]] const bool added = [] {
    add_size<16, 16, 16>();
    add_size<1, 64, 64>();
    add_size<32, 64, 64>();
    add_size<32, 4, 32>();
    add_size<32, 32, 32>();
    add_size<32, 64, 10>();
    return true;
}();

} // namespace
