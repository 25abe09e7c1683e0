// The matrix products of dense layers that every library is measured on: rows x inner times inner x columns.
#pragma once

#include <benchmark/benchmark.h>

#include <array>
#include <cstddef>
#include <cstdint>

namespace bench {

struct product_sizes {
    std::size_t rows, inner, columns;
    explicit product_sizes(const benchmark::State& state)
        : rows{static_cast<std::size_t>(state.range(0))},
          inner{static_cast<std::size_t>(state.range(1))},
          columns{static_cast<std::size_t>(state.range(2))} {}
    [[nodiscard]] std::size_t flop() const { return 2 * rows * inner * columns; }
};

inline void product_shapes(benchmark::internal::Benchmark* b) {
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

/// Floating point operations a second of a benchmark that does `flop` in every iteration.
inline void report_flop(benchmark::State& state, std::size_t flop) {
    state.counters["flop/s"] =
        benchmark::Counter(static_cast<double>(flop), benchmark::Counter::kIsIterationInvariantRate);
}

} // namespace bench
