// Every layer of the denoising autoencoder by itself, forward and both gradients, 32 samples.

#include "denoiser.hpp"
#include "support/peak.hpp"

#include <algorithm>
#include <string>

namespace {

using namespace strata;
using examples::denoiser;
constexpr std::size_t rows = 32;

/// A layer at its place in the network, with blocks of its own.
template <class Step>
struct bench_layer {
    static constexpr std::size_t in = Step::input.count();
    static constexpr std::size_t out = Step::output.count();
    arena x{rows * row_stride(in)}, y{rows * row_stride(out)}, x_gradient{rows * row_stride(in)},
        y_gradient{rows * row_stride(out)};
    arena weights{Step::parameters.floats()}, gradients{Step::parameters.floats()};
    arena scratch{Step::layer::scratch(Step::input, rows)};

    bench_layer() {
        fill_uniform(x.span(), 0.0f, 1.0f, seed{1});
        fill_uniform(y.span(), 0.0f, 1.0f, seed{2});
        fill_uniform(y_gradient.span(), -1.0f, 1.0f, seed{3});
        fill_uniform(weights.span(), -0.1f, 0.1f, seed{4});
    }

    void forward() {
        Step::layer::template forward<arch, Step::input>({.x = padded_rows<float>{x.data(), rows, in},
                                                          .parameters = weights.data(),
                                                          .y = padded_rows<float>{y.data(), rows, out},
                                                          .scratch = scratch.data()});
    }
    backward_pass pass() {
        return {.x = padded_rows<float>{x.data(), rows, in},
                .y = padded_rows<float>{y.data(), rows, out},
                .parameters = weights.data(),
                .y_gradient = padded_rows<float>{y_gradient.data(), rows, out},
                .x_gradient = padded_rows<float>{x_gradient.data(), rows, in},
                .parameter_gradient = gradients.data(),
                .accumulate = false,
                .scratch = scratch.data()};
    }
    void input_gradient() { Step::layer::template input_gradient<arch, Step::input>(pass()); }
    void parameter_gradient() { Step::layer::template parameter_gradient<arch, Step::input>(pass()); }
};

/// Multiplications and additions of one pass: every weight meets every output pixel (or every input pixel,
/// for a transposed convolution).
template <class Step>
constexpr std::size_t flop() {
    constexpr std::size_t pixels =
        Step::input.rank != 3 ? 1
                              : std::min(Step::input[0] * Step::input[1], Step::output[0] * Step::output[1]);
    return Step::parameters.size == 0 ? 0 : 2 * rows * pixels * Step::parameters.items[0].count();
}

template <class Step, class Verb>
void add(const std::string& verb, Verb run) {
    benchmark::RegisterBenchmark(
        (std::to_string(Step::index + 1) + " " + Step::layer::describe() + ": " + verb).c_str(),
        [run](benchmark::State& state) {
            bench_layer<Step> layer;
            for (auto _ : state) {
                run(layer);
                benchmark::ClobberMemory();
            }
            if (flop<Step>() != 0) bench::report_flop(state, flop<Step>());
        });
}

} // namespace

int main(int argc, char** argv) {
    walk_forward<denoiser>([]<class Step>(Step) {
        if constexpr (Step::layer::traits.output != storage::of_input) {
            add<Step>("forward", [](auto& layer) { layer.forward(); });
            add<Step>("input gradient", [](auto& layer) { layer.input_gradient(); });
            if constexpr (Step::parameters.size > 0)
                add<Step>("parameter gradient", [](auto& layer) { layer.parameter_gradient(); });
        }
    });
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
}
