// Rows of digits or of the activity data, less the mean of the training rows.
#pragma once

#include "strata/data/standard_scaler.hpp"
#include "support/command_line.hpp"
#include "support/data/activity.hpp"
#include "support/data/mnist.hpp"
#include "support/json.hpp"

#include <cstddef>
#include <filesystem>
#include <vector>

namespace examples {

struct centred_rows {
    nlohmann::ordered_json description;
    std::size_t features, classes;
    std::vector<float> train, test;
    std::vector<int> train_labels, test_labels;
    std::vector<float> mean{};
    std::size_t svm_rows = 0; ///< of the training rows
};

/// Reads the digits, or the activity data, from the places that load_mnist and load_activity_or_digits say. Throws as these do,
/// and option_error where more rows are asked for than there are.
inline centred_rows load_centred_rows(bool activity, const std::filesystem::path& chosen,
                                      const std::filesystem::path& embedded, const count_of_data& rows_asked,
                                      const count_of_data& svm_rows_asked) {
    centred_rows d;
    if (activity) {
        const auto data = load_activity_or_digits(chosen, embedded);
        d = {as_json(data), data.all.features, data.all.classes, {}, {}, {}, {}};
        d.train.assign(data.train().begin(), data.train().end());
        d.test.assign(data.test().begin(), data.test().end());
        d.train_labels.assign(data.train_labels().begin(), data.train_labels().end());
        d.test_labels.assign(data.test_labels().begin(), data.test_labels().end());
    } else {
        const auto data = load_mnist(chosen, embedded, {.train = rows_asked.value});
        d = {{{"name", "MNIST digits"}, {"train_rows", data.train.size()}, {"test_rows", data.test.size()}},
             28 * 28,
             10,
             data.train.pixels,
             data.test.pixels,
             {data.train.labels.begin(), data.train.labels.end()},
             {data.test.labels.begin(), data.test.labels.end()}};
    }
    const std::size_t rows = rows_asked.within(d.train_labels.size(), "training rows");
    d.svm_rows = svm_rows_asked.within(rows, "training rows to learn from");
    d.train.resize(rows * d.features);
    d.train_labels.resize(rows);
    d.description["train_rows"] = rows;
    const auto mean = strata::standard_scaler{strata::as_rows(d.train, strata::extents{d.features})}.means();
    d.mean.assign(mean.begin(), mean.end());
    for (std::vector<float>* values : {&d.train, &d.test})
        for (std::size_t i = 0; i < values->size(); ++i) (*values)[i] -= d.mean[i % d.features];
    return d;
}

} // namespace examples
