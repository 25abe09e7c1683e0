// The walk between two digits: trains a denoising autoencoder on MNIST, cuts it at its code into encoder and
// decoder, and decodes the codes between those of two test images.

#include "denoiser.hpp"
#include "strata/strata.hpp"
#include "support/data/mnist.hpp"
#include "support/drawing/chart.hpp"
#include "support/drawing/tiles.hpp"
#include "support/environment.hpp"
#include "support/json.hpp"
#include "support/training_log.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <numeric>
#include <string>
#include <vector>

namespace {

using namespace strata;
using examples::decoder, examples::denoiser, examples::encoder;
using images = xt::xtensor<float, 4>; // n x 28 x 28 x 1

constexpr std::size_t largest_batch = 256;

struct options {
    std::size_t epochs = 25, batch = 32, from = 128, to = 198, steps = 10;
    std::uint64_t seed = 2;
    std::filesystem::path data, out = "out/interpolation", json;
};

images as_images(const examples::labelled_images& set) {
    images pixels({set.size(), 28, 28, 1});
    std::copy(set.pixels.begin(), set.pixels.end(), pixels.begin());
    return pixels;
}

/// Adds U(0, 0.3) to every pixel; the sum is not clipped.
images add_noise(const images& clean, seed s, std::uint64_t stream) {
    images noise(clean.shape());
    fill_uniform({noise.data(), noise.size()}, 0.0f, 0.3f, s, stream);
    return clean + noise;
}

std::span<const float> pixels(const images& all, std::size_t i) { return {&all(i, 0, 0, 0), 28 * 28}; }

/// Codes at steps weights from 0 to 1 between two codes, the two included.
xt::xtensor<float, 2> walk(std::span<const float> from, std::span<const float> to, std::size_t steps) {
    xt::xtensor<float, 2> codes({steps, from.size()});
    for (std::size_t i = 0; i < steps; ++i) {
        const float t = static_cast<float>(i) / static_cast<float>(steps - 1);
        for (std::size_t k = 0; k < from.size(); ++k) codes(i, k) = from[k] * (1.0f - t) + to[k] * t;
    }
    return codes;
}

void draw_walk(const options& o, const images& clean, const images& noisy, const images& strip) {
    const std::string from = std::to_string(o.from);
    const std::string to = std::to_string(o.to);
    examples::tile_row first{"originals, noisy",
                             {{pixels(clean, o.from), from},
                              {pixels(clean, o.to), to},
                              {pixels(noisy, o.from), from},
                              {pixels(noisy, o.to), to}}};
    // A network trained for few epochs decodes dimly: once more, with the brightest pixel of each picture
    // white.
    images bright = strip;
    examples::tile_row second{"decoded", {}};
    examples::tile_row third{"brightened", {}};
    for (std::size_t i = 0; i < o.steps; ++i) {
        float* first_pixel = &bright(i, 0, 0, 0);
        const float most = *std::max_element(first_pixel, first_pixel + 28 * 28);
        for (std::size_t k = 0; k < 28 * 28; ++k) first_pixel[k] /= most > 0.0f ? most : 1.0f;
        char weight[16];
        std::snprintf(weight, sizeof weight, "%.2f",
                      static_cast<double>(i) / static_cast<double>(o.steps - 1));
        second.tiles.push_back({pixels(strip, i)});
        third.tiles.push_back({pixels(bright, i), weight});
    }
    draw_tiles(std::vector{first, second, third}, {.title = "Between the codes of two digits"})
        .write(o.out / "interpolation.png");
}

void draw_reconstruction(const options& o, const images& clean, const images& noisy, const images& restored) {
    std::vector<examples::tile_row> rows{{"clean", {}}, {"noisy", {}}, {"reconstructed", {}}};
    for (std::size_t i = 0; i < std::min<std::size_t>(10, clean.shape()[0]); ++i) {
        rows[0].tiles.push_back({pixels(clean, i)});
        rows[1].tiles.push_back({pixels(noisy, i)});
        rows[2].tiles.push_back({pixels(restored, i)});
    }
    draw_tiles(rows, {.title = "Test digits"}).write(o.out / "reconstruction.png");
}

void run(const options& o) {
    const auto data = examples::load_mnist(o.data, STRATA_EXAMPLE_DATA);
    if (std::max(o.from, o.to) >= data.test.size())
        throw std::runtime_error{"--from and --to are test images, 0 to " +
                                 std::to_string(data.test.size() - 1)};
    std::filesystem::create_directories(o.out);
    std::printf("%s\n\n%s\n%zu training and %zu test images from %s\n", examples::environment_line().c_str(),
                describe<denoiser>().c_str(), data.train.size(), data.test.size(), data.folder.c_str());

    const images clean = as_images(data.train);
    const images noisy = add_noise(clean, seed{o.seed}, streams::noise);
    model<denoiser> net{glorot_uniform{}, seed{o.seed}};
    workspace<denoiser, batch<largest_batch>> work;
    sgd optimizer{net, {.learning_rate = 0.01f, .momentum = 0.95f}};
    examples::training_log log{o.epochs, (data.train.size() + o.batch - 1) / o.batch};
    fit(net, work, optimizer, mse{}, noisy, clean,
        {.epochs = o.epochs, .batch_size = o.batch, .seed = seed{o.seed}}, log);

    const images clean_test = as_images(data.test);
    const images noisy_test = add_noise(clean_test, seed{o.seed}, streams::noise + 1);
    const float test_mse = evaluate(net, mse{}, noisy_test, clean_test);
    const auto codes = predict<encoder>(net, noisy_test); // n x 32
    const std::span<const float> code_from{&codes(o.from, 0), codes.shape()[1]};
    const std::span<const float> code_to{&codes(o.to, 0), codes.shape()[1]};
    const images strip = predict<decoder>(net, walk(code_from, code_to, o.steps));
    const images restored = predict(net, noisy_test);
    const bool same_ends = std::ranges::equal(pixels(strip, 0), pixels(restored, o.from)) &&
                           std::ranges::equal(pixels(strip, o.steps - 1), pixels(restored, o.to));
    draw_walk(o, clean_test, noisy_test, strip);
    draw_reconstruction(o, clean_test, noisy_test, restored);
    std::vector<double> epochs(log.loss.size());
    std::iota(epochs.begin(), epochs.end(), 1.0);
    examples::write_chart(o.out / "loss.svg", {.title = "Training loss of the denoising autoencoder",
                                               .x_label = "epoch",
                                               .y_label = "mean squared error",
                                               .lines = {{"", epochs, log.loss}}});
    examples::write_json(o.json.empty() ? o.out / "metrics.json" : o.json,
                         examples::with_environment({{"epoch_loss", log.loss},
                                                     {"epoch_seconds", log.seconds},
                                                     {"test_mse", test_mse},
                                                     {"code_from", code_from},
                                                     {"code_to", code_to},
                                                     {"ends_are_reconstructions", same_ends},
                                                     {"from", o.from},
                                                     {"to", o.to},
                                                     {"steps", o.steps},
                                                     {"seed", o.seed},
                                                     {"batch", o.batch},
                                                     {"epochs", o.epochs},
                                                     {"learning_rate", 0.01},
                                                     {"momentum", 0.95},
                                                     {"noise", {0.0, 0.3}},
                                                     {"train_images", data.train.size()},
                                                     {"test_images", data.test.size()}}));
    std::printf("test mse %.4f (noisy in, clean out)\npictures: %s\n", static_cast<double>(test_mse),
                std::filesystem::absolute(o.out).c_str());
    if (o.epochs < 100)
        std::puts("few epochs leave the digits blurred, as in the exercise; try --epochs 300");
}

} // namespace

int main(int argc, char** argv) try {
    options o;
    CLI::App app{"Trains a denoising autoencoder on MNIST and walks between the codes of two test digits."};
    app.add_option("--epochs", o.epochs, "passes over the training images")
        ->check(CLI::Range(1, 100000))
        ->capture_default_str();
    app.add_option("--batch", o.batch, "images a step")
        ->check(CLI::Range(std::size_t{1}, largest_batch))
        ->capture_default_str();
    app.add_option("--seed", o.seed, "of weights, noise and order")->capture_default_str();
    app.add_option("--from", o.from, "test image at one end")->capture_default_str();
    app.add_option("--to", o.to, "test image at the other end")->capture_default_str();
    app.add_option("--steps", o.steps, "pictures from end to end")
        ->check(CLI::Range(2, 100))
        ->capture_default_str();
    app.add_option("--data", o.data, "folder of MNIST's files")->check(CLI::ExistingDirectory);
    app.add_option("--out", o.out, "folder for pictures and metrics")->capture_default_str();
    app.add_option("--json", o.json, "file for the metrics (default: metrics.json in --out)");
    CLI11_PARSE(app, argc, argv);
    run(o);
} catch (const std::exception& error) {
    std::fprintf(stderr, "interpolation: %s\n", error.what());
    return 1;
}
