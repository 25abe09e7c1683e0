// A conditional variational autoencoder: encoder and decoder are told which digit an image shows, so that the code is left
// with how it is written. Ten rows are drawn, a row a digit, a column a code.

#include "networks/digit_judge.hpp"
#include "networks/variational_autoencoder.hpp"
#include "strata/core.hpp"
#include "support/data/mnist.hpp"
#include "support/handwriting.hpp"
#include "support/study.hpp"
#include "support/training_log.hpp"

#include <cstdio>
#include <functional>
#include <string>
#include <tuple>
#include <vector>

// clang-format off
struct conditional
    : strata::network<
          strata::input<10>, strata::mark<"class">,
          strata::input<784>,
          strata::concat<"class">, strata::dense<256>, strata::relu,
          strata::concat<"class">, strata::dense<128>, strata::relu,
          strata::concat<"class">, strata::dense<16>,
          strata::mark<"moments">,
          strata::sample_gaussian,
          strata::mark<"code">,
          strata::concat<"class">, strata::dense<128>, strata::relu,
          strata::concat<"class">, strata::dense<256>, strata::relu,
          strata::concat<"class">, strata::dense<784>,
          strata::mark<"logits">,
          strata::sigmoid> {};
// clang-format on

using trained_part = strata::until<conditional, "logits">;
using encoder = strata::until<conditional, "moments">;      // takes a class and an image
using decoder = strata::from<conditional, "class", "code">; // takes a class and a code
using decoder_to_logits = strata::until<decoder, "logits">;

namespace {

using namespace strata;
using examples::variational_loss;

constexpr std::size_t code_size = 8, digits = 10, columns = 100, columns_shown = 10;

struct options : examples::team_options {
    std::size_t epochs = 100;
    float beta = 2;

    options() : team_options{"conditional_digits"} {}
};

/// Both parts of the loss in nats per image, with one code drawn for every image.
variational_loss measure(const model<conditional>& net, const float_rows& classes,
                         const std::vector<float>& images, seed s) {
    const float_rows moments = predict<encoder>(net, std::tie(classes, images));
    const std::vector<float> codes = examples::draw_codes<code_size>(moments.values(), s);
    const float entropy =
        evaluate<decoder_to_logits>(net, bce_with_logits{}, std::tie(classes, codes), images);
    return {784 * static_cast<double>(entropy), static_cast<double>(mean_penalty(gaussian_kl{}, moments))};
}

/// A row of pictures of each digit, from a code for each picture.
float_rows draw_digits(const model<conditional>& net, const std::vector<float>& codes) {
    std::vector<std::size_t> asked_for(digits * columns);
    for (std::size_t i = 0; i < asked_for.size(); ++i) asked_for[i] = i / columns;
    const float_rows classes = one_hot(asked_for, digits);
    return predict<decoder>(net, std::tie(classes, codes));
}

/// Prints which part of the variance of style within rows is between columns, and returns it for the metrics.
nlohmann::ordered_json style_of_columns(const char* name, const float_rows& pictures) {
    const examples::style_shares shares = examples::style_of_columns(pictures.values(), columns);
    std::printf("%-18s slant %.3f, thickness %.3f\n", name, shares.slant, shares.thickness);
    return {{"slant", shares.slant}, {"thickness", shares.thickness}};
}

/// Prints which part of the drawn digits a classifier takes for what was asked for, and adds it to the metrics.
void judge(const options& o, const examples::mnist& data, const float_rows& drawn,
           nlohmann::ordered_json& metrics) {
    const examples::digit_judge classifier{data.train, o.team.so_many()};
    if (examples::interrupted()) return; // it learned little
    std::size_t right = 0, i = 0;
    for (const auto& verdict : classifier.verdicts(drawn.values())) right += verdict.digit == i++ / columns;
    const double accuracy = classifier.accuracy(data.test);
    const double share = static_cast<double>(right) / static_cast<double>(i);
    metrics["judge_accuracy"] = accuracy;
    metrics["as_asked_for"] = share;
    std::printf(
        "a classifier finds %.1f %% of the test digits, and in %.1f %% of those drawn the digit asked for\n",
        100 * accuracy, 100 * share);
}

void run(const options& o) {
    const auto data = examples::load_mnist(o.data, STRATA_EXAMPLE_DATA);
    std::printf("%s\n\n%s\n%zu training and %zu test images from %s\n", examples::environment_line().c_str(),
                describe<conditional>().c_str(), data.train.size(), data.test.size(), data.folder.c_str());
    o.team.print();
    examples::study_files files{o, {"digits.png", "loss.svg"}};
    const float_rows classes = one_hot(data.train.labels, digits);
    const float_rows test_classes = one_hot(data.test.labels, digits);

    model<conditional> net{glorot_uniform{}, seed{o.seed}};
    team<trained_part, batch<32>, examples::training_shards> work{o.team.so_many()};
    optimizer opt{net, adam{}};
    examples::kept_training kept{
        o.kept.of("--seed " + std::to_string(o.seed) + " --beta " + std::to_string(o.beta)), "", net, opt};
    const std::size_t batches = (data.train.size() + 31) / 32;
    examples::training_log log{o.epochs, batches};
    const auto log_epoch = [&](const epoch_report& report) {
        log.note = "reconstruction " + std::to_string(report.terms.front().training).substr(0, 5);
        log(report);
    };
    const fit_history history =
        fit(net, work, opt, 784.0f * bce_with_logits{} + o.beta * at<"moments">(gaussian_kl{}),
            std::tie(classes, data.train.pixels), data.train.pixels,
            {.epochs = o.epochs,
             .seed = seed{o.seed},
             .learning_rate = cosine_decay{0.001f, o.epochs * batches, 0.00005f},
             .after_epoch = log_epoch,
             .after_batch = std::ref(log),
             .on_progress = std::ref(kept),
             .resume_from = kept.restore()});
    const std::vector<double> loss(history.loss.begin(), history.loss.end());
    std::vector<double> reconstruction;
    for (const epoch_report& epoch : history.epochs) reconstruction.push_back(epoch.terms.front().training);

    const variational_loss test = measure(net, test_classes, data.test.pixels, seed{o.seed});
    const float error = evaluate(net, mse{}, std::tie(test_classes, data.test.pixels), data.test.pixels);
    std::printf("\ntest reconstruction %.2f + KL %.2f nats per image, mse %.4f\n", test.reconstruction,
                test.divergence, static_cast<double>(error));

    std::vector<float> codes(digits * columns * code_size);
    fill_normal(codes, 0.0f, 1.0f, seed{o.seed}, streams::user + 1);
    std::puts("part of the variance within rows that is between columns");
    const auto style_by_chance = style_of_columns("one code a picture", draw_digits(net, codes));
    for (std::size_t i = columns * code_size; i < codes.size(); ++i)
        codes[i] = codes[i - columns * code_size];
    const float_rows drawn = draw_digits(net, codes);
    const auto style = style_of_columns("one code a column", drawn);

    nlohmann::ordered_json metrics{{"epochs", o.epochs},
                                   {"seed", o.seed},
                                   {"beta", o.beta},
                                   {"epoch_loss", loss},
                                   {"epoch_reconstruction", reconstruction},
                                   {"test_reconstruction", test.reconstruction},
                                   {"test_kl", test.divergence},
                                   {"test_mse", error},
                                   {"style_of_columns", style},
                                   {"style_of_columns_by_chance", style_by_chance}};
    judge(o, data, drawn, metrics);
    std::vector<float> shown; // of every digit the first few columns
    for (std::size_t digit = 0; digit < digits; ++digit)
        for (std::size_t i = 0; i < columns_shown; ++i) {
            const std::span<const float> one = drawn[digit * columns + i];
            shown.insert(shown.end(), one.begin(), one.end());
        }
    files.sheet("digits.png", shown, columns_shown,
                {.title = "A row a digit, a column a code", .magnification = 2, .gap = 2});
    files.chart("loss.svg", {.title = "Training loss",
                             .x_label = "epoch",
                             .y_label = "nats per image",
                             .lines = {examples::counted("reconstruction + beta x KL", loss),
                                       examples::counted("reconstruction", reconstruction)}});
    files.finish(metrics);
}

} // namespace

int main(int argc, char** argv) {
    options o;
    examples::command_line line{
        "conditional_digits",
        "Draws MNIST's digits as asked for, a column in one handwriting, with a conditional VAE."};
    line.add("--epochs", o.epochs, {1, 100000}, "passes over the training images");
    line.add("--beta", o.beta, {0, 1000}, "weight of the KL divergence");
    line.add_seed(o.seed, "of weights, noise, order and drawn codes");
    o.add_data_to(line);
    o.add_to(line);
    return line.run(argc, argv, [&] { run(o); });
}
