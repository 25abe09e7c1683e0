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
    static constexpr std::size_t x_stride = padded(Inner), y_stride = padded(Columns);
    arena x{Rows * padded(Inner)}, y{Rows * padded(Columns)}, w{Inner * padded(Columns)}, bias{Columns},
        scratch{kernels::input_gradient_scratch(Rows, Inner, Columns)};
    operands() {
        for (arena* a : {&x, &y, &w})
            for (std::size_t i = 0; i < a->size(); ++i) a->data()[i] = 0.5f + static_cast<float>(i % 7);
    }
};

/// Registers call(operands, rows), of which the compiler does not know the rows.
template <std::size_t Rows, std::size_t Inner, std::size_t Columns, class Call>
void add_product(const char* name, const Call& call) {
    const std::string sizes =
        std::to_string(Rows) + '/' + std::to_string(Inner) + '/' + std::to_string(Columns);
    benchmark::RegisterBenchmark((std::string{name} + '/' + sizes).c_str(), [call](benchmark::State& state) {
        operands<Rows, Inner, Columns> o;
        std::size_t rows = Rows;
        for (auto _ : state) {
            benchmark::DoNotOptimize(rows);
            call(o, rows);
            benchmark::ClobberMemory();
        }
        bench::report_flop(state, o.flop);
    });
}

template <std::size_t Rows, std::size_t Inner, std::size_t Columns>
void add_size() {
    add_product<Rows, Inner, Columns>("small_forward", [](auto& o, std::size_t rows) {
        kernels::multiply_sized<arch, Inner, Columns>(rows, o.x.data(), o.x_stride, o.w.data(), o.bias.data(),
                                                      true, o.y.data(), o.y_stride);
    });
    add_product<Rows, Inner, Columns>("small_weight_gradient", [](auto& o, std::size_t rows) {
        kernels::multiply_sized_weight_gradient<arch, Inner, Columns>(
            rows, o.x.data(), o.x_stride, o.y.data(), o.y_stride, false, o.w.data());
    });
    add_product<Rows, Inner, Columns>("small_input_gradient", [](auto& o, std::size_t rows) {
        kernels::multiply_sized_input_gradient<arch, Inner, Columns>(
            rows, o.y.data(), o.y_stride, o.w.data(), 0, o.x.data(), o.x_stride, o.scratch.data());
    });
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
