// A variational autoencoder on the digits, with a code of 2 numbers and with one of 16: what it draws, how
// well it restores, and its loss in its two parts.

#include "support/data/mnist.hpp"
#include "support/drawing/chart.hpp"
#include "support/drawing/tiles.hpp"
#include "support/environment.hpp"
#include "support/json.hpp"
#include "support/progress.hpp"
#include "support/svm.hpp"
#include "variational_autoencoder.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <numeric>
#include <string>
#include <vector>

namespace {

using namespace strata;
using examples::variational_autoencoder, examples::variational_loss, examples::variational_training;

constexpr std::size_t grid_side = 15, sheet_side = 8, restored = 10;

struct options {
    std::size_t epochs = variational_training{}.epochs, seeds = 1;
    std::uint64_t seed = 0;
    float beta = 1;
    std::filesystem::path data, out = "out/variational", json;
};

/// What a code size and a seed came to.
struct outcome {
    std::vector<variational_loss> train, test; ///< after every epoch
    double test_mse = 0, seconds = 0;
    std::vector<float> samples, reconstructions, grid, means; ///< pictures; codes of the test images
};

/// Codes on a square grid whose cells are equally likely under the unit Gaussian.
std::vector<float> grid_codes() {
    std::vector<float> quantiles(grid_side);
    for (std::size_t i = 0; i < grid_side; ++i)
        quantiles[i] = (2.0f * static_cast<float>(i) + 1.0f) / static_cast<float>(grid_side) - 1.0f;
    kernels::uniform_to_normal<arch>(grid_side, quantiles.data(), 0.0f, 1.0f);
    std::vector<float> codes;
    for (std::size_t row = 0; row < grid_side; ++row)
        for (const float x : quantiles) codes.insert(codes.end(), {x, quantiles[grid_side - 1 - row]});
    return codes;
}

template <std::size_t Code>
outcome train_and_measure(const options& o, const examples::mnist& data, seed s) {
    const std::span<const float> train{data.train.pixels};
    const std::span<const float> test{data.test.pixels};
    std::printf("\ncode of %zu, seed %llu; reconstruction + KL in nats per image\n", Code,
                static_cast<unsigned long long>(s.value));
    model<variational_autoencoder<Code>> net{glorot_uniform{}, s};
    outcome result;
    const std::size_t batches =
        (data.train.size() + variational_training::batch - 1) / variational_training::batch;
    examples::progress bar{examples::standard_output(), o.epochs, batches};
    const double start = examples::steady_seconds();
    examples::train<Code>(
        net, train, {.epochs = o.epochs, .beta = o.beta, .seed = s}, [&]<class Report>(const Report& report) {
            if constexpr (std::is_same_v<Report, batch_report>) {
                bar.batch(report.batch, static_cast<double>(report.loss));
            } else {
                const variational_loss seen =
                    result.train.emplace_back(examples::measure<Code>(net, train, s));
                const variational_loss unseen =
                    result.test.emplace_back(examples::measure<Code>(net, test, s));
                char note[96];
                std::snprintf(note, sizeof note, "train %.1f + %.1f, test %.1f + %.1f", seen.reconstruction,
                              seen.divergence, unseen.reconstruction, unseen.divergence);
                bar.epoch(static_cast<double>(report.loss), note);
            }
        });
    result.seconds = examples::steady_seconds() - start;
    result.test_mse = static_cast<double>(evaluate(net, mse{}, test, test));
    result.samples = examples::fresh_samples<Code>(net, sheet_side * sheet_side, s);
    result.reconstructions = predict(net, test.first(std::min(restored, data.test.size()) * 784));
    if constexpr (Code == 2) {
        result.grid = predict<examples::pixels_of<Code>>(net, grid_codes());
        result.means = predict<until<variational_autoencoder<Code>, "code">>(net, test);
    }
    return result;
}

/// A sheet of pictures, `across` in a row, without captions.
void draw_sheet(const std::filesystem::path& path, const std::string& title, std::span<const float> pictures,
                std::size_t across, std::size_t gap) {
    std::vector<examples::tile_row> rows;
    for (std::size_t i = 0; i < pictures.size() / 784; ++i) {
        if (i % across == 0) rows.emplace_back();
        rows.back().tiles.push_back({pictures.subspan(i * 784, 784)});
    }
    draw_tiles(rows, {.title = title, .magnification = 2, .gap = gap}).write(path);
}

void draw(const options& o, const examples::mnist& data, const outcome& two, const outcome& sixteen) {
    draw_sheet(o.out / "grid.png", "Codes of 2 numbers, decoded", two.grid, grid_side, 0);
    draw_sheet(o.out / "samples-2.png", "Drawn from codes of 2 numbers", two.samples, sheet_side, 4);
    draw_sheet(o.out / "samples-16.png", "Drawn from codes of 16 numbers", sixteen.samples, sheet_side, 4);

    std::vector<examples::tile_row> rows{{"test digits", {}}, {"through 2 numbers", {}}, {"through 16", {}}};
    for (std::size_t i = 0; i < two.reconstructions.size() / 784; ++i) {
        rows[0].tiles.push_back({data.test.image(i)});
        rows[1].tiles.push_back({std::span{two.reconstructions}.subspan(i * 784, 784)});
        rows[2].tiles.push_back({std::span{sixteen.reconstructions}.subspan(i * 784, 784)});
    }
    draw_tiles(rows, {.title = "Test digits, encoded and decoded"}).write(o.out / "reconstruction.png");

    examples::chart codes{.title = "Test digits by the means of their codes", .width = 760, .height = 720};
    for (int digit = 0; digit < 10; ++digit) {
        examples::series points{.name = std::to_string(digit), .x = {}, .y = {}, .points_alone = true};
        for (std::size_t i = 0; i < data.test.size(); ++i) {
            if (data.test.labels[i] != digit) continue;
            points.x.push_back(static_cast<double>(two.means[2 * i]));
            points.y.push_back(static_cast<double>(two.means[2 * i + 1]));
        }
        codes.lines.push_back(points);
    }
    examples::write_chart(o.out / "codes.svg", codes);

    std::vector<double> epochs(o.epochs);
    std::iota(epochs.begin(), epochs.end(), 1.0);
    examples::chart losses{
        .title = "Negative evidence lower bound", .x_label = "epoch", .y_label = "nats per image"};
    const auto add = [&](const char* name, const std::vector<variational_loss>& of) {
        losses.lines.push_back({.name = name, .x = epochs, .y = {}});
        for (const variational_loss& loss : of) losses.lines.back().y.push_back(loss.sum());
    };
    add("code of 2, training", two.train);
    add("code of 2, test", two.test);
    add("code of 16, training", sixteen.train);
    add("code of 16, test", sixteen.test);
    examples::write_chart(o.out / "losses.svg", losses);
}

/// Prints a code size's line of the table; returns its part of the metrics.
nlohmann::ordered_json summary(std::size_t code, const std::vector<outcome>& seeds) {
    nlohmann::ordered_json runs = nlohmann::ordered_json::array();
    std::vector<double> train, reconstruction, divergence, bound, error, seconds;
    for (const outcome& of : seeds) {
        train.push_back(-of.train.back().sum());
        reconstruction.push_back(of.test.back().reconstruction);
        divergence.push_back(of.test.back().divergence);
        bound.push_back(-of.test.back().sum());
        error.push_back(of.test_mse);
        seconds.push_back(of.seconds);
        nlohmann::ordered_json run;
        for (const auto& [name, losses] : {std::pair{"train", &of.train}, std::pair{"test", &of.test}})
            for (const variational_loss& loss : *losses) {
                run[std::string{name} + "_reconstruction"].push_back(loss.reconstruction);
                run[std::string{name} + "_kl"].push_back(loss.divergence);
            }
        runs.push_back(run);
    }
    using examples::mean_and_spread;
    std::printf("%4zu  %-20s %-20s %-20s %-20s %s\n", code, mean_and_spread(train).c_str(),
                mean_and_spread(bound).c_str(), mean_and_spread(reconstruction).c_str(),
                mean_and_spread(divergence).c_str(), mean_and_spread(error).c_str());
    return {{"code", code},      {"train_elbo", train}, {"test_elbo", bound},
            {"test_mse", error}, {"seconds", seconds},  {"epochs_of_seeds", runs}};
}

void run(const options& o) {
    const auto data = examples::load_mnist(o.data, STRATA_EXAMPLE_DATA);
    std::filesystem::create_directories(o.out);
    std::printf("%s\n\n%s\n%zu training and %zu test images from %s\n", examples::environment_line().c_str(),
                describe<variational_autoencoder<16>>().c_str(), data.train.size(), data.test.size(),
                data.folder.c_str());
    std::vector<outcome> two, sixteen;
    for (std::uint64_t s = o.seed; s < o.seed + o.seeds; ++s) {
        two.push_back(train_and_measure<2>(o, data, seed{s}));
        sixteen.push_back(train_and_measure<16>(o, data, seed{s}));
    }
    draw(o, data, two.front(), sixteen.front());
    std::printf(
        "\nnats per image, the bound being -(reconstruction + KL), and squared error per pixel; %zu seeds\n"
        "code  %-20s %-20s %-20s %-20s %s\n",
        o.seeds, "training bound", "test bound", "test reconstruction", "test KL", "test mse");
    nlohmann::ordered_json codes{summary(2, two), summary(16, sixteen)};
    examples::write_json(o.json.empty() ? o.out / "metrics.json" : o.json,
                         examples::with_environment({{"codes", codes},
                                                     {"beta", o.beta},
                                                     {"epochs", o.epochs},
                                                     {"first_seed", o.seed},
                                                     {"seeds", o.seeds},
                                                     {"batch", variational_training::batch},
                                                     {"learning_rate", variational_training::learning_rate},
                                                     {"weight_decay", variational_training::weight_decay},
                                                     {"train_images", data.train.size()},
                                                     {"test_images", data.test.size()}}));
    std::printf("pictures of seed %llu: %s\n", static_cast<unsigned long long>(o.seed),
                std::filesystem::absolute(o.out).c_str());
}

} // namespace

int main(int argc, char** argv) try {
    options o;
    CLI::App app{"Trains variational autoencoders on MNIST, with codes of 2 and of 16 numbers."};
    app.add_option("--epochs", o.epochs, "passes over the training images")
        ->check(CLI::Range(1, 100000))
        ->capture_default_str();
    app.add_option("--beta", o.beta, "weight of the KL divergence")
        ->check(CLI::Range(0.0, 1000.0))
        ->capture_default_str();
    app.add_option("--seed", o.seed, "the first seed")->capture_default_str();
    app.add_option("--seeds", o.seeds, "how many seeds to try")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
    app.add_option("--data", o.data, "folder of MNIST's files")->check(CLI::ExistingDirectory);
    app.add_option("--out", o.out, "folder for pictures and metrics")->capture_default_str();
    app.add_option("--json", o.json, "file for the metrics (default: metrics.json in --out)");
    CLI11_PARSE(app, argc, argv);
    run(o);
} catch (const std::exception& error) {
    std::fprintf(stderr, "variational: %s\n", error.what());
    return 1;
}
