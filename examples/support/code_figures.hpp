// What codes are worth to classifiers, and how many of their units say something.
#pragma once

#include "strata/core.hpp"
#include "support/data/centred_rows.hpp"
#include "support/interrupt.hpp"
#include "support/probe.hpp"
#include "support/subspace.hpp"
#include "support/svm.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace examples {

/// By key:
/// probe_accuracy: test accuracy of a linear classifier;
/// svm_accuracy: of an SVM that learned from the first svm_rows training rows;
/// active_units: whose deviation over the test codes exceeds 1 % of the largest one;
/// units_at_once: of one sample, further from 0 than that; mean over the test codes;
/// effective_dimension: (sum l)^2 / sum l^2 over the eigenvalues l of the test codes' covariance.
/// Classifiers are left out once a signal has asked the program to end.
template <std::size_t Code>
std::map<std::string, double> measure_codes(const std::vector<float>& train, const std::vector<float>& test,
                                            const centred_rows& data, strata::seed s) {
    std::map<std::string, double> found;
    const strata::rows_view codes = strata::as_rows(test, strata::shape<Code>);
    const auto count_above = [](double threshold, const auto& values) {
        return static_cast<double>(std::ranges::count_if(
            values, [&](auto v) { return std::abs(static_cast<double>(v)) > threshold; }));
    };
    const auto deviation = strata::standard_scaler{codes}.deviations();
    const double threshold = 0.01 * std::ranges::max(deviation);
    found["active_units"] = count_above(threshold, deviation);
    found["units_at_once"] = count_above(threshold, test) / static_cast<double>(codes.rows);
    if (interrupted()) return found;
    const double probe = linear_probe<Code>({strata::as_rows(train, strata::shape<Code>), data.train_labels},
                                            {codes, data.test_labels}, s);
    if (interrupted()) return found; // it learned little
    found["probe_accuracy"] = probe;
    found["svm_accuracy"] = classify({std::span{train}.first(data.svm_rows * Code),
                                      std::span{data.train_labels}.first(data.svm_rows)},
                                     {test, data.test_labels}, data.classes)
                                .accuracy;
    if (!interrupted()) found["effective_dimension"] = participation_ratio(moments_of(codes).covariance);
    return found;
}

} // namespace examples
