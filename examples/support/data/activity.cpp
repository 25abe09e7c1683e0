#include "support/data/activity.hpp"

#include "support/data/csv.hpp"
#include "support/data/mnist.hpp"
#include "support/data/uci.hpp"
#include "support/file.hpp"
#include "support/json.hpp"

#include <cstdio>
#include <cstdlib>
#include <string>
#include <system_error>

namespace examples {
namespace {

namespace fs = std::filesystem;

constexpr const char* csv_name = "smartphone_activity_dataset.csv";
constexpr const char* uci_name = "UCI HAR Dataset";

bool is_file(const fs::path& path) {
    std::error_code ignored;
    return fs::is_regular_file(path, ignored);
}

std::optional<table> load_from(const fs::path& folder) {
    for (const fs::path& candidate : {folder, folder / "activity"}) {
        for (const char* ending : {"", ".xz", ".gz"}) {
            const fs::path csv = candidate / (std::string{csv_name} + ending);
            if (is_file(csv)) return read_csv(csv);
        }
        for (const fs::path& uci : {candidate, candidate / uci_name})
            if (is_file(uci / "train" / "X_train.txt")) return read_uci(uci);
    }
    return std::nullopt;
}

} // namespace

std::string describe(const split_table& data) {
    return data.all.name + ": " + std::to_string(data.all.rows) + " rows of " +
           std::to_string(data.all.features) + " features, " + std::to_string(data.all.classes) +
           " classes, the first " + std::to_string(data.train_rows()) + " for training";
}

nlohmann::ordered_json as_json(const split_table& data) {
    return {{"name", data.all.name},        {"stand_in", data.all.stand_in},
            {"rows", data.all.rows},        {"features", data.all.features},
            {"classes", data.all.classes},  {"train_rows", data.train_rows()},
            {"test_rows", data.test_rows()}};
}

std::optional<table> load_activity(const fs::path& chosen, const fs::path& embedded) {
    if (!chosen.empty()) {
        std::error_code ignored;
        if (!fs::is_directory(chosen, ignored)) return read_csv(chosen);
        if (auto found = load_from(chosen)) return found;
        throw file_error{chosen, std::string{"no activity data in it, expected "} + csv_name +
                                     ", the same with .gz or .xz, or UCI's folder \"" + uci_name + "\""};
    }
    if (const char* variable = std::getenv("STRATA_DATA"); variable != nullptr && *variable != '\0')
        if (auto found = load_from(variable)) return found;
    return load_from(embedded);
}

table load_digits(const fs::path& embedded) {
    const mnist digits = load_mnist(embedded, embedded);
    table result{.name = "STAND-IN: MNIST digits",
                 .stand_in = true,
                 .rows = digits.train.size() + digits.test.size(),
                 .features = labelled_images::height * labelled_images::width,
                 .classes = 10};
    for (const labelled_images* set : {&digits.train, &digits.test}) {
        result.values.insert(result.values.end(), set->pixels.begin(), set->pixels.end());
        result.labels.insert(result.labels.end(), set->labels.begin(), set->labels.end());
    }
    return result;
}

split_table load_activity_or_digits(const fs::path& chosen, const fs::path& embedded) {
    if (auto found = load_activity(chosen, embedded)) return {std::move(*found)};
    std::puts(
        "The smartphone activity data is not here. examples/data/fetch-activity downloads it from the UCI\n"
        "repository (26 MB); or pass --data with a .csv or UCI's folder, or set STRATA_DATA to the folder\n"
        "that has it. Until then this runs on a STAND-IN, the embedded MNIST digits, and its figures say\n"
        "nothing about activities.\n");
    return {load_digits(embedded)};
}

} // namespace examples
