// libsvm as the examples use it: a support vector classifier with scikit-learn's defaults, and its results.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace examples {

struct svm_result {
    std::vector<int> predicted; ///< a class for each test row
    double accuracy = 0;        ///< of the test rows
    std::size_t support_vectors = 0;
    double gamma = 0;
    std::vector<std::vector<int>> confusion; ///< [true class][predicted class]: how many test rows
    double train_seconds = 0;
    double predict_seconds = 0;
};

/// Rows of features with their classes, 0 to classes - 1.
struct svm_rows {
    std::span<const float> features; ///< labels.size() x features, row by row
    std::span<const int> labels;
};

/// Trains a classifier (C = 1, RBF kernel with gamma = 1 / (features x variance of all training values)) and
/// predicts the test rows. Throws std::invalid_argument for sizes that do not fit each other, no training
/// rows, and features without any variance.
svm_result classify(const svm_rows& train, const svm_rows& test, std::size_t classes);

/// The confusion matrix as lines of text; classes count from 1.
std::string confusion_text(const svm_result& result);

/// The sample standard deviation; 0 of less than two values.
double sample_deviation(std::span<const double> values);

/// Mean and sample standard deviation: "0.8550 +- 0.0160"; of one value, itself; of none, "-".
std::string mean_and_spread(std::span<const double> values, int decimals = 4);

} // namespace examples
