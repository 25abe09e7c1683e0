// The CSV of features and activities: what is read, what is refused, and in which words.
#include "support/data/csv.hpp"
#include "support/file.hpp"

#include "temporary_folder.hpp"

#include <doctest/doctest.h>

using namespace examples;

namespace {

byte_vector bytes_of(std::string_view text) { return {text.begin(), text.end()}; }

struct csv_folder : temporary_folder {
    table read(std::string_view text) const { return read_csv(write("data.csv", bytes_of(text))); }
    /// The message about a file of this text, without its path.
    std::string refusal(std::string_view text) const {
        const std::string message = message_of<file_error>([&] { read(text); });
        const std::string path = (*this / "data.csv").string() + ": ";
        return message.starts_with(path) ? message.substr(path.size()) : "no path in: " + message;
    }
};

constexpr std::string_view small = "feature_1,feature_2,activity\n0.5,-1,1\n2e-3,+0,3\n";

} // namespace

TEST_CASE("features in rows, labels from 0, as many classes as the largest label says") {
    const csv_folder folder;
    // std::from_chars takes no plus sign, and nor does the reader.
    const table t = folder.read("feature_1,feature_2,activity\n0.5,-1,1\n2e-3,0,3\n");
    CHECK(t.rows == 2);
    CHECK(t.features == 2);
    CHECK(t.classes == 3);
    CHECK(t.values == std::vector<float>{0.5f, -1.0f, 2e-3f, 0.0f});
    CHECK(t.labels == std::vector<int>{0, 2});
    CHECK(!t.stand_in);
    CHECK(t.name.find("data.csv") != std::string::npos);
    CHECK(folder.refusal(small) == "line 3, column 2: \"+0\" is not a number, expected one");
}

TEST_CASE("any column count, CRLF, a byte order mark, empty lines at the end, no line end at the end") {
    const csv_folder folder;
    CHECK(folder.read("feature_1,activity\n7,1\n").values == std::vector<float>{7.0f});
    CHECK(folder
              .read("\xef\xbb\xbf"
                    "feature_1,activity\r\n7,1\r\n8,2\r\n")
              .labels == std::vector<int>{0, 1});
    CHECK(folder.read("feature_1,activity\n7,1\n\n\n").rows == 1);
    CHECK(folder.read("feature_1,activity\n7,12").labels == std::vector<int>{11});
    std::string wide;
    std::string row;
    for (int i = 1; i <= 30000; ++i) {
        wide += "feature_" + std::to_string(i) + ",";
        row += std::to_string(i) + ".25,";
    }
    const table t = folder.read(wide + "activity\n" + row + "1\n" + row + "2\n");
    CHECK(t.features == 30000);
    CHECK(t.values[59999] == 30000.25f);
}

TEST_CASE("every float is read as it was written") {
    const csv_folder folder;
    const table t = folder.read("feature_1,feature_2,feature_3,feature_4,activity\n"
                                "0.1,1.17549435e-38,3.4028235e38,-0.99999997,1\n");
    CHECK(t.values == std::vector<float>{0.1f, 1.17549435e-38f, 3.4028235e38f, -0.99999997f});
}

TEST_CASE("gzip is read like raw") {
    const temporary_folder folder;
    const table t = read_csv(folder.write("x.csv.gz", gzipped(bytes_of("feature_1,activity\n7,1\n"))));
    CHECK(t.values == std::vector<float>{7.0f});
}

TEST_CASE("xz is read where there is liblzma; cut, damaged and followed by rubbish, it is refused") {
    // "feature_1,activity\n7,1\n8,2\n" through xz -9
    const byte_vector xz{0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00, 0x00, 0x04, 0xe6, 0xd6, 0xb4, 0x46, 0x02, 0x00,
                         0x21, 0x01, 0x1c, 0x00, 0x00, 0x00, 0x10, 0xcf, 0x58, 0xcc, 0x01, 0x00, 0x1a, 0x66,
                         0x65, 0x61, 0x74, 0x75, 0x72, 0x65, 0x5f, 0x31, 0x2c, 0x61, 0x63, 0x74, 0x69, 0x76,
                         0x69, 0x74, 0x79, 0x0a, 0x37, 0x2c, 0x31, 0x0a, 0x38, 0x2c, 0x32, 0x0a, 0x00, 0x00,
                         0x9c, 0xee, 0x19, 0x02, 0x68, 0xde, 0xee, 0x06, 0x00, 0x01, 0x33, 0x1b, 0xf7, 0x19,
                         0x88, 0x5e, 0x1f, 0xb6, 0xf3, 0x7d, 0x01, 0x00, 0x00, 0x00, 0x00, 0x04, 0x59, 0x5a};
    const temporary_folder folder;
    const auto refusal = [&](const byte_vector& bytes) {
        return message_of<file_error>([&] { read_csv(folder.write("x.csv.xz", bytes)); });
    };
#ifdef STRATA_EXAMPLES_LZMA
    CHECK(read_csv(folder.write("x.csv.xz", xz)).labels == std::vector<int>{0, 1});
    for (std::size_t length = 6; length < xz.size(); ++length) {
        CAPTURE(length);
        CHECK(refusal({xz.begin(), xz.begin() + static_cast<std::ptrdiff_t>(length)})
                  .find("truncated xz data") != std::string::npos);
    }
    byte_vector damaged = xz;
    damaged[30] ^= 1;
    CHECK(refusal(damaged).find("corrupt xz data") != std::string::npos);
    byte_vector longer = xz;
    longer.insert(longer.end(), 16, 7);
    CHECK(refusal(longer).find("corrupt xz data, or bytes that follow its end") != std::string::npos);
#else
    CHECK(refusal(xz).find("built without liblzma") != std::string::npos);
#endif
}

TEST_CASE("refusals name line and column") {
    const csv_folder folder;
    const std::string header = "feature_1,feature_2,activity\n";
    CHECK(folder.refusal("") == "an empty file, expected the header feature_1,...,activity");
    CHECK(folder.refusal(header) == "no rows after the header, expected at least one");
    CHECK(folder.refusal("feature_1,feature_2\n1,2\n") ==
          "line 1, column 2: no label column: the header ends with \"feature_2\", expected \"activity\"");
    CHECK(folder.refusal("activity\n1\n") ==
          "line 1, column 1: the header has \"activity\", expected \"feature_1\"");
    CHECK(folder.refusal("feature_1,feature_3,activity\n") ==
          "line 1, column 2: the header has \"feature_3\", expected \"feature_2\"");
    CHECK(folder.refusal(header + "1,2,3\n1,2\n") ==
          "line 3, column 3: missing: the row has 2 columns, expected 3");
    CHECK(folder.refusal(header + "1,2,3,4\n") ==
          "line 2, column 4: one too many: the row has 4 columns, expected 3");
    CHECK(folder.refusal(header + "1,x2,3\n") == "line 2, column 2: \"x2\" is not a number, expected one");
    CHECK(folder.refusal(header + "1,2x,3\n") == "line 2, column 2: \"2x\" is not a number, expected one");
    CHECK(folder.refusal(header + "1, 2,3\n") == "line 2, column 2: \" 2\" is not a number, expected one");
    CHECK(folder.refusal(header + ",2,3\n") == "line 2, column 1: an empty field, expected a number");
    CHECK(folder.refusal(header + "nan,2,3\n") == "line 2, column 1: \"nan\", expected a finite number");
    CHECK(folder.refusal(header + "1,-inf,3\n") == "line 2, column 2: \"-inf\", expected a finite number");
    CHECK(folder.refusal(header + "1e39,2,3\n") ==
          "line 2, column 1: \"1e39\" does not fit a float, expected a number that does");
    for (const std::string label : {"0", "-1", "1001", "1.5", "", "walking", "99999999999999999999"}) {
        CHECK(folder.refusal(header + "1,2," + label + "\n") ==
              "line 2, column 3: label \"" + label + "\", expected an integer from 1 to 1000");
    }
    CHECK(folder.refusal(header + "1,2,3\n\n1,2,3\n") ==
          "line 3, column 1: an empty line, expected none before the end of the file");
}

TEST_CASE("a missing file, and one that is no text") {
    const csv_folder folder;
    CHECK(message_of<file_error>([&] { read_csv(folder / "none.csv"); }).find("none.csv: cannot be opened") !=
          std::string::npos);
    const byte_vector rubbish(1000, 7);
    CHECK(message_of<file_error>([&] {
              read_csv(folder.write("data.csv", rubbish));
          }).find("no label column") != std::string::npos);
}
