// What ranks bring and cost: samples a second of the denoiser's training in mpirun's processes, one shard of 32 rows each,
// and the time of adding up the gradients, in pairs and in any order, by their size. One line each, for ranks.py.
// mpirun -n 2 bench-scaling-ranks
#include "strata/core.hpp"
#include "strata/parallel/mpi.hpp"

#include "networks/denoiser.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <vector>

namespace {

using namespace strata;
using examples::denoiser;

double now() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// The least seconds of a few.
template <class Function>
double least(int times, const Function& f) {
    double best = 1e9;
    for (int i = 0; i < times; ++i) {
        const double begin = now();
        f();
        best = std::min(best, now() - begin);
    }
    return best;
}

template <std::size_t Ranks>
void train(mpi::sum how) {
    mpi::world world{{.gradients = how}};
    constexpr std::size_t rows = 32 * Ranks;
    mpi::team<denoiser, batch<rows>, shards<Ranks>> work{world, threads{1}};
    model<denoiser> net{seed{1}};
    optimizer opt{net, sgd{.learning_rate = 0.001f, .momentum = 0.95f}};
    std::vector<float> x(rows * 784), y(rows * 784);
    fill_uniform(x, 0.0f, 1.0f, seed{1});
    fill_uniform(y, 0.0f, 1.0f, seed{2});
    const double seconds = least(20, [&] {
        for (int i = 0; i < 20; ++i) train_step(net, work, opt, mse{}, x, y);
    });
    if (world.rank() == 0)
        std::printf("train %zu %s %.0f\n", Ranks, how == mpi::sum::in_pairs ? "pairs" : "any",
                    20 * rows / seconds);
}

void add_up(mpi::sum how) {
    mpi::world world{{.gradients = how}};
    for (std::size_t floats = 16; floats <= (std::size_t{1} << 22); floats *= 4) {
        std::vector<float> numbers(floats, 1.0f);
        static_cast<detail::rank_link&>(world).add(std::span{numbers}, world.size());
        const double seconds = least(floats < 100'000 ? 200 : 30, [&] {
            static_cast<detail::rank_link&>(world).add(std::span{numbers}, world.size());
        });
        if (world.rank() == 0)
            std::printf("add %zu %s %zu %.3g\n", world.size(), how == mpi::sum::in_pairs ? "pairs" : "any",
                        floats * sizeof(float), seconds);
    }
}

} // namespace

int main() {
    MPI_Init(nullptr, nullptr);
    int ranks = 1;
    MPI_Comm_size(MPI_COMM_WORLD, &ranks);
    for (const mpi::sum how : {mpi::sum::in_pairs, mpi::sum::any_order}) {
        if (ranks == 1) train<1>(how);
        if (ranks == 2) train<2>(how);
        if (ranks == 4) train<4>(how);
        if (ranks == 8) train<8>(how);
        if (ranks > 1) add_up(how);
    }
    MPI_Finalize();
}
