// A U-Net beside the exercise's autoencoder: both remove the same noise from MNIST's digits. The autoencoder has to bring
// a digit through 32 numbers; the U-Net's skips carry what is fine around its narrow middle.

#include "denoiser.hpp"
#include "noisy_digits.hpp"
#include "strata/strata.hpp"
#include "support/command_line.hpp"
#include "support/drawing/chart.hpp"
#include "support/drawing/tiles.hpp"
#include "support/environment.hpp"
#include "support/json.hpp"
#include "support/outputs.hpp"
#include "support/training.hpp"
#include "support/training_log.hpp"

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <numeric>
#include <string>
#include <vector>

struct unet : strata::network<strata::input<28, 28, 1>,                                                  //
                              strata::conv2d<16, 3, strata::same>, strata::relu, strata::mark<"fine">,   //
                              strata::max_pool2d<2>,                                                     //
                              strata::conv2d<32, 3, strata::same>, strata::relu, strata::mark<"coarse">, //
                              strata::max_pool2d<2>,                                                     //
                              strata::conv2d<32, 3, strata::same>, strata::relu,                         //
                              strata::upsample2d<2>, strata::concat<"coarse">,                           //
                              strata::conv2d<32, 3, strata::same>, strata::relu,                         //
                              strata::upsample2d<2>, strata::concat<"fine">,                             //
                              strata::conv2d<16, 3, strata::same>, strata::relu,                         //
                              strata::conv2d<1, 1>> {};

namespace {

using namespace strata;
using examples::image_pairs, examples::images;

struct options {
    std::size_t epochs = 10;
    std::uint64_t seed = 2;
    float noise = 0.3f;
    std::filesystem::path data, out = "out/unet_denoiser", json;
    examples::training_options training;
};

/// What a network made of the test images.
struct outcome {
    std::string name;
    double mse;
    std::vector<double> loss;
    images restored;
};

/// The peak signal-to-noise ratio in decibels, of pixels from 0 to 1.
double decibels(double mse) { return -10 * std::log10(mse); }

double mean_squared(const images& a, const images& b) {
    return std::transform_reduce(a.begin(), a.end(), b.begin(), 0.0, std::plus<>{},
                                 [](float x, float y) { return static_cast<double>((x - y) * (x - y)); }) /
           static_cast<double>(a.size());
}

/// Trains a network with Adam; a signal ends it early.
template <class Net>
outcome train(const std::string& name, const options& o, const image_pairs& data, const image_pairs& test,
              examples::training_log& log) {
    log.note = name;
    model<Net> net{seed{o.seed}};
    team<Net, batch<32>, examples::training_shards> work{o.training.so_many()};
    optimizer opt{net, adam{.learning_rate = 0.002f}};
    examples::kept_training kept{o.training, name, net, opt};
    const fit_history history = fit(net, work, opt, mse{}, data.noisy, data.clean,
                                    {.epochs = o.epochs,
                                     .seed = seed{o.seed},
                                     .after_epoch = std::ref(log),
                                     .after_batch = std::ref(log),
                                     .on_progress = std::ref(kept),
                                     .resume_from = kept.restore()});
    images restored = predict(net, test.noisy);
    const double error = mean_squared(restored, test.clean);
    return {name, error, {history.loss.begin(), history.loss.end()}, std::move(restored)};
}

void draw(const std::filesystem::path& path, const image_pairs& test, const std::vector<outcome>& all) {
    std::vector<examples::tile_row> rows{{"clean"}, {"noisy"}};
    for (const outcome& one : all) rows.push_back({one.name});
    for (std::size_t i = 0; i < 10; ++i) {
        rows[0].tiles.push_back({examples::pixels_of(test.clean, i)});
        rows[1].tiles.push_back({examples::pixels_of(test.noisy, i)});
        for (std::size_t k = 0; k < all.size(); ++k)
            rows[2 + k].tiles.push_back({examples::pixels_of(all[k].restored, i)});
    }
    draw_tiles(rows, {.title = "Test digits, noise removed"}).write(path);
}

void draw_losses(const std::filesystem::path& path, const std::vector<outcome>& all) {
    examples::chart chart{.title = "Training loss", .x_label = "epoch", .y_label = "mean squared error"};
    for (const outcome& one : all) {
        std::vector<double> epochs(one.loss.size());
        std::iota(epochs.begin(), epochs.end(), 1.0);
        chart.lines.push_back({one.name, epochs, one.loss});
    }
    examples::write_chart(path, chart);
}

void run(const options& o) {
    const auto data = examples::load_mnist(o.data, STRATA_EXAMPLE_DATA);
    std::printf("%s\n\n%s\n%zu training and %zu test images from %s\n", examples::environment_line().c_str(),
                describe<unet>().c_str(), data.train.size(), data.test.size(), data.folder.c_str());
    o.training.print();
    examples::outputs files{
        o.out, {"digits.png", "loss.svg"}, o.json.empty() ? o.out / "metrics.json" : o.json};
    const float most = o.noise;
    const image_pairs training = examples::with_noise(data.train, most, seed{o.seed}, streams::noise);
    const image_pairs test = examples::with_noise(data.test, most, seed{o.seed}, streams::noise + 1);

    examples::training_log log{2 * o.epochs, (data.train.size() + 31) / 32};
    std::vector<outcome> all{train<examples::denoiser>("autoencoder", o, training, test, log)};
    if (!examples::interrupted()) all.push_back(train<unet>("U-Net", o, training, test, log));

    const double noisy = mean_squared(test.noisy, test.clean);
    nlohmann::ordered_json metrics{{"epochs", o.epochs},
                                   {"seed", o.seed},
                                   {"noise", {0.0, static_cast<double>(o.noise)}},
                                   {"noisy", {{"test_mse", noisy}, {"decibels", decibels(noisy)}}}};
    std::printf("\n%-12s test mse %.5f, %5.2f dB\n", "noisy", noisy, decibels(noisy));
    for (const outcome& one : all) {
        metrics[one.name] = {
            {"test_mse", one.mse}, {"decibels", decibels(one.mse)}, {"epoch_loss", one.loss}};
        std::printf("%-12s test mse %.5f, %5.2f dB\n", one.name.c_str(), one.mse, decibels(one.mse));
    }
    metrics = examples::with_environment(metrics);
    files.write_metrics([&](const auto& path) { examples::write_json(path, metrics); });
    files.write("digits.png", [&](const auto& path) { draw(path, test, all); });
    files.write("loss.svg", [&](const auto& path) { draw_losses(path, all); });
    std::printf("pictures: %s\n", std::filesystem::absolute(o.out).c_str());
    files.finish();
}

} // namespace

int main(int argc, char** argv) {
    options o;
    examples::command_line line{
        "unet_denoiser",
        "Removes noise from MNIST's digits with a U-Net and with the exercise's autoencoder."};
    line.add("--epochs", o.epochs, {1, 100000}, "passes over the training images, for each network");
    line.add_seed(o.seed, "of weights, noise and order");
    line.add("--noise", o.noise, {0.0, 10.0}, "what is added to a pixel at most");
    line.add_existing_folder("--data", o.data, "folder of MNIST's files");
    line.add("--out", o.out, "folder for pictures and metrics");
    line.add("--json", o.json, "file for the metrics (default: metrics.json in --out)");
    o.training.add_to(line);
    return line.run(argc, argv, [&] { run(o); });
}
