// The dense tanh encoder 561 -> 280 -> 140 -> 32: inference of one sample and of 32, and a training step.

#include "strata/core.hpp"
#include "support/peak.hpp"

namespace {

using namespace strata;

struct activity_encoder : network<strata::input<561>, dense<280>, strata::tanh, dense<140>, strata::tanh,
                                  dense<32>, strata::tanh> {};

template <std::size_t Rows>
void infer(benchmark::State& state) {
    const model<activity_encoder> net{glorot_uniform{}, seed{1}};
    workspace<activity_encoder, batch<Rows>, inference> work;
    std::vector<float> x(Rows * activity_encoder::input.count());
    fill_uniform(x, -1.0f, 1.0f, seed{2});
    for (auto _ : state) benchmark::DoNotOptimize(forward(net, work, x));
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(Rows));
}

void train(benchmark::State& state) {
    constexpr std::size_t rows = 32;
    model<activity_encoder> net{glorot_uniform{}, seed{1}};
    workspace<activity_encoder, batch<rows>> work;
    optimizer opt{net, sgd{.learning_rate = 0.0f}};
    std::vector<float> x(rows * activity_encoder::input.count());
    std::vector<float> y(rows * activity_encoder::output.count());
    fill_uniform(x, -1.0f, 1.0f, seed{2});
    for (auto _ : state) benchmark::DoNotOptimize(train_step(net, work, opt, mse{}, x, y));
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(rows));
}

BENCHMARK(infer<1>)->Name("encoder, 1 sample")->Unit(benchmark::kMicrosecond);
BENCHMARK(infer<32>)->Name("encoder, 32 samples")->Unit(benchmark::kMicrosecond);
BENCHMARK(train)->Name("encoder, training step of 32")->Unit(benchmark::kMicrosecond);

} // namespace
