// What unlabelled images are worth when labels are few: the encoder of a denoising autoencoder under a new
// classifier, frozen and fine-tuned, beside the same network from scratch.

#include "networks/autoencoders.hpp"
#include "networks/denoiser.hpp"
#include "support/data/few_labels.hpp"
#include "support/probe.hpp"
#include "support/study.hpp"
#include "support/svm.hpp"
#include "support/text_table.hpp"
#include "support/training_log.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <functional>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using namespace strata;
using examples::labelled_rows;

/// In training its input is noisy, its target is not.
struct autoencoder
    : network<input<28, 28, 1>, gaussian_noise<examples::noise_deviation>, splice<examples::denoiser>> {};
using encoder = until<autoencoder, "code">;

/// The encoder, not to be trained, and a layer of our own.
struct classifier : network<frozen<splice<encoder>>, mark<"code">, dense<examples::most_classes>> {};

struct options : examples::team_options {
    std::size_t pretraining_epochs = 40, steps = 1000;
    examples::count_of_data images{3000};
    std::vector<std::size_t> labels{3, 10, 30, 100, 300};
    bool labels_given = false;
    float rate = 0.001f, head_rate = 0.005f, fine_tuning_rate = 0.0005f;

    options() : team_options{"fine_tuning"} { seeds = 3; }
};

enum method { scratch, frozen_encoder, fine_tuned, methods };
constexpr std::array<const char*, methods> names{"from scratch", "frozen encoder", "fine-tuned"};
constexpr std::array<const char*, methods> keys{"scratch", "frozen", "fine_tuned"};
constexpr std::size_t rows_a_step = 32;

/// Trains the layers that Part says for about so many steps, whatever the number of images.
template <class Part>
void train(const options& o, method how, model<classifier>& net, std::size_t steps, float rate,
           const examples::labelled_set& data, seed s) {
    team<Part, batch<rows_a_step>, examples::training_shards> work{o.team.so_many()};
    optimizer opt{net, adam{}};
    const std::size_t batches = (data.labels.size() + rows_a_step - 1) / rows_a_step;
    const std::size_t epochs = (steps + batches - 1) / batches;
    examples::kept_training kept{o.kept,
                                 std::string{keys[how]} + " " + std::to_string(data.labels.size()) +
                                     " labels seed " + std::to_string(s.value),
                                 net, opt, checkpoint_options{.every_epochs = 1 + epochs / 20}};
    fit(net, work, opt, cross_entropy{}, data.pixels, data.labels,
        {.epochs = epochs,
         .seed = s,
         .learning_rate = cosine_decay{rate, epochs * batches},
         .after_batch = examples::until_interrupted{},
         .on_progress = std::ref(kept),
         .resume_from = kept.restore()});
}

/// Test accuracies: [method][number of labels][seed]. Without those of trainings that were interrupted.
using accuracies = std::array<std::vector<std::vector<double>>, methods>;

void one_seed(const options& o, const examples::mnist& data, seed s, accuracies& found) {
    const std::vector<int> test_labels(data.test.labels.begin(), data.test.labels.end());
    const labelled_rows test{as_rows(data.test.pixels, classifier::input), test_labels};
    const auto pretrained =
        examples::train_autoencoder<autoencoder>("denoising autoencoder", data.train.pixels, mse{},
                                                 o.pretraining_epochs, 0.002f, s, o.kept, o.team.so_many());
    for (std::size_t n = 0; n < o.labels.size() && !examples::interrupted(); ++n) {
        const examples::labelled_set some = examples::choose(data.train, o.labels[n], s);
        const model<classifier> start{glorot_uniform{}, seed{s.value + 1000}};

        model<classifier> net = start.clone();
        // As many steps as the other way takes in all.
        train<thawed<classifier>>(o, scratch, net, 2 * o.steps, o.rate, some, s);
        if (examples::interrupted()) return;
        found[scratch][n].push_back(examples::test_accuracy(net, test));

        net = start.clone();
        copy_weights<until<classifier, "code">, encoder>(net, pretrained);
        train<classifier>(o, frozen_encoder, net, o.steps, o.head_rate, some, s);
        if (examples::interrupted()) return;
        found[frozen_encoder][n].push_back(examples::test_accuracy(net, test));

        train<thawed<classifier>>(o, fine_tuned, net, o.steps, o.fine_tuning_rate, some, s);
        if (examples::interrupted()) return;
        found[fine_tuned][n].push_back(examples::test_accuracy(net, test));
        std::printf("%4zu labels a class: from scratch %.3f, frozen encoder %.3f, fine-tuned %.3f\n",
                    o.labels[n], found[scratch][n].back(), found[frozen_encoder][n].back(),
                    found[fine_tuned][n].back());
    }
}

void run(options o) {
    const auto data = examples::load_mnist(o.data, STRATA_EXAMPLE_DATA, {.train = o.images.value});
    static_cast<void>(o.images.within(data.train.size(), "training images"));
    std::printf("%s\n\n%s\n%zu training and %zu test images from %s\n", examples::environment_line().c_str(),
                describe<classifier>().c_str(), data.train.size(), data.test.size(), data.folder.c_str());
    o.team.print();
    const std::size_t most = examples::smallest_class(data.train);
    if (most == 0) throw std::runtime_error{"a digit without any training image: more --images are needed"};
    for (std::size_t& each : o.labels) {
        if (each <= most) continue;
        if (o.labels_given)
            throw examples::option_error{"--labels", std::to_string(each),
                                         "a whole number from 1 to " + std::to_string(most) +
                                             ": the rarest digit has no more training images"};
        std::printf(
            "%zu labels a class cannot be had: the rarest digit has %zu images, and so many are taken\n",
            each, most);
        each = most;
    }
    std::ranges::sort(o.labels);
    o.labels.erase(std::ranges::unique(o.labels).begin(), o.labels.end());

    examples::study_files files{o, {"accuracy.svg"}};
    accuracies found;
    found.fill(std::vector<std::vector<double>>(o.labels.size()));
    for (std::size_t i = 0; i < o.seeds && !examples::interrupted(); ++i)
        one_seed(o, data, seed{o.seed + i}, found);

    examples::chart chart{.title = "Test accuracy with few labels",
                          .x_label = "labelled images a class",
                          .y_label = "accuracy: mean and deviation of " + std::to_string(o.seeds) + " seeds",
                          .logarithmic_x = true};
    nlohmann::ordered_json results;
    std::vector<std::string> headings{"labels a class"};
    for (const std::size_t each : o.labels) headings.push_back(std::to_string(each));
    examples::text_table table{headings};
    for (std::size_t m = 0; m < methods; ++m) {
        examples::series line{names[m], {o.labels.begin(), o.labels.end()}, {}};
        std::vector<std::string> row{names[m]};
        for (const std::vector<double>& of_seeds : found[m]) {
            row.push_back(examples::mean_and_spread(of_seeds, 3));
            line.y.push_back(std::accumulate(of_seeds.begin(), of_seeds.end(), 0.0) /
                             static_cast<double>(of_seeds.size()));
            line.spread.push_back(examples::sample_deviation(of_seeds));
        }
        table.add(row);
        chart.lines.push_back(line);
        results[keys[m]] = found[m];
    }
    std::puts("");
    table.print();
    files.chart("accuracy.svg", chart);
    files.finish({{"labels_a_class", o.labels},
                  {"accuracy", results},
                  {"train_images", data.train.size()},
                  {"test_images", data.test.size()},
                  {"pretraining_epochs", o.pretraining_epochs},
                  {"steps", o.steps},
                  {"rate", o.rate},
                  {"head_rate", o.head_rate},
                  {"fine_tuning_rate", o.fine_tuning_rate},
                  {"seeds", o.seeds},
                  {"first_seed", o.seed}});
}

} // namespace

int main(int argc, char** argv) {
    options o;
    examples::command_line line{"fine_tuning",
                                "Classifies digits with few labels: from scratch, on the frozen encoder of a "
                                "denoising autoencoder trained without labels, and fine-tuned."};
    constexpr examples::whole_range some{1, 1000000};
    constexpr examples::real_range rates{1e-10, 100};
    line.add("--labels", o.labels, some, "labelled images of each class; no more than every class has");
    line.add("--images", o.images, {100, 60000},
             "training images, labelled or not; no more than the data has");
    line.add("--pretraining-epochs", o.pretraining_epochs, some,
             "passes of the autoencoder over all training images");
    line.add("--steps", o.steps, some,
             "training steps with the encoder frozen, as many to fine-tune, twice as many from scratch");
    line.add("--rate", o.rate, rates, "Adam's first learning rate from scratch");
    line.add("--head-rate", o.head_rate, rates, "the same on the frozen encoder");
    line.add("--fine-tuning-rate", o.fine_tuning_rate, rates, "the same when the encoder is trained too");
    // Weights that pretraining does not give are drawn from seed + 1000.
    line.add_seeds(o.seed, o.seeds, std::numeric_limits<std::uint64_t>::max() - 1000);
    o.add_data_to(line);
    o.add_to(line);
    return line.run(argc, argv, [&] {
        o.labels_given = line.given("--labels");
        run(o);
    });
}
