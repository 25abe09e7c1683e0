// A variational autoencoder on the digits, with a code of 2 numbers and with one of 16: what it draws, how
// well it restores, and its loss in its two parts.

#include "networks/variational_training.hpp"
#include "support/data/mnist.hpp"
#include "support/study.hpp"
#include "support/svm.hpp"
#include "support/text_table.hpp"

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

namespace {

using namespace strata;
using examples::variational_autoencoder, examples::variational_loss, examples::variational_training;

constexpr std::size_t grid_side = 15, sheet_side = 8, restored = 10;

struct options : examples::team_options {
    std::size_t epochs = variational_training{}.epochs;
    float beta = 1;

    options() : team_options{"variational"} {}
};

/// What a code size and a seed came to.
struct outcome : examples::variational_history {
    double test_mse = 0, seconds = 0;
    std::vector<float> samples, reconstructions, grid, means; ///< pictures; codes of the test images
};

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
    const double start = examples::steady_seconds();
    static_cast<examples::variational_history&>(result) = examples::train_and_measure<Code>(
        net, train, test, {.epochs = o.epochs, .beta = o.beta, .seed = s, .threads = o.team.so_many()},
        o.kept.of("--beta " + std::to_string(o.beta)),
        "code " + std::to_string(Code) + " seed " + std::to_string(s.value));
    result.seconds = examples::steady_seconds() - start;
    result.test_mse = static_cast<double>(evaluate(net, mse{}, test, test));
    result.samples = examples::fresh_samples<Code>(net, sheet_side * sheet_side, s);
    result.reconstructions = predict(net, test.first(std::min(restored, data.test.size()) * 784));
    if constexpr (Code == 2) {
        result.grid = predict<examples::pixels_of<Code>>(net, examples::grid_codes(grid_side));
        result.means = predict<until<variational_autoencoder<Code>, "code">>(net, test);
    }
    return result;
}

/// `sixteen` is nullptr where an interrupted run has not come so far.
void draw(examples::study_files& files, const examples::mnist& data, const outcome& two,
          const outcome* sixteen) {
    files.sheet("grid.png", two.grid, grid_side,
                {.title = "Codes of 2 numbers, decoded", .magnification = 2, .gap = 0});
    files.sheet("samples-2.png", two.samples, sheet_side,
                {.title = "Drawn from codes of 2 numbers", .magnification = 2, .gap = 4});
    if (sixteen != nullptr)
        files.sheet("samples-16.png", sixteen->samples, sheet_side,
                    {.title = "Drawn from codes of 16 numbers", .magnification = 2, .gap = 4});

    std::vector<examples::tile_row> rows{{"test digits", {}}, {"through 2 numbers", {}}};
    if (sixteen != nullptr) rows.push_back({"through 16", {}});
    for (std::size_t i = 0; i < two.reconstructions.size() / 784; ++i) {
        rows[0].tiles.push_back({data.test.image(i)});
        rows[1].tiles.push_back({std::span{two.reconstructions}.subspan(i * 784, 784)});
        if (sixteen != nullptr)
            rows[2].tiles.push_back({std::span{sixteen->reconstructions}.subspan(i * 784, 784)});
    }
    files.tiles("reconstruction.png", rows, {.title = "Test digits, encoded and decoded"});

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
    files.chart("codes.svg", codes);

    examples::chart losses{
        .title = "Negative evidence lower bound", .x_label = "epoch", .y_label = "nats per image"};
    const auto add = [&](const char* name, const std::vector<variational_loss>& of) {
        std::vector<double> sums;
        for (const variational_loss& loss : of) sums.push_back(loss.sum());
        losses.lines.push_back(examples::counted(name, sums));
    };
    add("code of 2, training", two.train);
    add("code of 2, test", two.test);
    if (sixteen != nullptr) {
        add("code of 16, training", sixteen->train);
        add("code of 16, test", sixteen->test);
    }
    files.chart("losses.svg", losses);
}

/// Adds a code size's line to the table; returns its part of the metrics.
nlohmann::ordered_json summary(std::size_t code, const std::vector<outcome>& seeds,
                               examples::text_table& table) {
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
    table.add({std::to_string(code), mean_and_spread(train), mean_and_spread(bound),
               mean_and_spread(reconstruction), mean_and_spread(divergence), mean_and_spread(error)});
    return {{"code", code},      {"train_elbo", train}, {"test_elbo", bound},
            {"test_mse", error}, {"seconds", seconds},  {"epochs_of_seeds", runs}};
}

void run(const options& o) {
    const auto data = examples::load_mnist(o.data, STRATA_EXAMPLE_DATA);
    std::printf("%s\n\n%s\n%zu training and %zu test images from %s\n", examples::environment_line().c_str(),
                describe<variational_autoencoder<16>>().c_str(), data.train.size(), data.test.size(),
                data.folder.c_str());
    o.team.print();
    examples::study_files files{
        o, {"grid.png", "samples-2.png", "samples-16.png", "reconstruction.png", "codes.svg", "losses.svg"}};
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
        "\nnats per image, the bound being -(reconstruction + KL), and squared error per pixel; %zu seeds\n",
        o.seeds);
    examples::text_table table{
        {"code", "training bound", "test bound", "test reconstruction", "test KL", "test mse"}};
    nlohmann::ordered_json codes = nlohmann::ordered_json::array({summary(2, two, table)});
    if (!sixteen.empty()) codes.push_back(summary(16, sixteen, table));
    table.print();
    files.finish({{"codes", codes},
                  {"beta", o.beta},
                  {"epochs", o.epochs},
                  {"first_seed", o.seed},
                  {"seeds", o.seeds},
                  {"batch", variational_training::batch},
                  {"learning_rate", variational_training::learning_rate},
                  {"weight_decay", variational_training::weight_decay},
                  {"train_images", data.train.size()},
                  {"test_images", data.test.size()}});
}

} // namespace

int main(int argc, char** argv) {
    options o;
    examples::command_line line{
        "variational", "Trains variational autoencoders on MNIST, with codes of 2 and of 16 numbers."};
    line.add("--epochs", o.epochs, {1, 100000}, "passes over the training images");
    line.add("--beta", o.beta, {0, 1000}, "weight of the KL divergence");
    line.add_seeds(o.seed, o.seeds);
    o.add_data_to(line);
    o.add_to(line);
    return line.run(argc, argv, [&] { run(o); });
}
