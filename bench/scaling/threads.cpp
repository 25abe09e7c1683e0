// What threads bring: samples a second of a team of n threads, as a share of what n processes of one thread do side by
// side, each with the rows of one shard. No team can do more than they: on some machines two CPUs are two threads of one
// core. bench-scaling-threads [THREADS [ROUNDS]]; each figure is the best of the rounds, which take turns.
#include "strata/core.hpp"
#include "strata/parallel/team.hpp"

#include "networks/activity.hpp"
#include "networks/denoiser.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace {

using namespace strata;
using clock_type = std::chrono::steady_clock;

constexpr double seconds = 0.1; // of a measurement

/// Samples a second of something that trains with so many samples each time it is called.
double rate_of(std::size_t samples, const std::function<void()>& step) {
    for (int i = 0; i < 5; ++i) step();
    std::size_t steps = 0;
    const auto begin = clock_type::now();
    double passed = 0;
    while (passed < seconds) {
        for (int i = 0; i < 4; ++i) step();
        steps += 4;
        passed = std::chrono::duration<double>(clock_type::now() - begin).count();
    }
    return static_cast<double>(steps * samples) / passed;
}

/// The sum of what so many processes measure side by side.
double in_processes(std::size_t count, const std::function<double()>& measure) {
    int ends[2];
    if (pipe(ends) != 0) std::exit(1);
    for (std::size_t k = 0; k < count; ++k)
        if (fork() == 0) {
            const double rate = measure();
            std::_Exit(write(ends[1], &rate, sizeof rate) == sizeof rate ? 0 : 1);
        }
    double sum = 0;
    for (std::size_t k = 0; k < count; ++k) {
        double rate = 0;
        if (read(ends[0], &rate, sizeof rate) != sizeof rate) std::exit(1);
        sum += rate;
    }
    while (wait(nullptr) > 0) {
    }
    close(ends[0]);
    close(ends[1]);
    return sum;
}

std::vector<float> numbers(std::size_t rows, std::size_t width, std::uint64_t s) {
    std::vector<float> values(rows * width);
    fill_uniform(values, 0.0f, 1.0f, seed{s});
    return values;
}

/// A training step of one network, in whatever has room for so many rows.
template <class Net, class Work, class Rule, class Loss>
double rate_of_steps(Work& work, const Rule& rule, const Loss& loss) {
    model<Net> net{glorot_uniform{}, seed{2}};
    optimizer opt{net, rule};
    const std::vector<float> x = numbers(Work::capacity, Net::input.count(), 1);
    const std::vector<float> y = numbers(Work::capacity, Net::output.count(), 2);
    return rate_of(Work::capacity, [&] { train_step(net, work, opt, loss, x, y); });
}

/// A round of the GAN on the activities: the discriminator learns from real and generated rows, the generator through it.
template <class Generator, class Discriminator, class GeneratorWork, class DiscriminatorWork>
double rate_of_gan(GeneratorWork& g_work, DiscriminatorWork& d_work) {
    model<Generator> g{glorot_uniform{}, seed{2}};
    model<Discriminator> d{glorot_uniform{}, seed{3}};
    optimizer g_step{g, adam{}};
    optimizer d_step{d, adam{.learning_rate = 0.0001f}};
    constexpr std::size_t rows = GeneratorWork::capacity;
    const std::vector<float> real = numbers(rows, Discriminator::input.count(), 1);
    const std::vector<float> noise = numbers(rows, Generator::input.count(), 2);
    return rate_of(rows, [&] {
        const auto fake = forward(g, g_work, noise);
        accumulate(d, d_work, bce{}, real, 1.0f);
        accumulate(d, d_work, bce{}, fake, 0.0f);
        d_step.step(d, d_work);
        const auto again = forward(g, g_work, noise);
        backward_step(g, g_work, g_step, input_gradient(d, d_work, bce{}, again, 1.0f));
    });
}

struct activity_encoder
    : network<input<561>, dense<280>, strata::tanh, dense<140>, strata::tanh, dense<32>, strata::tanh> {};

struct workload {
    std::string name;
    std::function<double()> one;  // a process of one thread, with the rows of a shard
    std::function<double()> team; // of all threads
};

template <class Net, std::size_t Threads, std::size_t Rows, std::size_t Shards, class Rule>
workload steps(const std::string& name, const Rule& rule) {
    return {name,
            [rule] {
                workspace<Net, batch<Rows>> work;
                return rate_of_steps<Net>(work, rule, mse{});
            },
            [rule] {
                team<Net, batch<Rows * Shards>, shards<Shards>> work{threads{Threads}};
                return rate_of_steps<Net>(work, rule, mse{});
            }};
}

template <std::size_t Threads, std::size_t Rows, std::size_t Shards>
workload gan(const std::string& name) {
    using g = examples::generator<561>;
    using d = examples::discriminator<561>;
    return {name,
            [] {
                workspace<g, batch<Rows>> g_work;
                workspace<d, batch<Rows>> d_work;
                return rate_of_gan<g, d>(g_work, d_work);
            },
            [] {
                team<g, batch<Rows * Shards>, shards<Shards>> g_work{threads{Threads}};
                team<d, batch<Rows * Shards>, shards<Shards>> d_work{threads{Threads}};
                return rate_of_gan<g, d>(g_work, d_work);
            }};
}

template <std::size_t Threads>
void compare(std::size_t rounds) {
    const sgd momentum{.learning_rate = 0.001f, .momentum = 0.95f};
    using examples::denoiser;
    const std::vector<workload> all{
        steps<denoiser, Threads, 32, Threads>("denoiser, 32 rows a shard", momentum),
        steps<denoiser, Threads, 16, Threads>("denoiser, 16 rows a shard", momentum),
        gan<Threads, 32, Threads>("GAN, 32 rows a shard"),
        gan<Threads, 16, Threads>("GAN, 16 rows a shard"),
        gan<Threads, 32, 8>("GAN, batch of 256, 8 shards of 32 rows"),
        steps<activity_encoder, Threads, 256 / Threads, Threads>("encoder, batch of 256, a shard a thread",
                                                                 momentum),
        steps<activity_encoder, Threads, 32, 8>("encoder, batch of 256, 8 shards of 32 rows", momentum),
        steps<activity_encoder, Threads, 16, 16>("encoder, batch of 256, 16 shards of 16 rows", momentum),
    };
    std::printf("%zu threads; samples a second, best of %zu rounds\n%-46s %12s %12s %12s %8s %8s\n", Threads,
                rounds, "", "one process", "processes", "team", "share", "gain");
    std::vector<std::array<double, 3>> best(all.size());
    for (std::size_t r = 0; r < rounds; ++r)
        for (std::size_t i = 0; i < all.size(); ++i) {
            best[i][0] = std::max(best[i][0], in_processes(1, all[i].one));
            best[i][1] = std::max(best[i][1], in_processes(Threads, all[i].one));
            best[i][2] = std::max(best[i][2], in_processes(1, all[i].team));
        }
    for (std::size_t i = 0; i < all.size(); ++i)
        std::printf("%-46s %12.0f %12.0f %12.0f %7.1f%% %8.2f\n", all[i].name.c_str(), best[i][0], best[i][1],
                    best[i][2], 100 * best[i][2] / best[i][1], best[i][2] / best[i][0]);
}

} // namespace

int main(int count, char** arguments) {
    const std::size_t rounds = count > 2 ? std::strtoul(arguments[2], nullptr, 10) : 15;
    const std::string threads = count > 1 ? arguments[1] : "2";
    if (threads == "2")
        compare<2>(rounds);
    else if (threads == "4")
        compare<4>(rounds);
    else if (threads == "8")
        compare<8>(rounds);
    else if (threads == "16")
        compare<16>(rounds);
    else
        return std::fprintf(stderr, "bench-scaling-threads [2, 4, 8 or 16 [ROUNDS]]\n"), 2;
}
