// What helps a GAN whose discriminator wins? Provokes the failure (the discriminator's loss falls while the
// generator's grows), tries remedies and their opposites over several seeds, and says which helped.

#include "gan.hpp"
#include "support/command_line.hpp"
#include "support/data/activity.hpp"
#include "support/distances.hpp"
#include "support/drawing/chart.hpp"
#include "support/environment.hpp"
#include "support/interrupt.hpp"
#include "support/json.hpp"
#include "support/outputs.hpp"
#include "support/progress.hpp"
#include "support/svm.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <numeric>

namespace {

using namespace strata;
using examples::gan_options;

struct options {
    std::size_t steps = 1000, seeds = 3;
    std::uint64_t seed = 0;
    std::filesystem::path data, out = "out/gan_remedies", json;
    examples::checkpoint_choice kept;
};

/// The discriminator with noise on whatever it is shown.
template <std::size_t Features>
struct with_instance_noise : network<strata::input<Features>, gaussian_noise<0.3>, dense<32>, strata::tanh,
                                     mark<"embedding">, dense<1>, sigmoid> {};

/// The discriminator with half of its embedding dropped.
template <std::size_t Features>
struct with_dropout : network<strata::input<Features>, dense<32>, strata::tanh, mark<"embedding">,
                              dropout<0.5>, dense<1>, sigmoid> {};

enum class kind { plain, instance_noise, dropout };

struct setting {
    std::string name;
    gan_options how{};
    kind discriminator = kind::plain;
};

/// The failure: the discriminator learns ten times as fast as the generator, the reverse of the exercise.
constexpr gan_options failing{.generator_rate = 0.0001f, .discriminator_rate = 0.001f};

gan_options changed(auto change) {
    gan_options how = failing;
    change(how);
    return how;
}

std::vector<setting> settings() {
    return {
        {"failing", failing},
        {"slower discriminator (/ 10)", changed([](auto& how) { how.discriminator_rate = 0.0001f; })},
        {"faster generator (x 10)", changed([](auto& how) { how.generator_rate = 0.001f; })},
        {"both: the exercise", {}},
        {"5 generator steps", changed([](auto& how) { how.generator_steps = 5; })},
        {"label smoothing 0.9", changed([](auto& how) { how.real_target = 0.9f; })},
        {"instance noise 0.3", failing, kind::instance_noise},
        {"dropout 0.5", failing, kind::dropout},
        {"spectral limit 1", changed([](auto& how) { how.spectral_norm = 1.0f; })},
        {"gradient penalty 100", changed([](auto& how) { how.gradient_penalty = 100.0f; })},
        {"opposite: 5 discriminator steps", changed([](auto& how) { how.discriminator_steps = 5; })},
        {"opposite: slower generator (/ 10)", changed([](auto& how) { how.generator_rate = 0.00001f; })},
    };
}

/// What one run came to. Losses are means over the first and the last tenth of the steps. A run that was
/// interrupted has its losses until then, and NaN where it was not measured.
struct outcome {
    static constexpr double nothing = std::numeric_limits<double>::quiet_NaN();
    double discriminator_first, discriminator_last, generator_first, generator_last;
    double wasserstein = nothing, discrepancy = nothing; ///< between generated and real test rows
    double accuracy = nothing;                           ///< of an SVM on the embedding
    examples::gan_history losses;
};

double mean_of(std::span<const double> values) {
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

template <std::size_t Features, class Discriminator>
outcome train(const options& o, const setting& what, const examples::split_table& data, std::uint64_t s) {
    examples::gan<Features, Discriminator> both{seed{s}, what.how};
    outcome result{};
    result.losses = examples::train(both, as_rows(data.train(), shape<Features>), o.steps, seed{s}, o.kept,
                                    what.name + " seed " + std::to_string(s), [](std::size_t, double) {});
    const std::span<const double> discriminator{result.losses.discriminator},
        generator{result.losses.generator};
    const std::size_t tenth = std::max<std::size_t>(1, generator.size() / 10);
    result.discriminator_first = mean_of(discriminator.first(tenth));
    result.discriminator_last = mean_of(discriminator.last(tenth));
    result.generator_first = mean_of(generator.first(tenth));
    result.generator_last = mean_of(generator.last(tenth));
    if (examples::interrupted()) return result;

    const rows_view test = as_rows(data.test(), shape<Features>);
    const rows_view seen = test.part(0, std::min<std::size_t>(1000, test.rows));
    std::vector<float> noise(seen.rows * examples::generator<Features>::input.count());
    fill_normal(noise, 0.0f, 1.0f, seed{s}, streams::user);
    const std::vector<float> generated = predict(both.generator_net, noise);
    const rows_view fake = as_rows(generated, shape<Features>);
    result.wasserstein = examples::sliced_wasserstein(fake, seen, 200, seed{0});
    result.discrepancy = examples::maximum_mean_discrepancy(fake, seen);

    using embedding = until<Discriminator, "embedding">;
    const std::vector<float> train_codes = predict<embedding>(both.discriminator_net, data.train());
    const std::vector<float> test_codes = predict<embedding>(both.discriminator_net, data.test());
    result.accuracy = examples::classify({train_codes, data.train_labels()}, {test_codes, data.test_labels()},
                                         data.all.classes)
                          .accuracy;
    return result;
}

template <std::size_t Features>
outcome train(const options& o, const setting& what, const examples::split_table& data, std::uint64_t s) {
    switch (what.discriminator) {
    case kind::instance_noise: return train<Features, with_instance_noise<Features>>(o, what, data, s);
    case kind::dropout: return train<Features, with_dropout<Features>>(o, what, data, s);
    default: return train<Features, examples::discriminator<Features>>(o, what, data, s);
    }
}

/// The mean of one figure over the seeds.
double mean_over(const std::vector<outcome>& runs, double outcome::* figure) {
    std::vector<double> values;
    for (const outcome& run : runs) values.push_back(run.*figure);
    return mean_of(values);
}

/// In how many of the seeds a figure is less than in the failing setting, same seed against same seed.
std::size_t times_less(const std::vector<outcome>& runs, const std::vector<outcome>& base,
                       double outcome::* figure) {
    std::size_t times = 0;
    for (std::size_t i = 0; i < runs.size(); ++i) times += runs[i].*figure < base[i].*figure;
    return times;
}

template <std::size_t Features>
void run(const options& o, const examples::split_table& data) {
    std::printf("%s\n%s\n%zu steps, %zu seeds from %llu on\n\n", examples::environment_line().c_str(),
                examples::describe(data).c_str(), o.steps, o.seeds, static_cast<unsigned long long>(o.seed));
    examples::outputs files{
        o.out, {"failing.svg", "exercise.svg"}, o.json.empty() ? o.out / "metrics.json" : o.json};
    std::vector<setting> all = settings();
    std::vector<std::vector<outcome>> results;
    examples::progress bar{examples::standard_output(), all.size(), o.seeds};
    for (const setting& what : all) {
        if (examples::interrupted()) break;
        std::vector<outcome> runs;
        for (std::uint64_t s = 0; s < o.seeds; ++s) {
            outcome one = train<Features>(o, what, data, o.seed + s);
            // What was not trained to its end counts only where there is nothing else.
            if (examples::interrupted() && !(runs.empty() && results.empty())) break;
            runs.push_back(std::move(one));
            if (examples::interrupted()) break;
            bar.batch(s + 1, runs.back().wasserstein);
        }
        if (!runs.empty()) results.push_back(runs);
        if (examples::interrupted())
            bar.end_line();
        else
            bar.epoch(mean_over(runs, &outcome::wasserstein), what.name);
    }
    all.resize(results.size());

    const rows_view test = as_rows(data.test(), shape<Features>);
    const std::size_t half = std::min<std::size_t>(1000, test.rows / 2);
    const double floor =
        examples::sliced_wasserstein(test.part(0, half), test.part(test.rows - half, half), 200, seed{0});
    std::printf("\n%-34s %15s %15s %11s %8s %6s  %s\n", "", "discriminator", "generator", "Wasserstein",
                "MMD", "SVM", "nearer than failing");
    nlohmann::ordered_json rows = nlohmann::ordered_json::array();
    for (std::size_t i = 0; i < all.size(); ++i) {
        const auto mean = [&](double outcome::* figure) { return mean_over(results[i], figure); };
        const std::size_t nearer = times_less(results[i], results[0], &outcome::wasserstein);
        std::printf("%-34s %6.3f -> %5.3f %6.3f -> %5.3f %11.4f %8.4f %6.3f  %zu of %zu\n",
                    all[i].name.c_str(), mean(&outcome::discriminator_first),
                    mean(&outcome::discriminator_last), mean(&outcome::generator_first),
                    mean(&outcome::generator_last), mean(&outcome::wasserstein), mean(&outcome::discrepancy),
                    mean(&outcome::accuracy), nearer, results[i].size());
        nlohmann::ordered_json row{{"setting", all[i].name}, {"nearer_than_failing", nearer}};
        for (const outcome& one : results[i])
            row["runs"].push_back({{"discriminator", {one.discriminator_first, one.discriminator_last}},
                                   {"generator", {one.generator_first, one.generator_last}},
                                   {"sliced_wasserstein", one.wasserstein},
                                   {"mmd", one.discrepancy},
                                   {"accuracy_embedding", one.accuracy}});
        rows.push_back(row);
    }
    std::printf("%-34s %15s %15s %11.4f\n\npictures: %s\n", "two parts of the real test rows", "", "", floor,
                std::filesystem::absolute(o.out).c_str());

    for (const std::size_t i : {std::size_t{0}, std::size_t{3}}) {
        if (i >= results.size()) continue;
        const outcome& first = results[i][0];
        std::vector<double> step(first.losses.generator.size());
        std::iota(step.begin(), step.end(), 1.0);
        const examples::chart losses{.title = "Losses of the GAN: " + all[i].name,
                                     .x_label = "step",
                                     .y_label = "binary cross-entropy",
                                     .lines = {{"discriminator", step, first.losses.discriminator},
                                               {"generator", step, first.losses.generator}}};
        files.write(i == 0 ? "failing.svg" : "exercise.svg",
                    [&](const auto& path) { examples::write_chart(path, losses); });
    }
    const auto metrics = examples::with_environment({{"data", examples::as_json(data)},
                                                     {"settings", rows},
                                                     {"sliced_wasserstein_of_real_parts", floor},
                                                     {"steps", o.steps},
                                                     {"seeds", o.seeds},
                                                     {"first_seed", o.seed}});
    files.write_metrics([&](const auto& path) { examples::write_json(path, metrics); });
    files.finish();
}

} // namespace

int main(int argc, char** argv) {
    options o;
    examples::command_line line{
        "gan_remedies",
        "Provokes a GAN's failure, then tries remedies and their opposites over several seeds."};
    line.add("--steps", o.steps, {1, 1000000}, "rounds of training");
    line.add_seeds(o.seed, o.seeds, examples::most_gan_seed);
    line.add_existing("--data", o.data, "the activity data: a .csv, .csv.gz or .csv.xz, or UCI's folder");
    line.add("--out", o.out, "folder for pictures and metrics");
    line.add("--json", o.json, "file for the metrics (default: metrics.json in --out)");
    o.kept.add_to(line);
    return line.run(argc, argv, [&] {
        const auto data = examples::load_activity_or_digits(o.data, STRATA_EXAMPLE_DATA);
        examples::with_width(data.all.features, [&]<std::size_t Features>() { run<Features>(o, data); });
    });
}
