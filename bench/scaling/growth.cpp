// Where a second thread pays: time of a training step with one thread and with two (or more), of the same team, for widths
// 64 to 2048 and 1 to 512 samples. bench-scaling-growth [THREADS [ROUNDS]]. The figures that decide detail::worth_a_thread.
#include "strata/core.hpp"
#include "strata/parallel/team.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace {

using namespace strata;

template <std::size_t Width>
struct wide_layers : network<input<Width>, dense<Width>, relu, dense<Width>, relu, dense<Width>> {};

template <class Work>
double microseconds(Work& work, model<typename Work::network>& net, std::size_t rows) {
    optimizer opt{net, sgd{.learning_rate = 1e-6f}};
    std::vector<float> x(rows * Work::network::input.count(), 0.5f),
        y(rows * Work::network::output.count(), 0.1f);
    const auto now = [] {
        return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now().time_since_epoch())
            .count();
    };
    train_step(net, work, opt, mse{}, x, y);
    const double begin = now();
    std::size_t steps = 0;
    do {
        train_step(net, work, opt, mse{}, x, y);
        ++steps;
    } while (now() - begin < 10'000);
    return (now() - begin) / static_cast<double>(steps);
}

template <std::size_t Width>
void grow(std::size_t count, std::size_t rounds) {
    using net_type = wide_layers<Width>;
    model<net_type> net{glorot_uniform{}, seed{1}};
    team<net_type, batch<512>, shards<2>> one{threads{1}}, several{threads{count}};
    for (const std::size_t rows : {1, 2, 4, 8, 16, 32, 64, 128, 512}) {
        double alone = 1e9, together = 1e9;
        for (std::size_t r = 0; r < rounds; ++r) {
            alone = std::min(alone, microseconds(one, net, rows));
            together = std::min(together, microseconds(several, net, rows));
        }
        std::printf("%6zu %6zu %12.1f %12.1f %8.2f\n", Width, rows, alone, together, alone / together);
        std::fflush(stdout);
    }
}

} // namespace

int main(int count, char** arguments) {
    const std::size_t threads = count > 1 ? std::strtoul(arguments[1], nullptr, 10) : 2;
    const std::size_t rounds = count > 2 ? std::strtoul(arguments[2], nullptr, 10) : 9;
    std::printf("microseconds of a training step, two shards; best of %zu rounds\n%6s %6s %12s %12s %8s\n",
                rounds, "width", "rows", "one thread", "threads", "gain");
    grow<64>(threads, rounds);
    grow<128>(threads, rounds);
    grow<256>(threads, rounds);
    grow<512>(threads, rounds);
    grow<1024>(threads, rounds);
    grow<2048>(threads, rounds);
}
