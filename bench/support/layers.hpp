// Layers by themselves: each at its place in a network, with blocks of its own.
#pragma once

#include "strata/core.hpp"
#include "support/peak.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <string>
#include <utility>

namespace bench {

using namespace strata;
constexpr std::size_t rows = 32;

/// A layer at its place in the network, with blocks of its own for so many samples.
template <class Kind, std::size_t Rows = bench::rows>
struct bench_layer {
    static constexpr std::size_t rows = Rows;
    static constexpr std::size_t in = Kind::input.count();
    static constexpr std::size_t out = Kind::output.count();
    arena x{rows * row_stride(in)}, y{rows * row_stride(out)}, x_gradient{rows * row_stride(in)},
        y_gradient{rows * row_stride(out)};
    arena weights{Kind::parameters.floats()}, gradients{Kind::parameters.floats()};
    arena scratch{Kind::layer::scratch(Kind::input, rows)}, saved{Kind::layer::saved(Kind::input, rows)};

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
                                                          .scratch = scratch.data(),
                                                          .training = true,
                                                          .saved = saved.data()});
    }
    backward_pass<arch> pass() {
        return {.x = padded_rows<float>{x.data(), rows, in},
                .y = padded_rows<float>{y.data(), rows, out},
                .parameters = weights.data(),
                .y_gradient = padded_rows<float>{y_gradient.data(), rows, out},
                .x_gradient = padded_rows<float>{x_gradient.data(), rows, in},
                .parameter_gradient = gradients.data(),
                .accumulate = false,
                .scratch = scratch.data(),
                .saved = saved.data()};
    }
    void input_gradient() { Kind::layer::template input_gradient<arch, Kind::input>(pass()); }
    void parameter_gradient() { Kind::layer::template parameter_gradient<arch, Kind::input>(pass()); }
};

/// What is one object for each kind.
template <class Kind>
inline constexpr char kind_of = 0;

/// Multiplications and additions of one pass: every weight meets every output pixel (or every input pixel,
/// for a transposed convolution).
template <class Kind, std::size_t Rows = rows>
constexpr std::size_t flop() {
    if constexpr (Kind::parameters.size == 0 || Kind::layer::traits.output != storage::own) {
        return 0;
    } else {
        constexpr std::size_t pixels = Kind::input.rank != 3 ? 1
                                                             : std::min(Kind::input[0] * Kind::input[1],
                                                                        Kind::output[0] * Kind::output[1]);
        return Kind::parameters.items[0].fan_in == 0 ? 0
                                                     : 2 * Rows * pixels * Kind::parameters.items[0].count();
    }
}

/// A join at its place in a network, with blocks of its own.
template <class Net, class Kind>
struct bench_join {
    static constexpr std::size_t count = Kind::layer::operands.size();
    std::size_t entry;
    std::array<arena, count> x, x_gradient;
    arena y, y_gradient;

    explicit bench_join(std::size_t at)
        : entry{at}, y{rows * row_stride(out().count())}, y_gradient{rows * row_stride(out().count())} {
        for (std::size_t k = 0; k < count; ++k) {
            x[k] = arena{rows * row_stride(in(k).count())};
            x_gradient[k] = arena{rows * row_stride(in(k).count())};
            fill_uniform(x[k].span(), 0.0f, 1.0f, seed{k});
        }
        fill_uniform(y_gradient.span(), -1.0f, 1.0f, seed{3});
    }

    [[nodiscard]] const extents& in(std::size_t k) const {
        return Net::table.shapes[Net::topology.operands_of(entry)[k]];
    }
    [[nodiscard]] const extents& out() const { return Net::table.shapes[Net::topology.written(entry)]; }
    [[nodiscard]] std::array<padded_rows<const float>, count> operands() {
        std::array<padded_rows<const float>, count> all;
        for (std::size_t k = 0; k < count; ++k)
            all[k] = padded_rows<const float>{x[k].data(), rows, in(k).count()};
        return all;
    }

    void forward() {
        const auto all = operands();
        Kind::layer::template forward<arch, Kind::input>(
            join_forward<arch>{all, {y.data(), rows, out().count()}});
    }
    void input_gradient() {
        const auto all = operands();
        for (std::size_t k = 0; k < count; ++k)
            Kind::layer::template input_gradient<arch, Kind::input>(join_backward<arch>{
                .x = all,
                .y = padded_rows<const float>{y.data(), rows, out().count()},
                .y_gradient = padded_rows<const float>{y_gradient.data(), rows, out().count()},
                .operand = k,
                .x_gradient = {x_gradient[k].data(), rows, in(k).count()}});
    }
};

/// A benchmark of a layer's verb. Layers of one kind have one, under the number of the first.
template <class Kind, std::size_t Rows, class Make, class Verb>
void add_verb(const std::string& name, const std::string& verb, Make make, Verb run) {
    benchmark::RegisterBenchmark((name + ": " + verb).c_str(), [make, run](benchmark::State& state) {
        auto layer = make();
        for (auto _ : state) {
            run(layer);
            benchmark::ClobberMemory();
        }
        if constexpr (flop<Kind, Rows>() != 0) report_flop(state, flop<Kind, Rows>());
    });
}

/// Forward and both gradients of every kind of layer of a network, under the number of its first one, and how often it
/// comes; of joins, for the samples that all others have.
template <class Net, std::size_t Rows = rows>
void add_layers(const std::string& network = "") {
    std::map<const void*, std::size_t> times;
    walk_forward<Net>([&]<class Kind>(Kind, std::size_t) { ++times[&kind_of<Kind>]; });
    walk_forward<Net>([&]<class Kind>(Kind, std::size_t i) {
        if constexpr (Kind::layer::traits.output != storage::view) {
            const std::size_t count = std::exchange(times[&kind_of<Kind>], 0);
            if (count == 0) return;
            const std::string name = network + (count > 1 ? std::to_string(count) + " x " : "") +
                                     std::to_string(i + 1) + " " + Kind::layer::describe();
            const auto make = [i] {
                if constexpr (join<typename Kind::layer>)
                    return bench_join<Net, Kind>{i};
                else
                    return bench_layer<Kind, Rows>{};
            };
            add_verb<Kind, Rows>(name, "forward", make, [](auto& layer) { layer.forward(); });
            add_verb<Kind, Rows>(name, "input gradient", make, [](auto& layer) { layer.input_gradient(); });
            if constexpr (Kind::parameters.size > 0)
                add_verb<Kind, Rows>(name, "parameter gradient", make,
                                     [](auto& layer) { layer.parameter_gradient(); });
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
