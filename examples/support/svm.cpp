#include "support/svm.hpp"

#include "support/progress.hpp"

#include <libsvm/svm.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>
#include <numeric>
#include <stdexcept>
#include <utility>

namespace examples {
namespace {

// libsvm's sparse rows: index and value of what is not zero, index -1 at the end.
struct sparse_rows {
    sparse_rows(const svm_rows& rows, std::size_t width) {
        nodes.reserve(rows.features.size() + rows.labels.size());
        std::vector<std::size_t> starts;
        for (std::size_t r = 0; r < rows.labels.size(); ++r) {
            starts.push_back(nodes.size());
            for (std::size_t f = 0; f < width; ++f) {
                const float value = rows.features[r * width + f];
                if (value != 0.0f) nodes.push_back({static_cast<int>(f) + 1, static_cast<double>(value)});
            }
            nodes.push_back({-1, 0.0});
        }
        for (const std::size_t start : starts) firsts.push_back(nodes.data() + start);
    }
    std::vector<svm_node> nodes;
    std::vector<svm_node*> firsts;
};

double variance(std::span<const float> values) {
    const auto count = static_cast<double>(values.size());
    const double mean = std::accumulate(values.begin(), values.end(), 0.0) / count;
    double squares = 0;
    for (const float v : values) squares += (static_cast<double>(v) - mean) * (static_cast<double>(v) - mean);
    return squares / count;
}

struct free_model {
    void operator()(svm_model* model) const { svm_free_and_destroy_model(&model); }
};

} // namespace

svm_result classify(const svm_rows& train, const svm_rows& test, std::size_t classes) {
    const std::size_t train_rows = train.labels.size();
    const std::size_t width = train_rows == 0 ? 0 : train.features.size() / train_rows;
    if (width == 0) throw std::invalid_argument{"an SVM needs rows to learn from, expected at least one"};
    if (train.features.size() != train_rows * width || test.features.size() != test.labels.size() * width)
        throw std::invalid_argument{"features of another size than their labels say"};
    const double spread = variance(train.features);
    if (!(spread > 0)) throw std::invalid_argument{"features without any variance cannot be told apart"};

    svm_result result;
    result.gamma = 1.0 / (static_cast<double>(width) * spread);
    const double start = steady_seconds();
    sparse_rows rows{train, width};
    // libsvm lets the class that it met first win a tie of votes: in the order of classes, that is the
    // smallest.
    std::vector<std::size_t> order(train_rows);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, {}, [&](std::size_t r) { return std::pair{train.labels[r], r}; });
    std::vector<double> labels;
    std::vector<svm_node*> points;
    for (const std::size_t r : order) {
        labels.push_back(train.labels[r]);
        points.push_back(rows.firsts[r]);
    }
    const svm_problem problem{static_cast<int>(train_rows), labels.data(), points.data()};
    svm_parameter parameter{};
    parameter.svm_type = C_SVC;
    parameter.kernel_type = RBF;
    parameter.C = 1;
    parameter.gamma = result.gamma;
    parameter.eps = 1e-3;
    parameter.cache_size = 200;
    parameter.shrinking = 1;
    svm_set_print_string_function([](const char*) {});
    const std::unique_ptr<svm_model, free_model> model{svm_train(&problem, &parameter)};
    result.support_vectors = static_cast<std::size_t>(svm_get_nr_sv(model.get()));
    const double trained = steady_seconds();
    result.train_seconds = trained - start;

    result.confusion.assign(classes, std::vector<int>(classes, 0));
    const sparse_rows unknown{test, width};
    std::size_t right = 0;
    for (std::size_t r = 0; r < test.labels.size(); ++r) {
        const int predicted = static_cast<int>(svm_predict(model.get(), unknown.firsts[r]));
        result.predicted.push_back(predicted);
        ++result.confusion.at(static_cast<std::size_t>(test.labels[r]))
              .at(static_cast<std::size_t>(predicted));
        right += predicted == test.labels[r] ? 1 : 0;
    }
    result.predict_seconds = steady_seconds() - trained;
    if (!test.labels.empty())
        result.accuracy = static_cast<double>(right) / static_cast<double>(test.labels.size());
    return result;
}

std::string confusion_text(const svm_result& result) {
    std::string text = "  true\\predicted";
    char cell[32];
    for (std::size_t c = 0; c < result.confusion.size(); ++c) {
        std::snprintf(cell, sizeof cell, "%6zu", c + 1);
        text += cell;
    }
    for (std::size_t r = 0; r < result.confusion.size(); ++r) {
        std::snprintf(cell, sizeof cell, "\n%16zu", r + 1);
        text += cell;
        for (const int count : result.confusion[r]) {
            std::snprintf(cell, sizeof cell, "%6d", count);
            text += cell;
        }
    }
    return text + "\n";
}

double sample_deviation(std::span<const double> values) {
    if (values.size() < 2) return 0;
    const auto count = static_cast<double>(values.size());
    const double mean = std::accumulate(values.begin(), values.end(), 0.0) / count;
    double squares = 0;
    for (const double v : values) squares += (v - mean) * (v - mean);
    return std::sqrt(squares / (count - 1));
}

std::string mean_and_spread(std::span<const double> values, int decimals) {
    if (values.empty()) return "-";
    const double mean =
        std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
    char text[64];
    if (values.size() < 2)
        std::snprintf(text, sizeof text, "%.*f", decimals, mean);
    else
        std::snprintf(text, sizeof text, "%.*f +- %.*f", decimals, mean, decimals, sample_deviation(values));
    return text;
}

} // namespace examples
