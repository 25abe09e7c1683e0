// Networks that are so small that a framework's calls cost more than its arithmetic: one sample through 64-64-64, and
// REINFORCE with a policy of 4-32-2: choosing an action, and a step of Adam on an episode of 32 moves.

#include "support/peak.hpp"

#include "strata/core.hpp"

#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

namespace {

using namespace strata;

struct two_layers : network<input<64>, dense<64>, strata::tanh, dense<64>, strata::tanh> {};
struct policy : network<input<4>, dense<32>, strata::tanh, dense<2>> {}; // to the logits of two actions
constexpr std::size_t moves = 32;

void one_sample_64_64_64(benchmark::State& state) {
    const model<two_layers> net{glorot_uniform{}, seed{1}};
    workspace<two_layers, batch<1>, inference> work;
    std::vector<float> x(64, 0.1f);
    for (auto _ : state) {
        benchmark::DoNotOptimize(x.data());
        benchmark::DoNotOptimize(forward(net, work, x).data);
    }
}

/// The chance of the second action.
float chance_of_second(const float* logits) { return 1.0f / (1.0f + std::exp(logits[0] - logits[1])); }

void reinforce_action(benchmark::State& state) {
    const model<policy> net{glorot_uniform{}, seed{1}};
    workspace<policy, batch<1>, inference> work;
    std::array<float, 4> observation{0.1f, -0.2f, 0.3f, 0.0f};
    std::array<float, 1> draw{};
    std::uint64_t move = 0;
    for (auto _ : state) {
        benchmark::DoNotOptimize(observation.data());
        fill_uniform(draw, 0.0f, 1.0f, seed{move++});
        benchmark::DoNotOptimize(draw[0] < chance_of_second(forward(net, work, observation).data));
    }
}

/// The mean of -return * log(chance of the action taken), and Adam.
void reinforce_step(benchmark::State& state) {
    model<policy> net{glorot_uniform{}, seed{1}};
    workspace<policy, batch<moves>> work;
    optimizer opt{net, adam{}};
    std::vector<float> observations(moves * 4), returns(moves), gradient(moves * 2);
    fill_uniform(observations, -1.0f, 1.0f, seed{2});
    fill_uniform(returns, -1.0f, 1.0f, seed{3});
    std::vector<int> actions(moves);
    for (std::size_t i = 0; i < moves; ++i) actions[i] = static_cast<int>(i % 3 == 0);
    for (auto _ : state) {
        const auto logits = forward(net, work, observations);
        for (std::size_t i = 0; i < moves; ++i) {
            const float second = chance_of_second(logits.data + i * logits.stride);
            const float scale = returns[i] / static_cast<float>(moves);
            gradient[2 * i] = scale * (1.0f - second - static_cast<float>(actions[i] == 0));
            gradient[2 * i + 1] = scale * (second - static_cast<float>(actions[i] == 1));
        }
        backward_step(net, work, opt, gradient);
    }
}

BENCHMARK(one_sample_64_64_64);
BENCHMARK(reinforce_action);
BENCHMARK(reinforce_step);

} // namespace
