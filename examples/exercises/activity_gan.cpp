// A GAN on the smartphone activity data, or on any table: does the discriminator's embedding help an SVM?

#include "networks/gan.hpp"
#include "support/activity_program.hpp"
#include "support/drawing/chart.hpp"
#include "support/environment.hpp"
#include "support/interrupt.hpp"
#include "support/json.hpp"
#include "support/outputs.hpp"
#include "support/progress.hpp"
#include "support/svm.hpp"
#include "support/thread_choice.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numeric>
#include <string>
#include <vector>

namespace {

using namespace strata;

struct options {
    std::size_t steps = 1000, seeds = 1;
    std::uint64_t seed = 0;
    std::filesystem::path data, out = "out/activity_gan", json;
    examples::thread_choice team;
    examples::checkpoint_choice kept;
};

/// Mean and standard deviation of every feature.
struct moments {
    std::vector<double> mean, deviation;
    explicit moments(const rows_view& rows) : mean(rows.width), deviation(rows.width) {
        const auto count = static_cast<double>(rows.rows);
        for (std::size_t r = 0; r < rows.rows; ++r)
            for (std::size_t f = 0; f < rows.width; ++f) mean[f] += static_cast<double>(rows[r][f]) / count;
        for (std::size_t r = 0; r < rows.rows; ++r)
            for (std::size_t f = 0; f < rows.width; ++f)
                deviation[f] += std::pow(static_cast<double>(rows[r][f]) - mean[f], 2) / count;
        for (double& d : deviation) d = std::sqrt(d);
    }
};

void draw(examples::outputs& files, const examples::gan_history& losses, const moments& real,
          const moments& generated) {
    const auto write = [&](const char* name, const examples::chart& drawing) {
        files.write(name, [&](const auto& path) { examples::write_chart(path, drawing); });
    };
    std::vector<double> step(losses.generator.size());
    std::iota(step.begin(), step.end(), 1.0);
    write("losses.svg",
          {.title = "Losses of the GAN",
           .x_label = "step",
           .y_label = "binary cross-entropy",
           .lines = {{"discriminator", step, losses.discriminator}, {"generator", step, losses.generator}}});
    // A point a feature: on the diagonal where the generated rows are as the real ones.
    const auto [least, greatest] = std::ranges::minmax(real.mean);
    const double low = std::min(least, 0.0);
    const double high = std::max({greatest, std::ranges::max(real.deviation)});
    write("features.svg", {.title = "Every feature of generated rows against real ones",
                           .x_label = "real",
                           .y_label = "generated",
                           .lines = {{"mean", real.mean, generated.mean, true},
                                     {"standard deviation", real.deviation, generated.deviation, true},
                                     {"as real", {low, high}, {low, high}}}});
}

/// The width of the data is part of the networks' types: this template serves every width that with_width
/// knows.
template <std::size_t Features>
void run(const options& o, const examples::split_table& data) {
    using examples::embedding, examples::gan;
    std::printf("%s\n%s\n\ngenerator\n%s\ndiscriminator\n%s\n", examples::environment_line().c_str(),
                examples::describe(data).c_str(), describe<examples::generator<Features>>().c_str(),
                describe<examples::discriminator<Features>>().c_str());
    o.team.print();
    examples::outputs files{o.out, {"losses.svg", "features.svg"}, o.json};
    o.kept.try_it();

    const rows_view rows = as_rows(data.train(), shape<Features>);
    std::vector<double> accuracy, seconds;
    examples::svm_result svm;
    for (std::size_t i = 0; i < o.seeds && (i == 0 || !examples::interrupted()); ++i) {
        const std::uint64_t s = o.seed + i;
        gan<Features> both{seed{s}, o.team.so_many()};
        examples::progress bar{examples::standard_output(), 1, o.steps};
        const double start = examples::steady_seconds();
        const examples::gan_history losses =
            examples::train(both, rows, o.steps, seed{s}, o.kept, "seed " + std::to_string(s),
                            [&](std::size_t step, double loss) { bar.batch(step, loss); });
        seconds.push_back(examples::steady_seconds() - start);
        if (s == o.seed) {
            std::vector<float> noise(1000 * examples::generator<Features>::input.count());
            fill_normal(noise, 0.0f, 1.0f, seed{s}, streams::user);
            const std::vector<float> fake = predict(both.generator_net, noise);
            draw(files, losses, moments{rows}, moments{as_rows(fake, shape<Features>)});
        }
        if (examples::interrupted()) {
            bar.end_line();
            std::printf("seed %llu: ended after %zu of %zu steps, last losses %.3f (discriminator) %.3f "
                        "(generator)\n",
                        static_cast<unsigned long long>(s), losses.generator.size(), o.steps,
                        losses.discriminator.back(), losses.generator.back());
            break;
        }
        bar.epoch(losses.discriminator.back());

        const std::vector<float> train = predict<embedding<Features>>(both.discriminator_net, data.train());
        const std::vector<float> test = predict<embedding<Features>>(both.discriminator_net, data.test());
        svm = examples::classify({train, data.train_labels()}, {test, data.test_labels()}, data.all.classes);
        accuracy.push_back(svm.accuracy);
        std::printf(
            "seed %llu: %.2f s for %zu steps, last losses %.3f (discriminator) %.3f (generator), SVM on the "
            "embedding %.4f\n",
            static_cast<unsigned long long>(s), seconds.back(), o.steps, losses.discriminator.back(),
            losses.generator.back(), svm.accuracy);
    }
    // The SVMs of a run that was interrupted would take longer than its user wants to wait.
    nlohmann::ordered_json accuracy_raw;
    if (!examples::interrupted()) {
        const examples::svm_result raw = examples::classify(
            {data.train(), data.train_labels()}, {data.test(), data.test_labels()}, data.all.classes);
        accuracy_raw = raw.accuracy;
        std::printf("\n%s\n%s: SVM on raw features %.4f, on the embedding %s over %zu seeds\n",
                    examples::confusion_text(svm).c_str(), data.all.name.c_str(), raw.accuracy,
                    examples::mean_and_spread(accuracy).c_str(), accuracy.size());
    }
    std::printf("pictures: %s\n", std::filesystem::absolute(o.out).c_str());
    const auto metrics = examples::with_environment({{"data", examples::as_json(data)},
                                                     {"accuracy_raw", accuracy_raw},
                                                     {"accuracy_embedding", accuracy},
                                                     {"train_seconds", seconds},
                                                     {"confusion", svm.confusion},
                                                     {"steps", o.steps},
                                                     {"first_seed", o.seed}});
    files.write_metrics([&](const auto& path) { examples::write_json(path, metrics); });
    files.finish();
}

} // namespace

int main(int argc, char** argv) {
    options o;
    examples::command_line line{
        "activity_gan", "Trains a GAN on the activity data and classifies by its discriminator's embedding."};
    line.add("--steps", o.steps, {1, 1000000}, "training steps");
    line.add_seeds(o.seed, o.seeds, examples::most_gan_seed);
    examples::add_activity_data(line, o.data);
    line.add("--out", o.out, "folder for the pictures");
    line.add("--json", o.json, "file for the figures");
    o.team.add_to(line);
    o.kept.add_to(line);
    return examples::run_on_activity(
        line, argc, argv, o.data, STRATA_EXAMPLE_DATA,
        [&]<std::size_t Features>(const examples::split_table& data) { run<Features>(o, data); });
}
