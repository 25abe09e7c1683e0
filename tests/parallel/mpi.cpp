// A rank of a run: what it comes to, one line from each rank. mpi.py starts so many, and compares.
// mpi bits THREADS | overlapping | dies | throws | leaves | waits | shards | networks
#include "parallel/teams.hpp"

#include "strata/parallel/mpi.hpp"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using namespace strata;
using namespace tests::teams;

struct fails_at_rank_1 {
    std::size_t rank;
    template <class Arch>
    real_of<Arch> value(const rows_of<Arch>& y, const rows_of<Arch>& target, std::size_t samples) const {
        return mse{}.value<Arch>(y, target, samples);
    }
    template <class Arch>
    real_of<Arch> gradient(const rows_of<Arch>& y, const rows_of<Arch>& target, std::size_t samples,
                           const padded_rows<real_of<Arch>>& out) const {
        if (rank == 1) throw std::domain_error{"rank 1 does not like it"};
        return mse{}.gradient<Arch>(y, target, samples, out);
    }
};

/// Steps, passes of two networks, and a fit with metrics: the weights', losses' and metrics' bits.
template <class Work, class OtherWork>
std::uint64_t bits(Work& work, OtherWork& other) {
    const std::vector<float> x = uniform_rows(101, 17, 2), y = uniform_rows(101, 5, 3);
    model<noisy> net{seed{1}};
    optimizer opt{net, adam{}};
    std::vector<double> all;
    for (std::size_t step = 0; step < 10; ++step) { // as few rows as one, too
        const rows_view some_x = as_rows(x, noisy::input).part(step, 1 + step * 2);
        const rows_view some_y = as_rows(y, noisy::output).part(step, 1 + step * 2);
        accumulate(net, work, mse{}, some_x, some_y);
        all.push_back(static_cast<double>(train_step(
            net, work, opt, mse{} + 0.01f * at<"code">(l1{}) + 0.01f * on_weights(l2{}), some_x, some_y)));
    }
    const fit_history history = fit(net, work, opt, mse{}, x, y,
                                    {.epochs = 3,
                                     .clip_norm = 0.5f,
                                     .restore_best_weights = true,
                                     .validation_split = 0.2f,
                                     .metrics = {{"first", [](const rows_view& out, const rows_view&) {
                                                      return static_cast<double>(out[0][0]);
                                                  }}}});
    for (const epoch_report& epoch : history.epochs) {
        all.push_back(static_cast<double>(epoch.loss));
        all.push_back(epoch.metrics[0].training);
        all.push_back(epoch.metrics[0].validation.value());
    }
    const auto out = forward(net, work, as_rows(x, noisy::input).part(0, 19));
    for (std::size_t r = 0; r < out.rows; ++r)
        for (const float value : out[r]) all.push_back(static_cast<double>(value));
    const auto slope = input_gradient(net, work, mse{}, as_rows(x, noisy::input).part(0, 19), 0.5f);
    for (std::size_t r = 0; r < slope.rows; ++r)
        for (const float value : slope[r]) all.push_back(static_cast<double>(value));

    model<normed> second{seed{2}};
    optimizer second_opt{second, sgd{.learning_rate = 0.05f, .momentum = 0.9f}};
    for (int step = 0; step < 10; ++step) {
        const rows_view some_x = as_rows(x, noisy::input).part(0, 23);
        forward(second, other, some_x);
        backward(second, other, 0.1f);
        second_opt.step(second, other);
        forward(second, other, some_x);
        backward_step(second, other, second_opt, as_rows(y, normed::output).part(0, 23));
    }
    return weights_of(net) ^ weights_of(second) ^ hash_of(std::span<const double>{all});
}

int run(const std::string& what, std::size_t thread_count) {
    const bool fast = what == "any_order";
    mpi::world world{{.gradients = fast ? mpi::sum::any_order : mpi::sum::in_pairs, .patience = 3}};
    model<plain> net{seed{world.rank() + 1}};
    world.broadcast(net); // rank 0's
    optimizer opt{net, sgd{.learning_rate = 0.1f}};
    const std::vector<float> x = uniform_rows(16, 17, 2), y = uniform_rows(16, 5, 3);
    if (what == "bits") {
        const threads so{.count = thread_count, .always = true};
        mpi::team<noisy, batch<23>, shards<8>> work{world, so};
        mpi::team<normed, batch<23>, shards<8>> other{world, so};
        const std::uint64_t found = bits(work, other);
        std::printf("bits %016llx\n", static_cast<unsigned long long>(found));
        std::printf("weights %016llx\n", static_cast<unsigned long long>(weights_of(net)));
        return 0;
    }
    if (what == "shards") {
        try {
            mpi::team<plain, batch<16>, shards<3>> work{world};
        } catch (const std::invalid_argument& error) {
            std::printf("%s\n", error.what());
        }
        return 0;
    }
    if (what == "networks") {
        if (world.rank() == 0)
            mpi::team<plain, batch<16>, shards<4>> work{world};
        else
            mpi::team<normed, batch<16>, shards<4>> work{world};
        return 0;
    }
    mpi::team<plain, batch<16>, shards<4>> work{world};
    if (what == "any_order") {
        float loss = 0;
        for (int step = 0; step < 50; ++step) loss = train_step(net, work, opt, mse{}, x, y);
        team<plain, batch<16>, shards<4>> alone;
        model<plain> same{seed{1}};
        optimizer same_opt{same, sgd{.learning_rate = 0.1f}};
        float expected = 0;
        for (int step = 0; step < 50; ++step) expected = train_step(same, alone, same_opt, mse{}, x, y);
        std::printf("%s\n", std::abs(loss - expected) < 1e-5f * expected ? "close" : "far");
    } else if (what == "throws") {
        const std::uint64_t before = weights_of(net);
        try {
            train_step(net, work, opt, fails_at_rank_1{world.rank()}, x, y);
        } catch (const std::exception& error) {
            std::printf("rank %zu: %s; %s\n", world.rank(), error.what(),
                        weights_of(net) == before ? "as it was" : "changed");
        }
        train_step(net, work, opt, mse{}, x, y); // and the run goes on
        std::printf("goes on\n");
    } else if (what == "dies") {
        train_step(net, work, opt, mse{}, x, y);
        if (world.rank() == 1) std::abort();
        train_step(net, work, opt, mse{}, x, y);
        std::printf("goes on\n");
    } else if (what == "leaves") {
        if (world.rank() == 1) throw std::domain_error{"somewhere else"};
        train_step(net, work, opt, mse{}, x, y);
        std::printf("goes on\n");
    } else if (what == "waits") {
        if (world.rank() == 1) std::this_thread::sleep_for(std::chrono::seconds{60});
        train_step(net, work, opt, mse{}, x, y);
        std::printf("goes on\n");
    }
    return 0;
}

} // namespace

int main(int count, char** arguments) {
    const std::string what = count > 1 ? arguments[1] : "";
    if (what == "alone") { // without MPI
        team<noisy, batch<23>, shards<8>> work{so_many(1)};
        team<normed, batch<23>, shards<8>> other{so_many(1)};
        std::printf("bits %016llx\n", static_cast<unsigned long long>(bits(work, other)));
        return 0;
    }
    try {
        return run(what, count > 2 ? std::strtoul(arguments[2], nullptr, 10) : 1);
    } catch (const std::exception& error) {
        std::printf("%s\n", error.what());
        return 1;
    }
}
