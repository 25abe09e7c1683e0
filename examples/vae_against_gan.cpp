// A variational autoencoder against a GAN of its size, with batch_norm and without, on as many images: how
// far what they draw is from real digits, whether all digits are among it, and how much of that is up to the
// seed.

#include "digit_gan.hpp"
#include "digit_judge.hpp"
#include "support/command_line.hpp"
#include "support/data/mnist.hpp"
#include "support/distances.hpp"
#include "support/drawing/tiles.hpp"
#include "support/environment.hpp"
#include "support/interrupt.hpp"
#include "support/json.hpp"
#include "support/outputs.hpp"
#include "support/training_log.hpp"
#include "variational_autoencoder.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

namespace {

using namespace strata;
using examples::digit_gan, examples::digit_judge, examples::judgement, examples::variational_autoencoder;

constexpr std::size_t code = 16, pictures_per_seed = 8, projections = 200;

struct options {
    std::size_t epochs = 50, seeds = 5;
    std::uint64_t seed = 0;
    std::filesystem::path data, out = "out/vae_against_gan", json;
    examples::checkpoint_choice kept;
};

/// What is measured of a set of pictures.
struct figures {
    double wasserstein, discrepancy;
    judgement digits;
};

/// What a kind of model came to, seed by seed.
struct contender {
    std::string name;
    std::vector<float> (*train_and_draw)(const options&, const examples::mnist&, seed,
                                         const std::string& part);
    std::vector<figures> of_seeds{};
    std::vector<double> seconds{};
    std::vector<float> pictures{}; ///< the first few of each seed
};

/// One figure of every seed, named.
struct column {
    const char* name;
    bool small_is_good;
    double (*value)(const figures&);
};
constexpr std::array<column, 4> columns{
    {{"sliced Wasserstein", true, [](const figures& f) { return f.wasserstein; }},
     {"MMD (squared)", true, [](const figures& f) { return f.discrepancy; }},
     {"entropy of digits", false, [](const figures& f) { return f.digits.entropy(); }},
     {"judged surely", false, [](const figures& f) { return f.digits.sure; }}}};

struct spread {
    double mean, deviation, worst;
    spread(const column& of, const std::vector<figures>& seeds) : mean{0}, deviation{0} {
        std::vector<double> values;
        for (const figures& f : seeds) values.push_back(of.value(f));
        const auto count = static_cast<double>(values.size());
        mean = std::accumulate(values.begin(), values.end(), 0.0) / count;
        for (const double v : values) deviation += (v - mean) * (v - mean);
        deviation = values.size() < 2 ? 0 : std::sqrt(deviation / (count - 1));
        const auto [least, greatest] = std::ranges::minmax(values);
        worst = of.small_is_good ? greatest : least;
    }
};

/// Pictures against the test images, along the same directions every time.
figures measure(std::span<const float> pictures, const examples::mnist& data, const digit_judge& judge) {
    const rows_view drawn = as_rows(pictures, shape<784>);
    const rows_view real = as_rows(data.test.pixels, shape<784>);
    return {examples::sliced_wasserstein(drawn, real, projections, seed{0}),
            examples::maximum_mean_discrepancy(drawn, real), judge.judge(pictures)};
}

std::vector<float> train_and_draw_vae(const options& o, const examples::mnist& data, seed s,
                                      const std::string& part) {
    constexpr std::size_t batch_size = examples::variational_training::batch;
    model<variational_autoencoder<code>> net{glorot_uniform{}, s};
    examples::training_log log{o.epochs, (data.train.size() + batch_size - 1) / batch_size};
    examples::train<code>(net, data.train.pixels, {.epochs = o.epochs, .seed = s}, std::ref(log),
                          std::ref(log), o.kept, part);
    return examples::fresh_samples<code>(net, data.test.size(), s);
}

template <class Generator>
std::vector<float> train_and_draw_gan(const options& o, const examples::mnist& data, seed s,
                                      const std::string& part) {
    const rows_view real = as_rows(data.train.pixels, shape<784>);
    digit_gan<Generator> gan{s};
    minibatch_range batches = minibatches<digit_gan<Generator>::rows>(real, real, s);
    examples::progress bar{examples::standard_output(), o.epochs, batches.size()};
    auto kept = gan.kept(o.kept, part);
    const auto state = kept.restore();
    if (state) gan.go_on_from(kept.numbers());
    for (std::uint64_t epoch = state ? state->step + 1 : 1; epoch <= o.epochs && !examples::interrupted();
         ++epoch) {
        batches.shuffle({s.value + (epoch << 32)});
        std::size_t number = 0;
        double critic = 0, generator = 0;
        for (const auto& [x, y] : batches) {
            const auto losses = gan.step(x);
            critic += static_cast<double>(losses.critic);
            generator += static_cast<double>(losses.generator);
            ++number;
            bar.batch(number, critic / static_cast<double>(number));
            if (examples::interrupted()) return examples::fresh_samples(gan, data.test.size(), s);
        }
        gan.note_to(kept.numbers());
        kept.save(epoch);
        char note[48];
        std::snprintf(note, sizeof note, "generator %.3f", generator / static_cast<double>(number));
        bar.epoch(critic / static_cast<double>(number), note);
    }
    return examples::fresh_samples(gan, data.test.size(), s);
}

void add_pictures(contender& to, const std::vector<float>& pictures) {
    const std::size_t kept = std::min(pictures.size(), pictures_per_seed * 784);
    to.pictures.insert(to.pictures.end(), pictures.begin(),
                       pictures.begin() + static_cast<std::ptrdiff_t>(kept));
}

void add_figures(contender& to, double seconds, const figures& measured) {
    to.seconds.push_back(seconds);
    to.of_seeds.push_back(measured);
    std::printf("%s: Wasserstein %.4f, MMD %.5f, entropy %.3f, digits under 1 %%: %td, surely %.3f, %.1f s\n",
                to.name.c_str(), measured.wasserstein, measured.discrepancy, measured.digits.entropy(),
                measured.digits.missing(), measured.digits.sure, seconds);
}

void draw(const std::filesystem::path& path, const options& o, const examples::mnist& data,
          const std::vector<contender>& all) {
    std::vector<examples::tile_row> rows{{"real", {}}};
    const auto add = [&](std::span<const float> pixels) { rows.back().tiles.push_back({pixels}); };
    for (std::size_t i = 0; i < std::min(pictures_per_seed, data.test.size()); ++i) add(data.test.image(i));
    for (const contender& one : all)
        for (std::size_t i = 0; i < one.pictures.size() / 784; ++i) {
            if (i % pictures_per_seed == 0)
                rows.push_back({one.name + ", seed " + std::to_string(o.seed + i / pictures_per_seed), {}});
            add(std::span{one.pictures}.subspan(i * 784, 784));
        }
    draw_tiles(rows, {.title = "Drawn by models of several seeds", .magnification = 3}).write(path);
}

nlohmann::ordered_json as_json(const std::vector<figures>& all) {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const figures& f : all)
        list.push_back({{"sliced_wasserstein", f.wasserstein},
                        {"squared_mmd", f.discrepancy},
                        {"entropy", f.digits.entropy()},
                        {"missing_digits", f.digits.missing()},
                        {"sure", f.digits.sure},
                        {"share_of_digits", f.digits.share}});
    return list;
}

/// The table, and which of the first two is harder to train by each figure: the one with the worse mean, and
/// the one with the wider spread over seeds.
void print(const std::vector<contender>& all, const std::vector<figures>& floor) {
    std::printf("\n%-20s %-8s %-18s %9s %9s %9s\n", "figure", "real", "model", "mean", "deviation", "worst");
    std::string verdicts;
    for (const column& c : columns) {
        const spread real{c, floor};
        std::vector<spread> of;
        for (const contender& one : all) {
            if (one.of_seeds.empty()) continue; // an interrupted run has not come so far
            of.emplace_back(c, one.of_seeds);
            std::printf("%-20s %-8.4f %-18s %9.4f %9.4f %9.4f\n", c.name, real.mean, one.name.c_str(),
                        of.back().mean, of.back().deviation, of.back().worst);
        }
        if (of.size() < 2) continue;
        const std::size_t worse = (of[1].mean > of[0].mean) == c.small_is_good ? 1 : 0;
        const std::size_t wider = of[1].deviation > of[0].deviation ? 1 : 0;
        verdicts += std::string{"by "} + c.name + ", the " + all[worse].name + " is worse and the " +
                    all[wider].name + " depends more on the seed\n";
    }
    std::printf("\n%s", verdicts.c_str());
}

void run(const options& o) {
    const auto data = examples::load_mnist(o.data, STRATA_EXAMPLE_DATA);
    std::printf("%s\n\ngenerator of the GAN\n%s\nits critic\n%s\n%zu training and %zu test images from %s\n",
                examples::environment_line().c_str(), describe<examples::digit_generator<code>>().c_str(),
                describe<examples::digit_critic>().c_str(), data.train.size(), data.test.size(),
                data.folder.c_str());
    if (data.train.size() < data.test.size())
        throw std::runtime_error{"as many training images as test images are needed"};
    examples::outputs files{o.out, {"samples.png"}, o.json.empty() ? o.out / "metrics.json" : o.json};
    const digit_judge judge{data.train};
    const double accuracy = judge.accuracy(data.test);
    // As many training images as there are test images, several times: distances that no generator can be
    // asked to beat. What the classifier makes of the images that it learned from says nothing: it judges the
    // test's.
    std::vector<figures> floor;
    const std::span<const float> train{data.train.pixels};
    for (std::size_t first = 0; first + data.test.size() <= data.train.size(); first += data.test.size()) {
        if (examples::interrupted()) break;
        floor.push_back(measure(train.subspan(first * 784, data.test.pixels.size()), data, judge));
        floor.back().digits = judge.judge(data.test.pixels);
    }
    std::printf("the classifier that judges finds %.1f %% of the test digits\n", 100 * accuracy);

    std::vector<contender> all{{"VAE", train_and_draw_vae},
                               {"GAN", train_and_draw_gan<examples::digit_generator<code>>},
                               {"plain GAN", train_and_draw_gan<examples::plain_digit_generator<code>>}};
    for (std::size_t i = 0; i < o.seeds; ++i)
        for (contender& one : all) {
            if (examples::interrupted()) break;
            const std::uint64_t s = o.seed + i;
            std::printf("\n%s, seed %llu\n", one.name.c_str(), static_cast<unsigned long long>(s));
            const double start = examples::steady_seconds();
            const std::vector<float> pictures =
                one.train_and_draw(o, data, seed{s}, one.name + " seed " + std::to_string(s));
            const double seconds = examples::steady_seconds() - start;
            // What was not trained to its end counts only where it is all there is of its kind.
            if (examples::interrupted() && !one.of_seeds.empty()) break;
            add_pictures(one, pictures);
            // To measure them takes longer than the user wants to wait.
            if (examples::interrupted()) break;
            add_figures(one, seconds, measure(pictures, data, judge));
        }
    if (!all[0].of_seeds.empty()) print(all, floor);
    files.write("samples.png", [&](const auto& path) { draw(path, o, data, all); });
    const auto metrics = examples::with_environment({{"vae", as_json(all[0].of_seeds)},
                                                     {"gan", as_json(all[1].of_seeds)},
                                                     {"plain_gan", as_json(all[2].of_seeds)},
                                                     {"real", as_json(floor)},
                                                     {"vae_seconds", all[0].seconds},
                                                     {"gan_seconds", all[1].seconds},
                                                     {"plain_gan_seconds", all[2].seconds},
                                                     {"judge_accuracy", accuracy},
                                                     {"epochs", o.epochs},
                                                     {"first_seed", o.seed},
                                                     {"seeds", o.seeds},
                                                     {"projections", projections},
                                                     {"train_images", data.train.size()},
                                                     {"test_images", data.test.size()}});
    files.write_metrics([&](const auto& path) { examples::write_json(path, metrics); });
    std::printf("pictures: %s\n", std::filesystem::absolute(o.out).c_str());
    files.finish();
}

} // namespace

int main(int argc, char** argv) {
    options o;
    examples::command_line line{
        "vae_against_gan", "Trains variational autoencoders and GANs on MNIST and measures what they draw."};
    line.add("--epochs", o.epochs, {1, 100000}, "passes of each over the training images");
    // The GANs' two networks are drawn from 2 * seed and 2 * seed + 1.
    line.add_seeds(o.seed, o.seeds, std::numeric_limits<std::uint64_t>::max() / 2);
    line.add_existing_folder("--data", o.data, "folder of MNIST's files");
    line.add("--out", o.out, "folder for pictures and metrics");
    line.add("--json", o.json, "file for the metrics (default: metrics.json in --out)");
    o.kept.add_to(line);
    return line.run(argc, argv, [&] { run(o); });
}
