// A variational autoencoder on the digits, with a code of 2 numbers and with one of 16: what it draws, how
// well it restores, and its loss in its two parts.

#include "support/command_line.hpp"
#include "support/data/mnist.hpp"
#include "support/drawing/chart.hpp"
#include "support/drawing/tiles.hpp"
#include "support/environment.hpp"
#include "support/interrupt.hpp"
#include "support/json.hpp"
#include "support/outputs.hpp"
#include "support/progress.hpp"
#include "support/svm.hpp"
#include "variational_autoencoder.hpp"

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
    examples::checkpoint_choice kept;
};

/// What a code size and a seed came to.
struct outcome {
    std::vector<variational_loss> train, test; ///< after every epoch; of an interrupted first one, after that
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

/// Names a size of the code in a call.
template <std::size_t Code>
struct code_size {};

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
    variational_loss seen, unseen;
    const auto add_losses = [&](examples::kept_numbers& numbers) {
        seen = examples::measure<Code>(net, train, s);
        unseen = examples::measure<Code>(net, test, s);
        for (const double loss :
             {seen.reconstruction, seen.divergence, unseen.reconstruction, unseen.divergence})
            numbers["losses"].push_back(loss);
    };
    examples::kept_numbers kept = examples::train<Code>(
        net, train, {.epochs = o.epochs, .beta = o.beta, .seed = s},
        [&](const epoch_report& report) {
            char note[96];
            std::snprintf(note, sizeof note, "train %.1f + %.1f, test %.1f + %.1f", seen.reconstruction,
                          seen.divergence, unseen.reconstruction, unseen.divergence);
            bar.epoch(static_cast<double>(report.loss), note);
            return !examples::interrupted();
        },
        [&](const batch_report& report) {
            bar.batch(report.batch, static_cast<double>(report.loss));
            return !examples::interrupted();
        },
        o.kept, "code " + std::to_string(Code) + " seed " + std::to_string(s.value), add_losses);
    bar.end_line();
    const std::vector<double>& losses = kept["losses"];
    if (losses.empty()) add_losses(kept);
    for (std::size_t i = 0; i + 3 < losses.size(); i += 4) {
        result.train.push_back({losses[i], losses[i + 1]});
        result.test.push_back({losses[i + 2], losses[i + 3]});
    }
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

/// `sixteen` is nullptr where an interrupted run has not come so far.
void draw(examples::outputs& files, const examples::mnist& data, const outcome& two, const outcome* sixteen) {
    const auto sheet = [&](const char* name, const std::string& title, std::span<const float> pictures,
                           std::size_t across, std::size_t gap) {
        files.write(name, [&](const auto& path) { draw_sheet(path, title, pictures, across, gap); });
    };
    sheet("grid.png", "Codes of 2 numbers, decoded", two.grid, grid_side, 0);
    sheet("samples-2.png", "Drawn from codes of 2 numbers", two.samples, sheet_side, 4);
    if (sixteen != nullptr)
        sheet("samples-16.png", "Drawn from codes of 16 numbers", sixteen->samples, sheet_side, 4);

    std::vector<examples::tile_row> rows{{"test digits", {}}, {"through 2 numbers", {}}};
    if (sixteen != nullptr) rows.push_back({"through 16", {}});
    for (std::size_t i = 0; i < two.reconstructions.size() / 784; ++i) {
        rows[0].tiles.push_back({data.test.image(i)});
        rows[1].tiles.push_back({std::span{two.reconstructions}.subspan(i * 784, 784)});
        if (sixteen != nullptr)
            rows[2].tiles.push_back({std::span{sixteen->reconstructions}.subspan(i * 784, 784)});
    }
    files.write("reconstruction.png", [&](const auto& path) {
        draw_tiles(rows, {.title = "Test digits, encoded and decoded"}).write(path);
    });

    examples::chart codes{.title = "Test digits by the means of their codes",
                          .x_label = "first number of the code",
                          .y_label = "second number of the code",
                          .width = 760,
                          .height = 720};
    for (int digit = 0; digit < 10; ++digit) {
        examples::series points{.name = std::to_string(digit), .x = {}, .y = {}, .points_alone = true};
        for (std::size_t i = 0; i < data.test.size(); ++i) {
            if (data.test.labels[i] != digit) continue;
            points.x.push_back(static_cast<double>(two.means[2 * i]));
            points.y.push_back(static_cast<double>(two.means[2 * i + 1]));
        }
        codes.lines.push_back(points);
    }
    files.write("codes.svg", [&](const auto& path) { examples::write_chart(path, codes); });

    examples::chart losses{
        .title = "Negative evidence lower bound", .x_label = "epoch", .y_label = "nats per image"};
    const auto add = [&](const char* name, const std::vector<variational_loss>& of) {
        std::vector<double> epochs(of.size());
        std::iota(epochs.begin(), epochs.end(), 1.0);
        losses.lines.push_back({.name = name, .x = epochs, .y = {}});
        for (const variational_loss& loss : of) losses.lines.back().y.push_back(loss.sum());
    };
    add("code of 2, training", two.train);
    add("code of 2, test", two.test);
    if (sixteen != nullptr) {
        add("code of 16, training", sixteen->train);
        add("code of 16, test", sixteen->test);
    }
    files.write("losses.svg", [&](const auto& path) { examples::write_chart(path, losses); });
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
    std::printf("%s\n\n%s\n%zu training and %zu test images from %s\n", examples::environment_line().c_str(),
                describe<variational_autoencoder<16>>().c_str(), data.train.size(), data.test.size(),
                data.folder.c_str());
    examples::outputs files{
        o.out,
        {"grid.png", "samples-2.png", "samples-16.png", "reconstruction.png", "codes.svg", "losses.svg"},
        o.json.empty() ? o.out / "metrics.json" : o.json};
    // What was not trained to its end counts only where it is all there is of its kind.
    std::vector<outcome> two, sixteen;
    const auto add = [&]<std::size_t Code>(std::vector<outcome>& to, seed s, code_size<Code>) {
        if (examples::interrupted() && !two.empty()) return;
        outcome one = train_and_measure<Code>(o, data, s);
        if (to.empty() || !examples::interrupted()) to.push_back(std::move(one));
    };
    for (std::size_t i = 0; i < o.seeds; ++i) {
        add(two, seed{o.seed + i}, code_size<2>{});
        add(sixteen, seed{o.seed + i}, code_size<16>{});
    }
    draw(files, data, two.front(), sixteen.empty() ? nullptr : &sixteen.front());
    std::printf(
        "\nnats per image, the bound being -(reconstruction + KL), and squared error per pixel; %zu seeds\n"
        "code  %-20s %-20s %-20s %-20s %s\n",
        o.seeds, "training bound", "test bound", "test reconstruction", "test KL", "test mse");
    nlohmann::ordered_json codes = nlohmann::ordered_json::array({summary(2, two)});
    if (!sixteen.empty()) codes.push_back(summary(16, sixteen));
    const auto metrics = examples::with_environment({{"codes", codes},
                                                     {"beta", o.beta},
                                                     {"epochs", o.epochs},
                                                     {"first_seed", o.seed},
                                                     {"seeds", o.seeds},
                                                     {"batch", variational_training::batch},
                                                     {"learning_rate", variational_training::learning_rate},
                                                     {"weight_decay", variational_training::weight_decay},
                                                     {"train_images", data.train.size()},
                                                     {"test_images", data.test.size()}});
    files.write_metrics([&](const auto& path) { examples::write_json(path, metrics); });
    std::printf("pictures of seed %llu: %s\n", static_cast<unsigned long long>(o.seed),
                std::filesystem::absolute(o.out).c_str());
    files.finish();
}

} // namespace

int main(int argc, char** argv) {
    options o;
    examples::command_line line{
        "variational", "Trains variational autoencoders on MNIST, with codes of 2 and of 16 numbers."};
    line.add("--epochs", o.epochs, {1, 100000}, "passes over the training images");
    line.add("--beta", o.beta, {0, 1000}, "weight of the KL divergence");
    line.add_seeds(o.seed, o.seeds);
    line.add_existing_folder("--data", o.data, "folder of MNIST's files");
    line.add("--out", o.out, "folder for pictures and metrics");
    line.add("--json", o.json, "file for the metrics (default: metrics.json in --out)");
    o.kept.add_to(line);
    return line.run(argc, argv, [&] { run(o); });
}
