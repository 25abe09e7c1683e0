// What helps a GAN whose discriminator wins? Provokes the failure (the discriminator's loss falls while the
// generator's grows), tries remedies and their opposites over several seeds, and says which helped.

#include "networks/gan_settings.hpp"
#include "support/activity_program.hpp"
#include "support/distances.hpp"
#include "support/progress.hpp"
#include "support/study.hpp"
#include "support/svm.hpp"
#include "support/text_table.hpp"

#include <algorithm>
#include <cstdio>
#include <limits>
#include <numeric>

namespace {

using namespace strata;
using examples::gan_setting;

struct options : examples::team_options {
    std::size_t steps = 1000;

    options() : team_options{"gan_remedies"} { seeds = 3; }
};

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
outcome train(const options& o, const gan_setting& what, const examples::split_table& data, std::uint64_t s) {
    examples::gan<Features, Discriminator> both{seed{s}, o.team.so_many(), what.how};
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
outcome train(const options& o, const gan_setting& what, const examples::split_table& data, std::uint64_t s) {
    using kind = gan_setting::kind;
    switch (what.discriminator) {
    case kind::instance_noise:
        return train<Features, examples::with_instance_noise<Features>>(o, what, data, s);
    case kind::dropout: return train<Features, examples::with_dropout<Features>>(o, what, data, s);
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
    std::printf("%s\n%s\n%zu steps, %zu seeds from %llu on\n", examples::environment_line().c_str(),
                examples::describe(data).c_str(), o.steps, o.seeds, static_cast<unsigned long long>(o.seed));
    o.team.print();
    std::puts("");
    examples::study_files files{o, {"failing.svg", "exercise.svg"}};
    std::vector<gan_setting> all = examples::gan_settings();
    std::vector<std::vector<outcome>> results;
    examples::progress bar{examples::standard_output(), all.size(), o.seeds};
    for (const gan_setting& what : all) {
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
    examples::text_table table{
        {"", "discriminator", "generator", "Wasserstein", "MMD", "SVM", "nearer than failing"}};
    nlohmann::ordered_json rows = nlohmann::ordered_json::array();
    for (std::size_t i = 0; i < all.size(); ++i) {
        const auto mean = [&](double outcome::* figure, int digits) {
            return examples::decimals(mean_over(results[i], figure), digits);
        };
        const std::size_t nearer = times_less(results[i], results[0], &outcome::wasserstein);
        table.add({all[i].name,
                   mean(&outcome::discriminator_first, 3) + " -> " + mean(&outcome::discriminator_last, 3),
                   mean(&outcome::generator_first, 3) + " -> " + mean(&outcome::generator_last, 3),
                   mean(&outcome::wasserstein, 4), mean(&outcome::discrepancy, 4),
                   mean(&outcome::accuracy, 3),
                   std::to_string(nearer) + " of " + std::to_string(results[i].size())});
        nlohmann::ordered_json row{{"setting", all[i].name}, {"nearer_than_failing", nearer}};
        for (const outcome& one : results[i])
            row["runs"].push_back({{"discriminator", {one.discriminator_first, one.discriminator_last}},
                                   {"generator", {one.generator_first, one.generator_last}},
                                   {"sliced_wasserstein", one.wasserstein},
                                   {"mmd", one.discrepancy},
                                   {"accuracy_embedding", one.accuracy}});
        rows.push_back(row);
    }
    table.add({"two parts of the real test rows", "", "", examples::decimals(floor, 4)});
    std::puts("");
    table.print();
    for (const std::size_t i : {std::size_t{0}, std::size_t{3}}) {
        if (i >= results.size()) continue;
        const examples::gan_history& first = results[i][0].losses;
        files.chart(i == 0 ? "failing.svg" : "exercise.svg",
                    {.title = "Losses of the GAN: " + all[i].name,
                     .x_label = "step",
                     .y_label = "binary cross-entropy",
                     .lines = {examples::counted("discriminator", first.discriminator),
                               examples::counted("generator", first.generator)}});
    }
    files.finish({{"data", examples::as_json(data)},
                  {"settings", rows},
                  {"sliced_wasserstein_of_real_parts", floor},
                  {"steps", o.steps},
                  {"seeds", o.seeds},
                  {"first_seed", o.seed}});
}

} // namespace

int main(int argc, char** argv) {
    options o;
    examples::command_line line{
        "gan_remedies",
        "Provokes a GAN's failure, then tries remedies and their opposites over several seeds."};
    line.add("--steps", o.steps, {1, 1000000}, "rounds of training");
    line.add_seeds(o.seed, o.seeds, examples::most_gan_seed);
    examples::add_activity_data(line, o.data);
    o.add_to(line);
    return examples::run_on_activity(
        line, argc, argv, o.data, STRATA_EXAMPLE_DATA,
        [&]<std::size_t Features>(const examples::split_table& data) { run<Features>(o, data); });
}
