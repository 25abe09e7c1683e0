// Seven autoencoders trained on the same data, beside PCA and the data itself: how well each one reconstructs
// and filters, and what its codes are worth to a classifier.

#include "networks/activity.hpp"
#include "networks/autoencoders.hpp"
#include "support/code_figures.hpp"
#include "support/data/centred_rows.hpp"
#include "support/distances.hpp"
#include "support/figure_table.hpp"
#include "support/study.hpp"
#include "support/subspace.hpp"

#include <cmath>
#include <cstdio>
#include <map>
#include <numeric>
#include <string>

namespace {

using namespace strata;

struct options : examples::team_options {
    std::size_t epochs = 30, linear_epochs = 400;
    examples::count_of_data rows{3000}, svm_rows{1500};
    float sparsity = 5e-4f;
    bool activity = false;

    options() : team_options{"autoencoder_family"} {}
};

const std::vector<examples::figure_table::column> columns{{"reconstruction_mse", "test MSE", 4},
                                                          {"probe_accuracy", "probe", 3},
                                                          {"svm_accuracy", "SVM", 3},
                                                          {"active_units", "active", 0},
                                                          {"units_at_once", "at once", 0},
                                                          {"effective_dimension", "dimension", 1},
                                                          {"psnr_gain_db", "gain dB", 1},
                                                          {"largest_angle_degrees", "max angle", 2},
                                                          {"mean_angle_degrees", "mean angle", 2}};
/// Rows by the names of what they came from.
using named_rows = std::vector<std::pair<std::string, std::vector<float>>>;

template <std::size_t Features>
class family {
public:
    family(const options& o, const examples::centred_rows& d) : o_{o}, d_{d}, noisy_(d.test.size()) {
        fill_normal(noisy_, 0.0f, examples::noise_deviation, seed{o.seed}, streams::user);
        for (std::size_t i = 0; i < noisy_.size(); ++i) noisy_[i] += d.test[i];
        components_ =
            examples::largest_eigen_pairs(examples::moments_of(as_rows(d.train, shape<Features>)).covariance,
                                          examples::small_code)
                .vectors;
    }

    void run() {
        note_codes<Features>("the data itself", d_.train, d_.test, {});
        note("PCA, 32 components", examples::linear_autoencoder<Features>(components_.values), 0);
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

    [[nodiscard]] const examples::figure_table& table() const { return table_; }
    [[nodiscard]] const named_rows& filtered() const { return filtered_; }
    [[nodiscard]] std::span<const float> noisy() const { return noisy_; }

private:
    using linear = examples::undercomplete_linear<Features>;
    static constexpr const auto& decoder_weights = parameters_of<linear>[2];

    template <class Net, class Loss = mse>
    void train(const std::string& name, std::uint64_t s, const Loss& loss = {}, std::size_t epochs = 0,
               float rate = 0.001f) {
        if (examples::interrupted()) return;
        note(name,
             examples::train_autoencoder<Net>(name, d_.train, loss, epochs == 0 ? o_.epochs : epochs, rate,
                                              seed{s}, o_.kept, o_.team.so_many()),
             s);
    }

    template <class Net>
    void note(const std::string& name, const model<Net>& net, std::uint64_t s) {
        using encoder = until<Net, "code">;
        std::map<std::string, double> row;
        row["reconstruction_mse"] = examples::mean_square(predict(net, d_.test), d_.test);
        std::vector<float> filtered = predict(net, noisy_);
        row["psnr_gain_db"] = 10 * std::log10(examples::mean_square(noisy_, d_.test) /
                                              examples::mean_square(filtered, d_.test));
        if constexpr (std::is_same_v<Net, linear>) {
            std::vector<float> decode(decoder_weights.what.count());
            net.read(decoder_weights, decode);
            const auto angles = examples::principal_angles(
                components_, {examples::small_code, Features, {decode.begin(), decode.end()}});
            row["largest_angle_degrees"] = angles.back();
            row["mean_angle_degrees"] =
                std::accumulate(angles.begin(), angles.end(), 0.0) / static_cast<double>(angles.size());
        }
        // What was not trained to its end counts only where it is all there is of its kind.
        if (examples::interrupted() && table_.has(name)) return;
        if (!table_.has(name)) filtered_.emplace_back(name, std::move(filtered));
        note_codes<encoder::output.count()>(name, predict<encoder>(net, d_.train),
                                            predict<encoder>(net, d_.test), row, s);
    }

    /// Adds what the codes are worth to the other figures.
    template <std::size_t Code>
    void note_codes(const std::string& name, const std::vector<float>& train, const std::vector<float>& test,
                    std::map<std::string, double> row, std::uint64_t s = 0) {
        row.merge(examples::measure_codes<Code>(train, test, d_, seed{s}));
        table_.add(name, row);
    }

    const options& o_;
    const examples::centred_rows& d_;
    std::vector<float> noisy_;
    examples::matrix components_;
    examples::figure_table table_{columns};
    named_rows filtered_; ///< what autoencoders of the first seed make of the noisy rows
};

/// The first test digits: clean, noisy, and what each autoencoder makes of the noisy ones.
void draw(examples::study_files& files, const examples::centred_rows& d, std::span<const float> noisy,
          const named_rows& filtered) {
    named_rows rows{{"clean", d.test}, {"noisy", {noisy.begin(), noisy.end()}}};
    rows.insert(rows.end(), filtered.begin(), filtered.end());
    std::vector<examples::tile_row> tiles;
    for (auto& [name, values] : rows) {
        tiles.push_back({name, {}});
        for (std::size_t i = 0; i < values.size(); ++i) values[i] += d.mean[i % d.features];
        for (std::size_t i = 0; i < std::min<std::size_t>(10, d.test_labels.size()); ++i)
            tiles.back().tiles.push_back({std::span{values}.subspan(i * d.features, d.features)});
    }
    files.tiles("filtered.png", tiles,
                {.title = "Noisy test digits through autoencoders", .magnification = 2});
}

void run(const options& o) {
    const auto d = examples::load_centred_rows(o.activity, o.data, STRATA_EXAMPLE_DATA, o.rows, o.svm_rows);
    std::printf("%s\n%s: %zu training and %zu test rows of %zu features, centred\n",
                examples::environment_line().c_str(), d.description["name"].get<std::string>().c_str(),
                d.train_labels.size(), d.test_labels.size(), d.features);
    o.team.print();
    const bool pictures = d.features == 28 * 28;
    examples::study_files files{o, pictures ? std::vector<std::string>{"filtered.png"}
                                            : std::vector<std::string>{}};
    examples::with_width(d.features, [&]<std::size_t Features>() {
        family<Features> all{o, d};
        all.run();
        std::puts("");
        all.table().print();
        if (pictures) draw(files, d, all.noisy(), all.filtered());
        files.finish({{"data", d.description},
                      {"kinds", all.table().as_json()},
                      {"noise_deviation", examples::noise_deviation},
                      {"epochs", o.epochs},
                      {"linear_epochs", o.linear_epochs},
                      {"sparsity", o.sparsity},
                      {"svm_rows", d.svm_rows},
                      {"seeds", o.seeds},
                      {"first_seed", o.seed}});
    });
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
    o.add_to(line);
    return line.run(argc, argv, [&] { run(o); });
}
