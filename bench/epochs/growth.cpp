// How the time of a training step grows with the width of a dense network, and with the batch.

#include "strata/core.hpp"
#include "support/peak.hpp"

#include <string>

namespace {

using namespace strata;

template <std::size_t Width>
struct square : network<strata::input<Width>, dense<Width>, strata::tanh, dense<Width>, strata::tanh> {};

template <std::size_t Width, std::size_t Rows>
void add() {
    const std::string name = "growth, width " + std::to_string(Width) + ", batch " + std::to_string(Rows);
    benchmark::RegisterBenchmark(name.c_str(), [](benchmark::State& state) {
        model<square<Width>> net{glorot_uniform{}, seed{1}};
        workspace<square<Width>, batch<Rows>> work;
        optimizer opt{net, sgd{.learning_rate = 0.0f}};
        std::vector<float> x(Rows * Width);
        fill_uniform(x, -1.0f, 1.0f, seed{2});
        const std::vector<float> y(Rows * Width);
        for (auto _ : state) benchmark::DoNotOptimize(train_step(net, work, opt, mse{}, x, y));
        // Two layers forward, two weight gradients, one input gradient: the first layer needs none.
        bench::report_flop(state, 5 * 2 * Rows * Width * Width);
    });
}

} // namespace

int main(int argc, char** argv) {
    add<64, 32>();
    add<128, 32>();
    add<256, 32>();
    add<512, 32>();
    add<1024, 32>();
    add<2048, 32>();
    add<256, 1>();
    add<256, 8>();
    add<256, 128>();
    add<256, 512>();
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
}
