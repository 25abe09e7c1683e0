// What a linear classifier makes of features, and what both that and fine-tuning need: targets and accuracy.
#pragma once

#include "strata/core.hpp"
#include "support/training_log.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

namespace examples {

/// Digits are ten classes; data with fewer leaves the last outputs of a classifier unused.
inline constexpr std::size_t most_classes = 10;

/// Features with their classes.
struct labelled_rows {
    strata::rows_view rows;
    std::span<const int> labels;
};

/// A row of zeros with a single one, at the label, for each.
inline std::vector<float> one_hot(std::span<const int> labels) {
    std::vector<float> targets(labels.size() * most_classes);
    for (std::size_t i = 0; i < labels.size(); ++i)
        targets.at(i * most_classes + static_cast<std::size_t>(labels[i])) = 1.0f;
    return targets;
}

/// The part of the rows whose greatest output is their class's.
template <strata::any_network Net>
double accuracy(const strata::model<Net>& classifier, const labelled_rows& data) {
    const std::vector<float> outputs = strata::predict(classifier, data.rows);
    std::size_t right = 0;
    for (std::size_t i = 0; i < data.labels.size(); ++i) {
        const auto row = std::span{outputs}.subspan(i * most_classes, most_classes);
        right += std::ranges::max_element(row) - row.begin() == data.labels[i] ? 1 : 0;
    }
    return static_cast<double>(right) / static_cast<double>(data.labels.size());
}

/// The mean of every feature.
inline std::vector<double> means(const strata::rows_view& rows) {
    std::vector<double> result(rows.width);
    for (std::size_t r = 0; r < rows.rows; ++r)
        for (std::size_t f = 0; f < rows.width; ++f)
            result[f] += static_cast<double>(rows[r][f]) / static_cast<double>(rows.rows);
    return result;
}

/// The standard deviation of every feature.
inline std::vector<double> deviations(const strata::rows_view& rows) {
    const std::vector<double> mean = means(rows);
    std::vector<double> result(rows.width);
    for (std::size_t r = 0; r < rows.rows; ++r)
        for (std::size_t f = 0; f < rows.width; ++f)
            result[f] += std::pow(static_cast<double>(rows[r][f]) - mean[f], 2);
    for (double& d : result) d = std::sqrt(d / static_cast<double>(rows.rows));
    return result;
}

/// Makes features comparable: means 0 and standard deviations 1 of the rows that it was made from. Those that
/// hardly change, by less than 1 % of the one that changes most, stay small.
class standardizer {
public:
    explicit standardizer(const strata::rows_view& rows) : mean_{means(rows)}, divisor_{deviations(rows)} {
        const double least = 0.01 * std::ranges::max(divisor_);
        for (double& d : divisor_) d = std::max(d, least > 0 ? least : 1.0);
    }
    [[nodiscard]] std::vector<float> operator()(const strata::rows_view& rows) const {
        std::vector<float> result;
        result.reserve(rows.rows * rows.width);
        for (std::size_t r = 0; r < rows.rows; ++r)
            for (std::size_t f = 0; f < rows.width; ++f)
                result.push_back(
                    static_cast<float>((static_cast<double>(rows[r][f]) - mean_[f]) / divisor_[f]));
        return result;
    }

private:
    std::vector<double> mean_, divisor_;
};

template <std::size_t Features>
struct linear_classifier : strata::network<strata::input<Features>, strata::dense<most_classes>> {};

/// Test accuracy of a linear classifier (multinomial logistic regression) on standardized features. It means
/// nothing after an interrupting signal, which ends its training.
template <std::size_t Features>
double linear_probe(const labelled_rows& train, const labelled_rows& test, strata::seed s) {
    using namespace strata;
    using probe = linear_classifier<Features>;
    const standardizer standard{train.rows};
    const std::vector<float> seen = standard(train.rows);
    const std::vector<float> unseen = standard(test.rows);
    constexpr std::size_t epochs = 30, rows = 32;
    model<probe> net{glorot_uniform{}, s};
    workspace<probe, batch<rows>> work;
    optimizer opt{net, adam{}};
    const std::size_t steps = epochs * ((train.rows.rows + rows - 1) / rows);
    fit(net, work, opt, cross_entropy{}, seen, one_hot(train.labels),
        {.epochs = epochs, .seed = s, .learning_rate = cosine_decay{0.002f, steps},
         .after_batch = until_interrupted{}});
    return accuracy(net, {as_rows(unseen, probe::input), test.labels});
}

} // namespace examples
