// The smartphone activity data, or the digits in its place, split into training and test rows.
#pragma once

#include "support/data/table.hpp"

#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string>

#include <nlohmann/json_fwd.hpp>

namespace examples {

/// A table whose first 70 % of rows are for training.
struct split_table {
    table all;

    [[nodiscard]] std::size_t train_rows() const { return all.rows * 7 / 10; }
    [[nodiscard]] std::size_t test_rows() const { return all.rows - train_rows(); }
    [[nodiscard]] std::span<const float> train() const {
        return std::span{all.values}.first(train_rows() * all.features);
    }
    [[nodiscard]] std::span<const float> test() const {
        return std::span{all.values}.subspan(train_rows() * all.features);
    }
    [[nodiscard]] std::span<const int> train_labels() const {
        return std::span{all.labels}.first(train_rows());
    }
    [[nodiscard]] std::span<const int> test_labels() const {
        return std::span{all.labels}.subspan(train_rows());
    }
};

/// "smartphone activity (...csv): 10299 rows of 561 features, 6 classes, the first 7209 for training".
std::string describe(const split_table& data);

/// The same for a file of metrics: name, stand_in, rows, features, classes, train_rows, test_rows.
nlohmann::ordered_json as_json(const split_table& data);

/// Reads the activity data from the first of: `chosen` (the user's --data, empty if there is none; a .csv,
/// raw, .gz or .xz, or a folder), the environment variable STRATA_DATA, `embedded` (the folder
/// examples/data). In a folder it may be smartphone_activity_dataset.csv or UCI's "UCI HAR Dataset", both
/// also in a subfolder "activity". Nothing, if none has it. Throws file_error, also where `chosen` has none.
std::optional<table> load_activity(const std::filesystem::path& chosen,
                                   const std::filesystem::path& embedded);

/// The embedded digits as a table: 4000 rows, 784 features, 10 classes. A stand-in where the activity data is
/// missing. Throws file_error.
table load_digits(const std::filesystem::path& embedded);

/// load_activity, or load_digits and a paragraph on standard output that says so and how to get the data.
split_table load_activity_or_digits(const std::filesystem::path& chosen,
                                    const std::filesystem::path& embedded);

} // namespace examples
