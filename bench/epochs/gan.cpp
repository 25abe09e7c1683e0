// Steps of the GAN exercise on rows of 561, and a training step of its generator alone.

#include "networks/gan.hpp"
#include "support/peak.hpp"

namespace {

using namespace strata;
constexpr std::size_t features = 561;

void gan_steps(benchmark::State& state) {
    // One shard, as one thread computes.
    examples::gan<features, examples::discriminator<features>, shards<1>> gan{seed{1}};
    std::vector<float> real(16 * features);
    fill_uniform(real, -1.0f, 1.0f, seed{2});
    const rows_view rows{real.data(), 16, features, features};
    for (auto _ : state) benchmark::DoNotOptimize(gan.step(rows));
    state.SetItemsProcessed(state.iterations());
}

void generator_step(benchmark::State& state) {
    using net_type = examples::generator<features>;
    model<net_type> net{glorot_uniform{}, seed{1}};
    workspace<net_type, batch<32>> work;
    optimizer opt{net, adam{.learning_rate = 0.001f}};
    std::vector<float> x(32 * 256);
    std::vector<float> y(32 * features);
    fill_normal(x, 0.0f, 1.0f, seed{2});
    fill_uniform(y, -1.0f, 1.0f, seed{3});
    for (auto _ : state) benchmark::DoNotOptimize(train_step(net, work, opt, mse{}, x, y));
}

BENCHMARK(gan_steps)->Unit(benchmark::kMicrosecond);
BENCHMARK(generator_step)->Unit(benchmark::kMicrosecond);

} // namespace
