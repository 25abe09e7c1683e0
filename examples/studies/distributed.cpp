// The denoiser trained by several processes over MPI: mpirun -n 4 distributed. Each reads the data and computes its part of
// every batch; rank 0 shows the progress and writes the figures, which are those of one process.

#include "networks/denoiser.hpp"
#include "strata/parallel/mpi.hpp"
#include "strata/strata.hpp"
#include "support/data/noisy_digits.hpp"
#include "support/kept_training.hpp"
#include "support/progress.hpp"
#include "support/study.hpp"
#include "support/training_log.hpp"

#include <cstdio>
#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace {

using namespace strata;
using examples::denoiser, examples::image_pairs;

constexpr std::size_t batch_size = 128;

struct options : examples::study_options {
    std::size_t epochs = 5, threads = 0;

    options() : study_options{"distributed"} { seed = 2; }
};

fit_history train(const options& o, mpi::world& world, model<denoiser>& net, const image_pairs& training) {
    mpi::team<denoiser, batch<batch_size>, shards<8>> work{world, threads{.count = o.threads}};
    optimizer opt{net, adam{.learning_rate = 0.002f}};
    fit_options how{.epochs = o.epochs, .seed = seed{o.seed}};
    examples::kept_training kept{o.kept.of("--seed " + std::to_string(o.seed)), "", net, opt};
    if (o.kept.resume) how.resume_from = kept.restore(); // by all ranks, from a file that all see
    const std::size_t images = training.clean.shape()[0];
    examples::training_log log{o.epochs, (images + batch_size - 1) / batch_size};
    if (world.rank() == 0) {
        std::printf("%zu ranks of %zu threads, 8 shards of each batch of %zu\n", world.size(),
                    work.thread_count(), batch_size);
        how.after_epoch = [&](const epoch_report& report) { log(report); };
        how.after_batch = [&](const batch_report& report) { log(report); };
        how.on_progress = std::ref(kept);
    }
    return fit(net, work, opt, mse{}, training.noisy, training.clean, how);
}

void run(const options& o, mpi::world& world) {
    const auto data = examples::load_mnist(o.data, STRATA_EXAMPLE_DATA);
    std::optional<examples::study_files> files; // rank 0's alone
    if (world.rank() == 0) {
        std::printf("%s\n%zu training and %zu test images from %s\n", examples::environment_line().c_str(),
                    data.train.size(), data.test.size(), data.folder.c_str());
        files.emplace(o, std::vector<std::string>{});
    }
    const image_pairs training = examples::with_noise(data.train, 0.3f, seed{o.seed}, streams::noise);
    const image_pairs test = examples::with_noise(data.test, 0.3f, seed{o.seed}, streams::noise + 1);
    model<denoiser> net{glorot_uniform{}, seed{o.seed}};
    world.broadcast(net);
    const fit_history history = train(o, world, net, training);
    if (!files) return; // another rank writes them
    const float test_mse = evaluate(net, mse{}, test.noisy, test.clean);
    std::printf("test mse %.4f (noisy in, clean out)\n", static_cast<double>(test_mse));
    files->finish({{"epoch_loss", history.loss},
                   {"test_mse", test_mse},
                   {"epochs", o.epochs},
                   {"seed", o.seed},
                   {"ranks", world.size()},
                   {"train_images", data.train.size()}});
}

} // namespace

int main(int argc, char** argv) {
    options o;
    examples::command_line line{
        "distributed",
        "Trains the denoising autoencoder in the processes that mpirun starts: 1, 2, 4 or 8. All of "
        "them see the file of --checkpoint."};
    line.add("--epochs", o.epochs, {1, 100000}, "passes over the training images");
    line.add("--threads", o.threads, {0, 8}, "of each rank; 0: its share of the CPUs");
    line.add_seed(o.seed, "of weights, noise and order");
    line.add_existing_folder("--data", o.data, "folder of MNIST's files: all 60000 images, if it has them");
    o.add_to(line);
    return line.run(argc, argv, [&] {
        mpi::world world; // which ends all ranks where an exception leaves one: what it says is said before
        try {
            run(o, world);
        } catch (const std::exception& error) {
            std::fprintf(stderr, "distributed: %s\n", error.what());
            throw;
        }
    });
}
