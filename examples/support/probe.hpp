// What a linear classifier makes of features, and the accuracy that both it and fine-tuning are measured by.
#pragma once

#include "strata/core.hpp"
#include "support/training_log.hpp"

#include <algorithm>
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

/// The part of the rows whose greatest output is their class's.
template <strata::any_network Net>
double test_accuracy(const strata::model<Net>& classifier, const labelled_rows& data) {
    return strata::accuracy{}(strata::predict(classifier, data.rows), data.labels);
}

/// A scaler with which features that hardly change, by less than 1 % of the one that changes most, stay small.
inline strata::standard_scaler cautious_scaler(const strata::rows_view& rows) {
    const strata::standard_scaler measured{rows};
    std::vector<double> deviations = measured.deviations();
    const double least = 0.01 * std::ranges::max(deviations);
    for (double& d : deviations) d = std::max(d, least);
    return strata::standard_scaler{measured.means(), deviations};
}

template <std::size_t Features>
struct linear_classifier : strata::network<strata::input<Features>, strata::dense<most_classes>> {};

/// Test accuracy of a linear classifier (multinomial logistic regression) on standardized features. It means
/// nothing after an interrupting signal, which ends its training.
template <std::size_t Features>
double linear_probe(const labelled_rows& train, const labelled_rows& test, strata::seed s) {
    using namespace strata;
    using probe = linear_classifier<Features>;
    const standard_scaler scaler = cautious_scaler(train.rows);
    const float_rows unseen = scaler.transform(test.rows);
    constexpr std::size_t epochs = 30, rows = 32;
    model<probe> net{glorot_uniform{}, s};
    workspace<probe, batch<rows>> work; // too small for several threads
    optimizer opt{net, adam{}};
    const std::size_t steps = epochs * ((train.rows.rows + rows - 1) / rows);
    fit(net, work, opt, cross_entropy{}, scaler.transform(train.rows), train.labels,
        {.epochs = epochs,
         .seed = s,
         .learning_rate = cosine_decay{0.002f, steps},
         .after_batch = until_interrupted{}});
    return test_accuracy(net, {unseen, test.labels});
}

} // namespace examples
