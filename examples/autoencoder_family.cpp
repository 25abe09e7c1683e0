// Seven autoencoders trained on the same data, beside PCA and the data itself: how well each one reconstructs
// and filters, and what its codes are worth to a classifier.

#include "activity.hpp"
#include "autoencoders.hpp"
#include "probe.hpp"
#include "support/command_line.hpp"
#include "support/data/activity.hpp"
#include "support/data/mnist.hpp"
#include "support/drawing/tiles.hpp"
#include "support/environment.hpp"
#include "support/interrupt.hpp"
#include "support/json.hpp"
#include "support/outputs.hpp"
#include "support/subspace.hpp"
#include "support/svm.hpp"

#include <array>
#include <cmath>
#include <cstdio>
#include <limits>
#include <numeric>
#include <string>

namespace {

using namespace strata;

struct options {
    std::size_t epochs = 30, linear_epochs = 400, seeds = 1;
    examples::count_of_data rows{3000}, svm_rows{1500};
    std::uint64_t seed = 0;
    float sparsity = 5e-4f;
    bool activity = false;
    std::filesystem::path data, out = "out/autoencoder_family", json;
    examples::checkpoint_choice kept;
};

/// Rows less the mean of the training rows.
struct dataset {
    nlohmann::ordered_json description;
    std::size_t features, classes;
    std::vector<float> train, test;
    std::vector<int> train_labels, test_labels;
    std::vector<float> mean{};
    std::size_t svm_rows = 0; ///< of the training rows
};

dataset load(const options& o) {
    dataset d;
    if (o.activity) {
        const auto data = examples::load_activity_or_digits(o.data, STRATA_EXAMPLE_DATA);
        d = {examples::as_json(data), data.all.features, data.all.classes, {}, {}, {}, {}};
        d.train.assign(data.train().begin(), data.train().end());
        d.test.assign(data.test().begin(), data.test().end());
        d.train_labels.assign(data.train_labels().begin(), data.train_labels().end());
        d.test_labels.assign(data.test_labels().begin(), data.test_labels().end());
    } else {
        const auto data = examples::load_mnist(o.data, STRATA_EXAMPLE_DATA, {.train = o.rows.value});
        d = {{{"name", "MNIST digits"}, {"train_rows", data.train.size()}, {"test_rows", data.test.size()}},
             28 * 28,
             10,
             data.train.pixels,
             data.test.pixels,
             {data.train.labels.begin(), data.train.labels.end()},
             {data.test.labels.begin(), data.test.labels.end()}};
    }
    const std::size_t rows = o.rows.within(d.train_labels.size(), "training rows");
    d.svm_rows = o.svm_rows.within(rows, "training rows to learn from");
    d.train.resize(rows * d.features);
    d.train_labels.resize(rows);
    d.description["train_rows"] = rows;
    const auto mean = standard_scaler{as_rows(d.train, extents{d.features})}.means();
    d.mean.assign(mean.begin(), mean.end());
    for (std::vector<float>* values : {&d.train, &d.test})
        for (std::size_t i = 0; i < values->size(); ++i) (*values)[i] -= d.mean[i % d.features];
    return d;
}

/// What is measured: the key in the file of metrics, the heading in the table, and digits after the point.
struct column {
    const char *key, *heading;
    int decimals;
};
enum figure { error, probe, svm, active, at_once, dimension, gain, largest_angle, mean_angle, figures };
constexpr std::array<column, figures> columns{{{"reconstruction_mse", "test MSE", 4},
                                               {"probe_accuracy", "probe", 3},
                                               {"svm_accuracy", "SVM", 3},
                                               {"active_units", "active", 0},
                                               {"units_at_once", "at once", 0},
                                               {"effective_dimension", "dimension", 1},
                                               {"psnr_gain_db", "gain dB", 1},
                                               {"largest_angle_degrees", "max angle", 2},
                                               {"mean_angle_degrees", "mean angle", 2}}};
constexpr double nothing = std::numeric_limits<double>::quiet_NaN();
using measured = std::array<double, figures>;

measured blank() {
    measured row;
    row.fill(nothing);
    return row;
}

/// A row of the table: figures of every seed, pictures of the first.
struct member {
    std::string name;
    std::array<std::vector<double>, figures> values{};
    std::vector<float> filtered{};
};

double mean_square(std::span<const float> a, std::span<const float> b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        sum += std::pow(static_cast<double>(a[i]) - static_cast<double>(b[i]), 2);
    return sum / static_cast<double>(a.size());
}

template <std::size_t Features>
class family {
public:
    family(const options& o, const dataset& d) : o_{o}, d_{d}, noisy_(d.test.size()) {
        fill_normal(noisy_, 0.0f, examples::noise_deviation, seed{o.seed}, streams::user);
        for (std::size_t i = 0; i < noisy_.size(); ++i) noisy_[i] += d.test[i];
        components_ =
            examples::largest_eigen_pairs(examples::moments_of(as_rows(d.train, shape<Features>)).covariance,
                                          examples::small_code)
                .vectors;
    }

    void run() {
        note_codes<Features>("the data itself", d_.train, d_.test, blank(), {});
        note("PCA, 32 components", pca(), 0);
        for (std::size_t i = 0; i < o_.seeds && !examples::interrupted(); ++i) {
            using namespace examples;
            const std::uint64_t s = o_.seed + i;
            const auto sparse = mse{} + o_.sparsity * at<"code">(l1{});
            train<undercomplete_linear<Features>>("linear", s, mse{}, o_.linear_epochs, 0.002f);
            train<undercomplete<Features>>("undercomplete", s);
            train<undercomplete_tied<Features>>("undercomplete, tied", s);
            train<undercomplete_denoising<Features>>("undercomplete, denoising", s);
            train<overcomplete<Features>>("overcomplete", s);
            train<overcomplete<Features>>("overcomplete, sparse", s, sparse);
            train<overcomplete_denoising<Features>>("overcomplete, denoising", s);
        }
    }

    [[nodiscard]] const std::vector<member>& members() const { return members_; }
    [[nodiscard]] std::span<const float> noisy() const { return noisy_; }

private:
    using linear = examples::undercomplete_linear<Features>;
    static constexpr const auto& decoder_weights = parameters_of<linear>[2];

    /// The first principal components, as the weights of the linear autoencoder.
    model<linear> pca() const {
        constexpr std::size_t code = examples::small_code;
        std::vector<float> decode(components_.values.begin(), components_.values.end());
        std::vector<float> encode(decode.size());
        for (std::size_t i = 0; i < decode.size(); ++i)
            encode[i % Features * code + i / Features] = decode[i];
        model<linear> net{zeros{}};
        net.write(parameters_of<linear>[0], encode);
        net.write(decoder_weights, decode);
        return net;
    }

    template <class Net, class Loss = mse>
    void train(const std::string& name, std::uint64_t s, const Loss& loss = {}, std::size_t epochs = 0,
               float rate = 0.001f) {
        if (examples::interrupted()) return;
        note(name,
             examples::train_autoencoder<Net>(name, d_.train, loss, epochs == 0 ? o_.epochs : epochs, rate,
                                              seed{s}, o_.kept),
             s);
    }

    template <class Net>
    void note(const std::string& name, const model<Net>& net, std::uint64_t s) {
        using encoder = until<Net, "code">;
        measured row = blank();
        row[error] = mean_square(predict(net, d_.test), d_.test);
        std::vector<float> filtered = predict(net, noisy_);
        row[gain] = 10 * std::log10(mean_square(noisy_, d_.test) / mean_square(filtered, d_.test));
        if constexpr (std::is_same_v<Net, linear>) {
            std::vector<float> decode(decoder_weights.what.count());
            net.read(decoder_weights, decode);
            const auto angles = examples::principal_angles(
                components_, {examples::small_code, Features, {decode.begin(), decode.end()}});
            row[largest_angle] = angles.back();
            row[mean_angle] =
                std::accumulate(angles.begin(), angles.end(), 0.0) / static_cast<double>(angles.size());
        }
        note_codes<encoder::output.count()>(name, predict<encoder>(net, d_.train),
                                            predict<encoder>(net, d_.test), row, std::move(filtered), s);
    }

    /// Adds what the codes are worth to the other figures of a member.
    template <std::size_t Code>
    void note_codes(const std::string& name, const std::vector<float>& train, const std::vector<float>& test,
                    measured row, std::vector<float> filtered, std::uint64_t s = 0) {
        auto found = std::ranges::find(members_, name, &member::name);
        // What was not trained to its end counts only where it is all there is of its kind.
        if (examples::interrupted() && found != members_.end()) return;
        const rows_view codes = as_rows(test, shape<Code>);
        if (!examples::interrupted())
            row[probe] = examples::linear_probe<Code>({as_rows(train, shape<Code>), d_.train_labels},
                                                      {codes, d_.test_labels}, seed{s});
        if (examples::interrupted())
            row[probe] = nothing;
        else
            row[svm] = examples::classify({std::span{train}.first(d_.svm_rows * Code),
                                           std::span{d_.train_labels}.first(d_.svm_rows)},
                                          {test, d_.test_labels}, d_.classes)
                           .accuracy;
        const auto deviation = standard_scaler{codes}.deviations();
        const double threshold = 0.01 * std::ranges::max(deviation);
        row[active] = static_cast<double>(count_above(threshold, deviation));
        row[at_once] = static_cast<double>(count_above(threshold, test)) / static_cast<double>(codes.rows);
        if (!examples::interrupted())
            row[dimension] = examples::participation_ratio(examples::moments_of(codes).covariance);

        if (found == members_.end()) found = members_.insert(found, {name, {}, std::move(filtered)});
        for (std::size_t i = 0; i < figures; ++i) found->values[i].push_back(row[i]);
    }

    static std::size_t count_above(double threshold, const auto& values) {
        return static_cast<std::size_t>(std::ranges::count_if(
            values, [&](auto v) { return std::abs(static_cast<double>(v)) > threshold; }));
    }

    const options& o_;
    const dataset& d_;
    std::vector<float> noisy_;
    examples::matrix components_;
    std::vector<member> members_;
};

void print_table(const std::vector<member>& members, std::size_t seeds) {
    const int width = seeds > 1 ? 18 : 11;
    std::printf("\n%-26s", "");
    for (const column& c : columns) std::printf("%*s", width, c.heading);
    for (const member& m : members) {
        std::printf("\n%-26s", m.name.c_str());
        for (std::size_t i = 0; i < figures; ++i)
            std::printf("%*s", width,
                        std::isnan(m.values[i][0])
                            ? "-"
                            : examples::mean_and_spread(m.values[i], columns[i].decimals).c_str());
    }
    std::puts("\n");
}

/// The first test digits: clean, noisy, and what each autoencoder makes of the noisy ones.
void draw(const std::filesystem::path& path, const dataset& d, std::span<const float> noisy,
          const std::vector<member>& members) {
    std::vector<std::pair<std::string, std::vector<float>>> rows{{"clean", d.test},
                                                                 {"noisy", {noisy.begin(), noisy.end()}}};
    for (const member& m : members)
        if (!m.filtered.empty()) rows.emplace_back(m.name, m.filtered);
    std::vector<examples::tile_row> tiles;
    for (auto& [name, values] : rows) {
        tiles.push_back({name, {}});
        for (std::size_t i = 0; i < values.size(); ++i) values[i] += d.mean[i % d.features];
        for (std::size_t i = 0; i < std::min<std::size_t>(10, d.test_labels.size()); ++i)
            tiles.back().tiles.push_back({std::span{values}.subspan(i * d.features, d.features)});
    }
    draw_tiles(tiles, {.title = "Noisy test digits through autoencoders", .magnification = 2}).write(path);
}

void run(const options& o) {
    const dataset d = load(o);
    std::printf("%s\n%s: %zu training and %zu test rows of %zu features, centred\n",
                examples::environment_line().c_str(), d.description["name"].get<std::string>().c_str(),
                d.train_labels.size(), d.test_labels.size(), d.features);
    const bool pictures = d.features == 28 * 28;
    examples::outputs files{o.out,
                            pictures ? std::vector<std::string>{"filtered.png"} : std::vector<std::string>{},
                            o.json.empty() ? o.out / "metrics.json" : o.json};
    examples::with_width(d.features, [&]<std::size_t Features>() {
        family<Features> all{o, d};
        all.run();
        print_table(all.members(), o.seeds);
        if (pictures)
            files.write("filtered.png", [&](const auto& path) { draw(path, d, all.noisy(), all.members()); });
        nlohmann::ordered_json kinds;
        for (const member& m : all.members())
            for (std::size_t i = 0; i < figures; ++i)
                if (!std::isnan(m.values[i][0])) kinds[m.name][columns[i].key] = m.values[i];
        const auto metrics = examples::with_environment({{"data", d.description},
                                                         {"kinds", kinds},
                                                         {"noise_deviation", examples::noise_deviation},
                                                         {"epochs", o.epochs},
                                                         {"linear_epochs", o.linear_epochs},
                                                         {"sparsity", o.sparsity},
                                                         {"svm_rows", d.svm_rows},
                                                         {"seeds", o.seeds},
                                                         {"first_seed", o.seed}});
        files.write_metrics([&](const auto& path) { examples::write_json(path, metrics); });
    });
    std::printf("pictures and metrics: %s\n", std::filesystem::absolute(o.out).c_str());
    files.finish();
}

} // namespace

int main(int argc, char** argv) {
    options o;
    examples::command_line line{
        "autoencoder_family",
        "Trains seven autoencoders on the same data and compares what they reconstruct, "
        "filter and tell a classifier."};
    line.footer(
        "probe      test accuracy of a linear classifier on the standardized codes\n"
        "SVM        the same of an SVM on the codes of the first --svm-rows training rows\n"
        "active     units whose standard deviation over the test codes exceeds 1 % of the largest one\n"
        "at once    units that are further from 0 than that, mean over the test codes\n"
        "dimension  (sum l)^2 / sum l^2 over the eigenvalues l of the test codes' covariance\n"
        "gain dB    PSNR of noisy test data (deviation 0.3) after the autoencoder, less that before\n"
        "angle      between the span of a linear decoder's columns and the first 32 principal components");
    line.add("--epochs", o.epochs, {1, 100000}, "passes over the training rows");
    line.add("--linear-epochs", o.linear_epochs, {1, 100000}, "the same for the linear autoencoder");
    line.add("--sparsity", o.sparsity, {0, 1000}, "weight of the sparse code's l1 penalty");
    line.add("--rows", o.rows, {100, 100000}, "training rows; no more than the data has");
    line.add("--svm-rows", o.svm_rows, {100, 100000},
             "training rows that the SVM learns from; no more than there are");
    line.add_seeds(o.seed, o.seeds);
    line.add("--activity", o.activity, "the smartphone activity data instead of digits");
    line.add_existing("--data", o.data, "folder of MNIST's files, or what holds the activity data");
    line.add("--out", o.out, "folder for pictures and metrics");
    line.add("--json", o.json, "file for the metrics (default: metrics.json in --out)");
    o.kept.add_to(line);
    return line.run(argc, argv, [&] { run(o); });
}
