// UCI's folder, where the activity data is looked for, the stand-in, and the split.
#include "support/data/activity.hpp"
#include "support/data/uci.hpp"
#include "support/file.hpp"
#include "support/json.hpp"

#include "environment_variable.hpp"
#include "memory.hpp"
#include "temporary_folder.hpp"

#include <doctest/doctest.h>

using namespace examples;

namespace {

namespace fs = std::filesystem;

void write(const temporary_folder& folder, const std::string& name, std::string_view text) {
    fs::create_directories((folder / name).parent_path());
    folder.write(name, {text.begin(), text.end()});
}

void write_uci(const temporary_folder& folder, const std::string& prefix = "") {
    write(folder, prefix + "train/X_train.txt", "  1.5000000e+000 -2.0000000e-001\r\n  3.0 4.0\r\n");
    write(folder, prefix + "train/y_train.txt", "2\n1\n");
    write(folder, prefix + "test/X_test.txt", "  5.0 6.0\n");
    write(folder, prefix + "test/y_test.txt", "4\r\n");
}

std::string refusal(const temporary_folder& folder) {
    const std::string message = message_of<file_error>([&] { read_uci(folder.path()); });
    const std::string path = folder.path().string() + "/";
    return message.starts_with(path) ? message.substr(path.size()) : "no path in: " + message;
}

constexpr const char* csv_text = "feature_1,activity\n7,1\n8,2\n";

} // namespace

TEST_CASE("UCI's folder: train rows first, then test rows") {
    const temporary_folder folder;
    write_uci(folder);
    const table t = read_uci(folder.path());
    CHECK(t.rows == 3);
    CHECK(t.features == 2);
    CHECK(t.classes == 4);
    CHECK(t.values == std::vector<float>{1.5f, -0.2f, 3.0f, 4.0f, 5.0f, 6.0f});
    CHECK(t.labels == std::vector<int>{1, 0, 3});
}

TEST_CASE("UCI's folder: what is refused") {
    const temporary_folder folder;
    write_uci(folder);
    write(folder, "test/X_test.txt", "  5.0 6.0 7.0\n");
    CHECK(refusal(folder) ==
          "test/X_test.txt: line 1, column 3: one too many: the row has 3 columns, expected 2");
    write(folder, "test/X_test.txt", "  5.0 nan\n");
    CHECK(refusal(folder) == "test/X_test.txt: line 1, column 2: \"nan\", expected a finite number");
    write(folder, "test/X_test.txt", "");
    CHECK(refusal(folder) == "test/X_test.txt: an empty file, expected rows of numbers");
    write(folder, "test/X_test.txt", "5 6\n7 8\n");
    CHECK(refusal(folder).starts_with("test/y_test.txt: ends after 1 labels, expected one for each row of"));
    write(folder, "test/y_test.txt", "1\n2\n3\n");
    CHECK(refusal(folder).starts_with("test/y_test.txt: line 3, column 1: one label too many"));
    write(folder, "test/y_test.txt", "1\n0\n");
    CHECK(refusal(folder) ==
          "test/y_test.txt: line 2, column 1: label \"0\", expected an integer from 1 to 1000");
    fs::remove(folder / "train/y_train.txt");
    CHECK(refusal(folder) == "train/y_train.txt: no such file, expected UCI's, raw or with .gz or .xz");
}

TEST_CASE("UCI's folder: a file cut off anywhere is refused, unless only its last line end is gone with the "
          "return kept") {
    const temporary_folder folder;
    write_uci(folder);
    const table whole = read_uci(folder.path());
    for (const std::string name :
         {"train/X_train.txt", "train/y_train.txt", "test/X_test.txt", "test/y_test.txt"}) {
        const std::string text = read_text(folder / name);
        for (std::size_t size = 0; size < text.size(); ++size) {
            CAPTURE(name);
            CAPTURE(size);
            write(folder, name, text.substr(0, size));
            if (size + 1 == text.size() && text[size - 1] == '\r') {
                CHECK(read_uci(folder.path()).values == whole.values);
            } else {
                CHECK(message_of<file_error>([&] {
                          read_uci(folder.path());
                      }).starts_with(folder.path().string()));
            }
        }
        write(folder, name, text);
    }
    write(folder, "test/X_test.txt", "  5.0 6.0");
    CHECK(refusal(folder) ==
          "test/X_test.txt: line 1: the file ends within this line, it seems to be cut off; "
          "expected a line end behind it");
}

TEST_CASE("UCI's folder: tabs, plus signs, numbers too small for a float, labels with a point") {
    const temporary_folder folder;
    write_uci(folder);
    write(folder, "train/X_train.txt", "\t+1.5 \t 1e-50 \n3.0\t4.0\n");
    write(folder, "train/y_train.txt", " 2.0\n+1\n");
    CHECK(read_uci(folder.path()).values == std::vector<float>{1.5f, 0, 3, 4, 5, 6});
    CHECK(read_uci(folder.path()).labels == std::vector<int>{1, 0, 3});
}

TEST_CASE("UCI's folder: small compressed files that become large") {
    const temporary_folder folder;
    write_uci(folder);
    const auto peak = [&](const std::string& name, const std::string& filling, std::size_t count,
                          const std::string& words) {
        const byte_vector whole = read_bytes(folder / name);
        fs::remove(folder / name);
        const fs::path bomb = folder.write(name + ".gz", gzip_bomb({}, filling, count));
        const std::size_t taken = peak_mebibytes([&] {
            const std::string text = message_of<file_error>([&] { read_uci(folder.path()); });
            if (text.find(words) == std::string::npos) throw std::runtime_error{text};
        });
        fs::remove(bomb);
        folder.write(name, whole);
        return taken;
    };
    CHECK(peak("train/X_train.txt", " 1", 400, "line 1 has more than 2 MiB") < 32);
    CHECK(peak("train/X_train.txt", std::string(1 << 19, ' ') + "1", 400, "line 1 has more than 2 MiB") < 32);
    std::string row;
    for (int i = 0; i < 100000; ++i) row += " 1";
    CHECK(peak("train/X_train.txt", row + "\n", 5, "more than 65536 columns") < 32);
    CHECK(peak("train/y_train.txt", row + "\n", 5, "more than 65536 columns") < 32);
    CHECK(peak("test/y_test.txt", "4 ", 400, "line 1 has more than 2 MiB") < 32);
    CHECK(peak("test/y_test.txt", "4\n", 400, "one label too many") < 32);
}

TEST_CASE("a user's own choice: a file, a folder with the CSV, UCI's folder, its parent") {
    const environment_variable unset{"STRATA_DATA", nullptr};
    const temporary_folder folder;
    const fs::path nothing = folder.path() / "nothing";
    write(folder, "other/mine.csv", csv_text);
    CHECK(load_activity(folder / "other/mine.csv", nothing)->rows == 2);
    write(folder, "a/smartphone_activity_dataset.csv", csv_text);
    CHECK(load_activity(folder / "a", nothing)->rows == 2);
    write_uci(folder, "b/UCI HAR Dataset/");
    CHECK(load_activity(folder / "b", nothing)->rows == 3);
    CHECK(load_activity(folder / "b/UCI HAR Dataset", nothing)->rows == 3);
    CHECK(message_of<file_error>([&] {
              load_activity(folder / "other", nothing);
          }).find("no activity data") != std::string::npos);
    CHECK(message_of<file_error>([&] {
              load_activity(folder / "missing.csv", nothing);
          }).find("cannot be opened") != std::string::npos);
}

TEST_CASE("without a choice: STRATA_DATA, then the embedded folder, then nothing") {
    const temporary_folder folder;
    write(folder, "shared/activity/smartphone_activity_dataset.csv", csv_text);
    write_uci(folder, "embedded/activity/UCI HAR Dataset/");
    {
        const environment_variable set{"STRATA_DATA", (folder / "shared").c_str()};
        CHECK(load_activity({}, folder / "embedded")->rows == 2);
    }
    {
        const environment_variable elsewhere{"STRATA_DATA", (folder / "empty").c_str()};
        CHECK(load_activity({}, folder / "embedded")->rows == 3);
    }
    const environment_variable unset{"STRATA_DATA", nullptr};
    CHECK(load_activity({}, folder / "embedded")->rows == 3);
    CHECK(!load_activity({}, folder / "nowhere"));
}

TEST_CASE("the stand-in is labelled as one in text and JSON") {
    const split_table digits{load_digits(STRATA_EXAMPLE_DATA)};
    CHECK(digits.all.stand_in);
    CHECK(digits.all.rows == 4000);
    CHECK(digits.all.values.size() == 4000u * 784u);
    CHECK(digits.all.classes == 10);
    CHECK(describe(digits) ==
          "STAND-IN: MNIST digits: 4000 rows of 784 features, 10 classes, the first 2800 for "
          "training");
    CHECK(as_json(digits)["stand_in"] == true);
    CHECK(as_json(digits)["train_rows"] == 2800);
}

TEST_CASE("the split: 70 % of the rows, rounded down, and the rest") {
    split_table data{{.name = "nine", .rows = 9, .features = 2}};
    for (int i = 0; i < 18; ++i) data.all.values.push_back(static_cast<float>(i));
    for (int i = 0; i < 9; ++i) data.all.labels.push_back(i);
    CHECK(data.train_rows() == 6);
    CHECK(data.test_rows() == 3);
    CHECK(data.train().size() == 12);
    CHECK(data.test().front() == 12.0f);
    CHECK(data.train_labels().back() == 5);
    CHECK(data.test_labels().front() == 6);
}
