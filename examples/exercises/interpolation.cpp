// The walk between two digits: trains a denoising autoencoder on MNIST, cuts it at its code into encoder and
// decoder, and decodes the codes between those of two test images. By the exercise's recipe, and with Adam.

#include "networks/denoiser.hpp"
#include "strata/strata.hpp"
#include "support/data/noisy_digits.hpp"
#include "support/study.hpp"
#include "support/training_log.hpp"

#include <algorithm>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

namespace {

using namespace strata;
using examples::decoder, examples::denoiser, examples::encoder;
using examples::images, examples::image_pairs, examples::pixels_of;

constexpr std::size_t largest_batch = 256;

struct options : examples::team_options {
    std::size_t epochs = 25, batch = 32, from = 128, to = 198, steps = 10;
    std::string recipe = "both";

    options() : team_options{"interpolation"} { seed = 2; }
};

/// How a network is trained. For Adam, momentum is beta1.
struct recipe {
    std::string name;
    double learning_rate, momentum;
};
const recipe exercise{"exercise: SGD 0.01, momentum 0.95", 0.01, 0.95};
const recipe with_adam{"Adam 0.002", 0.002, 0.9};

/// What came of a recipe.
struct outcome {
    recipe how;
    std::vector<double> loss, seconds; ///< of every epoch
    float test_mse;
    images strip, restored;
    std::vector<float> code_from, code_to;
    bool ends_are_reconstructions;
};

/// Codes at steps weights from 0 to 1 between two codes, the two included.
xt::xtensor<float, 2> walk(std::span<const float> from, std::span<const float> to, std::size_t steps) {
    xt::xtensor<float, 2> codes({steps, from.size()});
    for (std::size_t i = 0; i < steps; ++i) {
        const float t = static_cast<float>(i) / static_cast<float>(steps - 1);
        for (std::size_t k = 0; k < from.size(); ++k) codes(i, k) = from[k] * (1.0f - t) + to[k] * t;
    }
    return codes;
}

/// One row a recipe, all of them between the same two images.
void draw_walk(const options& o, examples::study_files& files, const image_pairs& test,
               const std::vector<outcome>& all) {
    std::vector<examples::tile_row> rows{{.tiles = {{pixels_of(test.clean, o.from)},
                                                    {pixels_of(test.clean, o.to)},
                                                    {pixels_of(test.noisy, o.from)},
                                                    {pixels_of(test.noisy, o.to)}},
                                          .heading = "test images " + std::to_string(o.from) + " and " +
                                                     std::to_string(o.to) + ", clean and noisy"}};
    for (const outcome& one : all) {
        rows.push_back({.heading = one.how.name});
        for (std::size_t i = 0; i < o.steps; ++i) {
            char weight[16];
            std::snprintf(weight, sizeof weight, "%.2f",
                          static_cast<double>(i) / static_cast<double>(o.steps - 1));
            rows.back().tiles.push_back({pixels_of(one.strip, i), &one == &all.back() ? weight : ""});
        }
    }
    files.tiles("interpolation.png", rows, {.title = "Between the codes of two digits"});
}

void draw_reconstruction(examples::study_files& files, const image_pairs& test,
                         const std::vector<outcome>& all) {
    std::vector<examples::tile_row> rows{{"clean"}, {"noisy"}};
    for (const outcome& one : all) rows.push_back({.label = "reconstructed", .heading = one.how.name});
    for (std::size_t i = 0; i < std::min<std::size_t>(10, test.clean.shape()[0]); ++i) {
        rows[0].tiles.push_back({pixels_of(test.clean, i)});
        rows[1].tiles.push_back({pixels_of(test.noisy, i)});
        for (std::size_t k = 0; k < all.size(); ++k)
            rows[2 + k].tiles.push_back({pixels_of(all[k].restored, i)});
    }
    files.tiles("reconstruction.png", rows, {.title = "Test digits"});
}

void draw_losses(examples::study_files& files, const std::vector<outcome>& all) {
    examples::chart chart{.title = "Training loss of the denoising autoencoder",
                          .x_label = "epoch",
                          .y_label = "mean squared error"};
    for (const outcome& one : all) chart.lines.push_back(examples::counted(one.how.name, one.loss));
    files.chart("loss.svg", chart);
}

/// Trains a network by a recipe; a signal ends it early. The log's figures of this recipe are appended to it; `loss` is
/// that of every epoch, those before a checkpoint included.
model<denoiser> train(const options& o, const recipe& how, const image_pairs& data,
                      examples::training_log& log, std::vector<float>& loss) {
    model<denoiser> net{glorot_uniform{}, seed{o.seed}};
    team<denoiser, batch<largest_batch>, examples::training_shards> work{o.team.so_many()};
    const auto fit_with = [&](auto&& opt, const std::string& part) {
        examples::kept_training kept{o.kept.of("--seed " + std::to_string(o.seed)), part, net, opt};
        return fit(net, work, opt, mse{}, data.noisy, data.clean,
                   {.epochs = o.epochs,
                    .batch_size = o.batch,
                    .seed = seed{o.seed},
                    .after_epoch = std::ref(log),
                    .after_batch = std::ref(log),
                    .on_progress = std::ref(kept),
                    .resume_from = kept.restore()});
    };
    const auto rate = static_cast<float>(how.learning_rate);
    const auto momentum = static_cast<float>(how.momentum);
    log.begin(how.name, &how == &with_adam && o.recipe == "both" ? o.epochs : 0);
    loss = &how == &exercise
               ? fit_with(optimizer{net, sgd{.learning_rate = rate, .momentum = momentum}}, "").loss
               : fit_with(optimizer{net, adam{.learning_rate = rate, .beta1 = momentum}}, "adam").loss;
    return net;
}

outcome measure(const options& o, const recipe& how, const model<denoiser>& net, const image_pairs& test) {
    const auto codes = predict<encoder>(net, test.noisy); // n x 32
    const std::span<const float> from{&codes(o.from, 0), codes.shape()[1]};
    const std::span<const float> to{&codes(o.to, 0), codes.shape()[1]};
    outcome result{.how = how,
                   .loss = {},
                   .seconds = {},
                   .test_mse = evaluate(net, mse{}, test.noisy, test.clean),
                   .strip = predict<decoder>(net, walk(from, to, o.steps)),
                   .restored = predict(net, test.noisy),
                   .code_from = {from.begin(), from.end()},
                   .code_to = {to.begin(), to.end()},
                   .ends_are_reconstructions = false};
    result.ends_are_reconstructions =
        std::ranges::equal(pixels_of(result.strip, 0), pixels_of(result.restored, o.from)) &&
        std::ranges::equal(pixels_of(result.strip, o.steps - 1), pixels_of(result.restored, o.to));
    return result;
}

nlohmann::ordered_json as_json(const options& o, const outcome& of, const examples::mnist& data) {
    return {{"epoch_loss", of.loss},
            {"epoch_seconds", of.seconds},
            {"test_mse", of.test_mse},
            {"code_from", of.code_from},
            {"code_to", of.code_to},
            {"ends_are_reconstructions", of.ends_are_reconstructions},
            {"from", o.from},
            {"to", o.to},
            {"steps", o.steps},
            {"seed", o.seed},
            {"batch", o.batch},
            {"epochs", o.epochs},
            {"learning_rate", of.how.learning_rate},
            {"momentum", of.how.momentum},
            {"noise", {0.0, 0.3}},
            {"train_images", data.train.size()},
            {"test_images", data.test.size()}};
}

/// The exercise's figures at the top, Adam's under a key of their own.
nlohmann::ordered_json as_json(const options& o, const std::vector<outcome>& all,
                               const examples::mnist& data) {
    nlohmann::ordered_json metrics = nlohmann::ordered_json::object();
    for (const outcome& one : all) {
        if (one.how.name == exercise.name)
            metrics.update(as_json(o, one, data));
        else
            metrics["adam"] = as_json(o, one, data);
    }
    return metrics;
}

void run(const options& o) {
    const auto data = examples::load_mnist(o.data, STRATA_EXAMPLE_DATA);
    for (const auto& [option, image] : {std::pair{"--from", o.from}, std::pair{"--to", o.to}})
        if (image >= data.test.size())
            throw examples::option_error{option, std::to_string(image),
                                         "a test image, a whole number from 0 to " +
                                             std::to_string(data.test.size() - 1)};
    std::printf("%s\n\n%s\n%zu training and %zu test images from %s\n", examples::environment_line().c_str(),
                describe<denoiser>().c_str(), data.train.size(), data.test.size(), data.folder.c_str());
    o.team.print();
    examples::study_files files{o, {"interpolation.png", "reconstruction.png", "loss.svg"}};

    std::vector<const recipe*> recipes;
    if (o.recipe != "adam") recipes.push_back(&exercise);
    if (o.recipe != "exercise") recipes.push_back(&with_adam);
    const image_pairs training = examples::with_noise(data.train, 0.3f, seed{o.seed}, streams::noise);
    const image_pairs test = examples::with_noise(data.test, 0.3f, seed{o.seed}, streams::noise + 1);

    // One display for both: its time left is that of all.
    examples::training_log log{recipes.size() * o.epochs, (data.train.size() + o.batch - 1) / o.batch};
    std::vector<outcome> all;
    for (const recipe* how : recipes) {
        if (!all.empty() && examples::interrupted()) break;
        const auto first = static_cast<std::ptrdiff_t>(log.seconds.size());
        std::vector<float> loss;
        const model<denoiser> net = train(o, *how, training, log, loss);
        outcome& result = all.emplace_back(measure(o, *how, net, test));
        result.loss.assign(loss.begin(), loss.end());
        result.seconds.assign(log.seconds.begin() + first, log.seconds.end());
    }

    draw_walk(o, files, test, all);
    draw_reconstruction(files, test, all);
    draw_losses(files, all);
    for (const outcome& one : all)
        std::printf("%s: test mse %.4f (noisy in, clean out)\n", one.how.name.c_str(),
                    static_cast<double>(one.test_mse));
    if (o.recipe == "exercise" && o.epochs < 100)
        std::puts("few epochs leave the digits blurred, as in the exercise; try --epochs 300");
    files.finish(as_json(o, all, data));
}

} // namespace

int main(int argc, char** argv) {
    options o;
    examples::command_line line{
        "interpolation",
        "Trains a denoising autoencoder on MNIST and walks between the codes of two test digits."};
    line.add("--recipe", o.recipe, {"exercise", "adam", "both"},
             "SGD with momentum as the exercise asks, Adam, or one after the other");
    line.add("--epochs", o.epochs, {1, 100000}, "passes over the training images, for each recipe");
    line.add("--batch", o.batch, {1, largest_batch}, "images a step");
    line.add_seed(o.seed, "of weights, noise and order");
    line.add("--from", o.from, {0, 1000000}, "test image at one end");
    line.add("--to", o.to, {0, 1000000}, "test image at the other end");
    line.add("--steps", o.steps, {2, 100}, "pictures from end to end");
    o.add_data_to(line);
    o.add_to(line);
    return line.run(argc, argv, [&] { run(o); });
}
