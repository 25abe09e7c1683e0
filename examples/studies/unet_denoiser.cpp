// A U-Net beside the exercise's autoencoder: both remove the same noise from MNIST's digits. The autoencoder has to bring
// a digit through 32 numbers; the U-Net's skips carry what is fine around its narrow middle.

#include "networks/denoiser.hpp"
#include "strata/strata.hpp"
#include "support/data/noisy_digits.hpp"
#include "support/distances.hpp"
#include "support/study.hpp"
#include "support/training_log.hpp"

#include <cmath>
#include <cstdio>
#include <functional>
#include <string>
#include <type_traits>
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

struct options : examples::team_options {
    std::size_t epochs = 10;
    float noise = 0.3f;

    options() : team_options{"unet_denoiser"} { seed = 2; }
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
    return examples::mean_square({a.data(), a.size()}, {b.data(), b.size()});
}

/// Trains a network with Adam; a signal ends it early.
template <class Net>
outcome train(const std::string& name, const options& o, const image_pairs& data, const image_pairs& test,
              examples::training_log& log) {
    log.begin(name, std::is_same_v<Net, unet> ? o.epochs : 0);
    model<Net> net{seed{o.seed}};
    team<Net, batch<32>, examples::training_shards> work{o.team.so_many()};
    optimizer opt{net, adam{.learning_rate = 0.002f}};
    examples::kept_training kept{
        o.kept.of("--seed " + std::to_string(o.seed) + " --noise " + std::to_string(o.noise)), name, net,
        opt};
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

void draw(examples::study_files& files, const image_pairs& test, const std::vector<outcome>& all) {
    std::vector<examples::tile_row> rows{{"clean"}, {"noisy"}};
    examples::chart losses{.title = "Training loss", .x_label = "epoch", .y_label = "mean squared error"};
    for (const outcome& one : all) {
        rows.push_back({one.name});
        losses.lines.push_back(examples::counted(one.name, one.loss));
    }
    for (std::size_t i = 0; i < 10; ++i) {
        rows[0].tiles.push_back({examples::pixels_of(test.clean, i)});
        rows[1].tiles.push_back({examples::pixels_of(test.noisy, i)});
        for (std::size_t k = 0; k < all.size(); ++k)
            rows[2 + k].tiles.push_back({examples::pixels_of(all[k].restored, i)});
    }
    files.tiles("digits.png", rows, {.title = "Test digits, noise removed"});
    files.chart("loss.svg", losses);
}

void run(const options& o) {
    const auto data = examples::load_mnist(o.data, STRATA_EXAMPLE_DATA);
    std::printf("%s\n\n%s\n%zu training and %zu test images from %s\n", examples::environment_line().c_str(),
                describe<unet>().c_str(), data.train.size(), data.test.size(), data.folder.c_str());
    o.team.print();
    examples::study_files files{o, {"digits.png", "loss.svg"}};
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
    draw(files, test, all);
    files.finish(metrics);
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
    o.add_data_to(line);
    o.add_to(line);
    return line.run(argc, argv, [&] { run(o); });
}
