// Training the denoising autoencoder: one epoch of 3000 images in batches of 32, and its parts.

#include "networks/denoiser.hpp"
#include "support/peak.hpp"

namespace {

using namespace strata;
using examples::denoiser;

constexpr std::size_t images = 3000;
constexpr std::size_t pixels = denoiser::input.count();

struct setting {
    std::vector<float> noisy = std::vector<float>(images * pixels);
    std::vector<float> clean = std::vector<float>(images * pixels);
    rows_view x{noisy.data(), images, pixels, pixels};
    rows_view y{clean.data(), images, pixels, pixels};
    model<denoiser> net{glorot_uniform{}, seed{2}};
    workspace<denoiser, batch<32>> work;
    strata::optimizer<denoiser, sgd> optimizer{net, sgd{.learning_rate = 0.01f, .momentum = 0.95f}};

    setting() {
        fill_uniform(clean, 0.0f, 1.0f, seed{1});
        fill_uniform(noisy, 0.0f, 1.3f, seed{2});
    }
};

void epoch(benchmark::State& state) {
    setting s;
    std::uint64_t number = 0;
    for (auto _ : state)
        for (const auto& [x, y] : minibatches<32>(s.x, s.y, seed{++number}))
            benchmark::DoNotOptimize(train_step(s.net, s.work, s.optimizer, mse{}, x, y));
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(images));
}

void inference(benchmark::State& state) {
    setting s;
    const auto count = static_cast<std::size_t>(state.range(0));
    workspace<denoiser, batch<32>, strata::inference> work;
    std::vector<float> out(count * pixels);
    for (auto _ : state) {
        predict(s.net, work, s.x.part(0, count), out);
        benchmark::ClobberMemory();
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}

BENCHMARK(epoch)->Unit(benchmark::kMillisecond);
BENCHMARK(inference)->Arg(1)->Arg(32)->Arg(1000)->Unit(benchmark::kMicrosecond);

} // namespace
