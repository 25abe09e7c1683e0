// What finite_guard's step costs beside train_step: both by turns in rounds of half a millisecond, the least time of either
// and the median of the rounds' ratios. bench-epochs-finite_guard [ROUNDS]

#include "strata/train/finite_guard.hpp"

#include "networks/denoiser.hpp"
#include "strata/core.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <vector>

namespace {

using namespace strata;
using examples::denoiser;

// clang-format off
struct least : network<input<2>, dense<4>, strata::tanh, dense<1>> {};
struct tiny : network<input<4>, dense<16>, strata::tanh, dense<16>, strata::tanh, dense<2>> {};
struct small : network<input<64>, dense<64>, relu, dense<64>, relu, dense<10>> {};
struct activity : network<input<561>, dense<280>, relu, dense<140>, relu, dense<32>, relu, dense<6>> {};
// clang-format on

/// CPU time of this process in microseconds.
double now() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC * 1e6; }

template <class Net, class Batch, class Rule>
struct trained {
    model<Net> net{glorot_uniform{}, seed{1}};
    workspace<Net, Batch> work;
    strata::optimizer<Net, Rule> opt;
    explicit trained(const Rule& rule) : opt{net, rule} {}
};

template <class Net, std::size_t Rows, class Rule>
void compare(const char* name, const Rule& rule, std::size_t rounds) {
    trained<Net, batch<Rows>, Rule> a{rule}, b{rule};
    std::vector<float> x(Rows * Net::input.count()), y(Rows * Net::output.count());
    fill_uniform(x, -1.0f, 1.0f, seed{2});
    fill_uniform(y, 0.0f, 1.0f, seed{3});
    finite_guard guard{if_not_finite::skip};
    const auto time = [](std::size_t steps, const auto& step) {
        const double begin = now();
        for (std::size_t k = 0; k < steps; ++k) step();
        return (now() - begin) / static_cast<double>(steps);
    };
    const auto plain = [&] { train_step(a.net, a.work, a.opt, mse{}, x, y); };
    const auto guarded = [&] { guard.step(b.net, b.work, b.opt, mse{}, x, y); };
    // Whole rounds of the steps after which the guard looks at the weights.
    const std::size_t steps =
        std::max<std::size_t>(1, static_cast<std::size_t>(500 / time(64, plain)) / 64) * 64;
    std::vector<double> ratios;
    double least_plain = 1e9, least_guarded = 1e9;
    for (std::size_t k = 0; k < rounds; ++k) {
        double of_plain = k % 2 == 0 ? time(steps, plain) : 0;
        const double of_guarded = time(steps, guarded);
        if (k % 2 == 1) of_plain = time(steps, plain);
        ratios.push_back(of_guarded / of_plain);
        least_plain = std::min(least_plain, of_plain);
        least_guarded = std::min(least_guarded, of_guarded);
    }
    std::sort(ratios.begin(), ratios.end());
    std::printf("%-44s %9.2f us %9.2f us  %6.3f\n", name, least_plain, least_guarded, ratios[rounds / 2]);
}

} // namespace

int main(int argc, char** argv) {
    const std::size_t rounds = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 600;
    const sgd plain{.learning_rate = 0.01f}, momentum{.learning_rate = 0.01f, .momentum = 0.9f};
    const adam moments{.learning_rate = 0.001f};
    std::printf("%-44s %12s %12s  %6s\n", backend().architecture.c_str(), "train_step", "guard", "ratio");
    compare<least, 1>("2-4-1, batch 1, sgd", plain, rounds);
    compare<tiny, 1>("4-16-16-2, batch 1, sgd", plain, rounds);
    compare<tiny, 1>("4-16-16-2, batch 1, adam", moments, rounds);
    compare<small, 1>("64-64-64-10, batch 1, sgd", plain, rounds);
    compare<small, 1>("64-64-64-10, batch 1, adam", moments, rounds);
    compare<least, 32>("2-4-1, batch 32, sgd", plain, rounds);
    compare<tiny, 32>("4-16-16-2, batch 32, sgd", plain, rounds);
    compare<tiny, 32>("4-16-16-2, batch 32, adam", moments, rounds);
    compare<small, 32>("64-64-64-10, batch 32, sgd", plain, rounds);
    compare<small, 32>("64-64-64-10, batch 32, adam", moments, rounds);
    compare<activity, 32>("561-280-140-32-6, batch 32, adam", moments, rounds / 2 + 1);
    compare<denoiser, 32>("denoiser, batch 32, sgd with momentum", momentum, rounds / 8 + 1);
}
