// A variational autoencoder against a GAN of its size, with batch_norm and without, on as many images: how
// far what they draw is from real digits, whether all digits are among it, and how much of that is up to the
// seed.

#include "networks/digit_gan.hpp"
#include "networks/picture_figures.hpp"
#include "networks/variational_training.hpp"
#include "support/data/mnist.hpp"
#include "support/study.hpp"
#include "support/text_table.hpp"
#include "support/training_log.hpp"

#include <algorithm>
#include <cstdio>
#include <functional>
#include <limits>
#include <string>
#include <vector>

namespace {

using namespace strata;
using examples::digit_gan, examples::picture_figures, examples::variational_autoencoder;

constexpr std::size_t code = 16, pictures_per_seed = 8;

struct options : examples::team_options {
    std::size_t epochs = 50;

    options() : team_options{"vae_against_gan"} { seeds = 5; }
};

/// What a kind of model came to, seed by seed.
struct contender {
    std::string name;
    std::vector<float> (*train_and_draw)(const options&, const examples::mnist&, seed,
                                         const std::string& part);
    std::vector<picture_figures> of_seeds{};
    std::vector<double> seconds{};
    std::vector<float> pictures{}; ///< the first few of each seed
};

std::vector<float> train_and_draw_vae(const options& o, const examples::mnist& data, seed s,
                                      const std::string& part) {
    constexpr std::size_t batch_size = examples::variational_training::batch;
    model<variational_autoencoder<code>> net{glorot_uniform{}, s};
    examples::training_log log{o.epochs, (data.train.size() + batch_size - 1) / batch_size};
    examples::train<code>(net, data.train.pixels,
                          {.epochs = o.epochs, .seed = s, .threads = o.team.so_many()}, std::ref(log),
                          std::ref(log), o.kept, part);
    return examples::fresh_samples<code>(net, data.test.size(), s);
}

template <class Generator>
std::vector<float> train_and_draw_gan(const options& o, const examples::mnist& data, seed s,
                                      const std::string& part) {
    digit_gan<Generator> gan{s, o.team.so_many()};
    examples::train(gan, as_rows(data.train.pixels, shape<784>), o.epochs, s, o.kept, part);
    return examples::fresh_samples(gan, data.test.size(), s);
}

void add_figures(contender& to, double seconds, const picture_figures& measured) {
    to.seconds.push_back(seconds);
    to.of_seeds.push_back(measured);
    std::printf("%s: Wasserstein %.4f, MMD %.5f, entropy %.3f, digits under 1 %%: %td, surely %.3f, %.1f s\n",
                to.name.c_str(), measured.wasserstein, measured.discrepancy, measured.digits.entropy(),
                measured.digits.missing(), measured.digits.sure, seconds);
}

void draw(examples::study_files& files, const options& o, const examples::mnist& data,
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
    files.tiles("samples.png", rows, {.title = "Drawn by models of several seeds", .magnification = 3});
}

nlohmann::ordered_json as_json(const std::vector<picture_figures>& all) {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const picture_figures& f : all)
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
void print(const std::vector<contender>& all, const std::vector<picture_figures>& floor) {
    using examples::decimals, examples::spread;
    examples::text_table table{{"figure", "real", "model", "mean", "deviation", "worst"}, 3};
    std::string verdicts;
    for (const examples::picture_figure& c : examples::all_picture_figures) {
        const spread real{c, floor};
        std::vector<spread> of;
        for (const contender& one : all) {
            if (one.of_seeds.empty()) continue; // an interrupted run has not come so far
            of.emplace_back(c, one.of_seeds);
            table.add({c.name, decimals(real.mean, 4), one.name, decimals(of.back().mean, 4),
                       decimals(of.back().deviation, 4), decimals(of.back().worst, 4)});
        }
        if (of.size() < 2) continue;
        const std::size_t worse = (of[1].mean > of[0].mean) == c.small_is_good ? 1 : 0;
        const std::size_t wider = of[1].deviation > of[0].deviation ? 1 : 0;
        verdicts += std::string{"by "} + c.name + ", the " + all[worse].name + " is worse and the " +
                    all[wider].name + " depends more on the seed\n";
    }
    std::puts("");
    table.print();
    std::printf("\n%s", verdicts.c_str());
}

void run(const options& o) {
    const auto data = examples::load_mnist(o.data, STRATA_EXAMPLE_DATA);
    std::printf("%s\n\ngenerator of the GAN\n%s\nits critic\n%s\n%zu training and %zu test images from %s\n",
                examples::environment_line().c_str(), describe<examples::digit_generator<code>>().c_str(),
                describe<examples::digit_critic>().c_str(), data.train.size(), data.test.size(),
                data.folder.c_str());
    o.team.print();
    if (data.train.size() < data.test.size())
        throw std::runtime_error{"as many training images as test images are needed"};
    examples::study_files files{o, {"samples.png"}};
    const examples::digit_judge judge{data.train, o.team.so_many()};
    const double accuracy = judge.accuracy(data.test);
    // As many training images as there are test images, several times: distances that no generator can be
    // asked to beat. What the classifier makes of the images that it learned from says nothing: it judges the
    // test's.
    std::vector<picture_figures> floor;
    const std::span<const float> train{data.train.pixels};
    for (std::size_t first = 0; first + data.test.size() <= data.train.size(); first += data.test.size()) {
        if (examples::interrupted()) break;
        floor.emplace_back(train.subspan(first * 784, data.test.pixels.size()), data, judge);
        floor.back().digits = judge.judge(data.test.pixels);
    }
    std::printf("the classifier that judges finds %.1f %% of the test digits\n", 100 * accuracy);

    const std::size_t drawn_of_each = std::min(pictures_per_seed, data.test.size());
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
            const std::span<const float> shown = std::span{pictures}.first(drawn_of_each * 784);
            one.pictures.insert(one.pictures.end(), shown.begin(), shown.end());
            // To measure them takes longer than the user wants to wait.
            if (examples::interrupted()) break;
            add_figures(one, seconds, {pictures, data, judge});
        }
    if (!all[0].of_seeds.empty()) print(all, floor);
    draw(files, o, data, all);
    files.finish({{"vae", as_json(all[0].of_seeds)},
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
                  {"projections", picture_figures::projections},
                  {"train_images", data.train.size()},
                  {"test_images", data.test.size()}});
}

} // namespace

int main(int argc, char** argv) {
    options o;
    examples::command_line line{
        "vae_against_gan", "Trains variational autoencoders and GANs on MNIST and measures what they draw."};
    line.add("--epochs", o.epochs, {1, 100000}, "passes of each over the training images");
    // The GANs' two networks are drawn from 2 * seed and 2 * seed + 1.
    line.add_seeds(o.seed, o.seeds, std::numeric_limits<std::uint64_t>::max() / 2);
    o.add_data_to(line);
    o.add_to(line);
    return line.run(argc, argv, [&] { run(o); });
}
