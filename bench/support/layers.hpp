// Layers by themselves: each at its place in a network, with blocks of its own.
#pragma once

#include "strata/core.hpp"
#include "support/peak.hpp"

#include <algorithm>
#include <cstddef>
#include <string>

namespace bench {

using namespace strata;
constexpr std::size_t rows = 32;

/// A layer at its place in the network, with blocks of its own.
template <class Kind>
struct bench_layer {
    static constexpr std::size_t in = Kind::input.count();
    static constexpr std::size_t out = Kind::output.count();
    arena x{rows * row_stride(in)}, y{rows * row_stride(out)}, x_gradient{rows * row_stride(in)},
        y_gradient{rows * row_stride(out)};
    arena weights{Kind::parameters.floats()}, gradients{Kind::parameters.floats()};
    arena scratch{Kind::layer::scratch(Kind::input, rows)};

    bench_layer() {
        fill_uniform(x.span(), 0.0f, 1.0f, seed{1});
        fill_uniform(y.span(), 0.0f, 1.0f, seed{2});
        fill_uniform(y_gradient.span(), -1.0f, 1.0f, seed{3});
        fill_uniform(weights.span(), -0.1f, 0.1f, seed{4});
    }

    void forward() {
        Kind::layer::template forward<arch, Kind::input>({.x = padded_rows<float>{x.data(), rows, in},
                                                          .parameters = weights.data(),
                                                          .y = padded_rows<float>{y.data(), rows, out},
                                                          .scratch = scratch.data()});
    }
    backward_pass<arch> pass() {
        return {.x = padded_rows<float>{x.data(), rows, in},
                .y = padded_rows<float>{y.data(), rows, out},
                .parameters = weights.data(),
                .y_gradient = padded_rows<float>{y_gradient.data(), rows, out},
                .x_gradient = padded_rows<float>{x_gradient.data(), rows, in},
                .parameter_gradient = gradients.data(),
                .accumulate = false,
                .scratch = scratch.data()};
    }
    void input_gradient() { Kind::layer::template input_gradient<arch, Kind::input>(pass()); }
    void parameter_gradient() { Kind::layer::template parameter_gradient<arch, Kind::input>(pass()); }
};

/// Multiplications and additions of one pass: every weight meets every output pixel (or every input pixel,
/// for a transposed convolution).
template <class Kind>
constexpr std::size_t flop() {
    constexpr std::size_t pixels =
        Kind::input.rank != 3 ? 1
                              : std::min(Kind::input[0] * Kind::input[1], Kind::output[0] * Kind::output[1]);
    return Kind::parameters.size == 0 ? 0 : 2 * rows * pixels * Kind::parameters.items[0].count();
}

template <class Kind, class Verb>
void add_verb(std::size_t number, const std::string& verb, Verb run) {
    benchmark::RegisterBenchmark(
        (std::to_string(number) + " " + Kind::layer::describe() + ": " + verb).c_str(),
        [run](benchmark::State& state) {
            bench_layer<Kind> layer;
            for (auto _ : state) {
                run(layer);
                benchmark::ClobberMemory();
            }
            if (flop<Kind>() != 0) report_flop(state, flop<Kind>());
        });
}

/// Forward and both gradients of every layer of a network.
template <class Net>
void add_layers() {
    walk_forward<Net>([]<class Kind>(Kind, std::size_t i) {
        if constexpr (Kind::layer::traits.output != storage::view) {
            add_verb<Kind>(i + 1, "forward", [](auto& layer) { layer.forward(); });
            add_verb<Kind>(i + 1, "input gradient", [](auto& layer) { layer.input_gradient(); });
            if constexpr (Kind::parameters.size > 0)
                add_verb<Kind>(i + 1, "parameter gradient", [](auto& layer) { layer.parameter_gradient(); });
        }
    });
}

/// What a main program does once all are added. Returns its exit status.
inline int run(int argc, char** argv) {
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
    return 0;
}

} // namespace bench
