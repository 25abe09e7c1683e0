// The CSV of features and activities: what is read, what is refused, and in which words.
#include "support/data/csv.hpp"
#include "support/file.hpp"

#include "memory.hpp"
#include "temporary_folder.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

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

constexpr const char* two_features = "feature_1,feature_2,activity\n";

} // namespace

TEST_CASE("features in rows, labels from 0, as many classes as the largest label says") {
    const csv_folder folder;
    const table t = folder.read("feature_1,feature_2,activity\n0.5,-1,1\n2e-3,0,3\n");
    CHECK(t.rows == 2);
    CHECK(t.features == 2);
    CHECK(t.classes == 3);
    CHECK(t.values == std::vector<float>{0.5f, -1.0f, 2e-3f, 0.0f});
    CHECK(t.labels == std::vector<int>{0, 2});
    CHECK(!t.stand_in);
    CHECK(t.name.find("data.csv") != std::string::npos);
}

TEST_CASE("any column count, CRLF, a byte order mark, empty lines at the end") {
    const csv_folder folder;
    CHECK(folder.read("feature_1,activity\n7,1\n").values == std::vector<float>{7.0f});
    CHECK(folder
              .read("\xef\xbb\xbf"
                    "feature_1,activity\r\n7,1\r\n8,2\r\n")
              .labels == std::vector<int>{0, 1});
    CHECK(folder.read("feature_1,activity\n7,1\n\n\n").rows == 1);
    CHECK(folder.read("feature_1,activity\r\n7,1\r\n  \r\n\r\n").rows == 1);
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
    // The same with a dictionary of 512 MiB, which no example's data need: a byte and its header's checksum.
    byte_vector wide = xz;
    wide[16] = 34;
    const uLong sum = crc32(0, wide.data() + 12, 8);
    for (std::size_t i = 0; i < 4; ++i) wide[20 + i] = static_cast<std::uint8_t>(sum >> 8 * i);
    CHECK(refusal(wide).find("more than 128 MiB of memory to decompress") != std::string::npos);
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
    CHECK(folder.refusal(header + "1,+-2,3\n") == "line 2, column 2: \"+-2\" is not a number, expected one");
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

TEST_CASE("numbers as other programs write them") {
    const csv_folder folder;
    const std::string smallest = "1.401298464324817e-45";
    const table t =
        folder.read("feature_1,feature_2,feature_3,feature_4,activity\n"
                    "1e-50,-1e-50,1e-400,0.00000000000000000000000000000000000000000000000000001,1\n"
                    " 0.5,0.5 ,  +0.5\t,+.5,1.0\n"
                    "\"0.5\",\"\"\"0.5\"\"\", \"0.5\" ,\" 0.5 \",\"2\"\n"
                    "5e-1,5E-01,5.000000000000000000e-01,+5e-001,+1.000000000000000000e+00\n"
                    "1e-40," +
                    smallest +
                    ",7e-46,1e-45,3\n"
                    "0,-0,0e999,+0.0e-999,1e0\n"
                    "1e-99999999999999999999,5.,00005,0.00001e5, 1\n");
    CHECK(t.values == std::vector<float>{0,    0,    0,    0,    0.5f, 0.5f, 0.5f,   0.5f,   0.5f, 0.5f,
                                         0.5f, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f, 1e-40f, 1e-45f, 0,    1e-45f,
                                         0,    0,    0,    0,    0,    5,    5,      1});
    CHECK(t.labels == std::vector<int>{0, 0, 1, 0, 2, 0, 0});
}

TEST_CASE("any number in any format is the float that strtof reads") {
    const csv_folder folder;
    std::uint64_t state = 11;
    const auto next = [&] {
        return state = state * 6364136223846793005u + 1442695040888963407u, state >> 33;
    };
    constexpr std::size_t rows = 4000;
    constexpr const char* formats[] = {"%.18e", "%.17g", "%.15g", "%.8g",  "%.9g",   "%f",   "%.60f",
                                       "%E",    "%+.7e", "% g",   "%#.3g", "%25.7e", "%-20g"};
    std::string text = "feature_1,feature_2,feature_3,activity\n";
    std::vector<float> expected;
    for (std::size_t i = 0; i < 3 * rows; ++i) {
        char number[512];
        do {
            double value = std::ldexp(static_cast<double>(next()), static_cast<int>(next() % 260) - 200);
            if (next() % 4 == 0) value = std::ldexp(value, -150);
            if (next() % 2 == 0) value = -value;
            std::snprintf(number, sizeof number, formats[next() % std::size(formats)], value);
        } while (!std::isfinite(std::strtof(number, nullptr)));
        expected.push_back(std::strtof(number, nullptr));
        const bool quoted = next() % 3 == 0;
        text += (quoted ? "\"" : "") + std::string{number} + (quoted ? "\"," : ",");
        if (i % 3 == 2) text += std::to_string(1 + next() % 6) + (next() % 2 == 0 ? "\r\n" : ".0\n");
    }
    const table t = folder.read(text);
    REQUIRE(t.values.size() == expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
        CAPTURE(i);
        REQUIRE(t.values[i] == expected[i]);
    }
}

TEST_CASE("tables as R, pandas and spreadsheets write them") {
    const csv_folder folder;
    const std::vector<std::string> texts{
        // pandas: to_csv, and with index=False
        ",feature_1,feature_2,activity\n0,0.5,-1e-05,5\n1,0.25,3.0,6\n",
        "feature_1,feature_2,Activity\n0.5,-1e-05,5.0\n0.25,3.0,6.0\n",
        // R: write.csv, and with row.names = FALSE, and write.table with tabs
        "\"\",\"feature_1\",\"feature_2\",\"activity\"\n\"1\",0.5,-1e-05,5\n\"7353\",0.25,3,6\n",
        "\"feature_1\",\"feature_2\",\"activity\"\n0.5,-1e-05,\"5\"\n0.25,3,\"6\"\n",
        "feature_1\tfeature_2\tactivity\n0.5\t-1e-05\t5\n0.25\t3\t6\n",
        // numpy.savetxt
        "feature_1,feature_2,activity\n5.000000000000000000e-01,-1.000000000000000082e-05,5."
        "000000000000000000e+00\n"
        "2.500000000000000000e-01,3.000000000000000000e+00,6.000000000000000000e+00\n",
        // Spreadsheets
        "\xef\xbb\xbf"
        "feature_1,feature_2,activity\r\n0.5,-1.00E-05,5\r\n0.25,3,6\r\n",
        "Feature_1;Feature_2;ACTIVITY\r\n0.5;-0.00001;5\r\n0.25;3;6\r\n\r\n",
        "feature_1,feature_2,activity,,\r\n0.5,-0.00001,5,,\r\n0.25,3,6,, \r\n",
        "feature_1, feature_2, activity\n  0.50000, -1e-05, 5\n  0.25000,  3e+00, 6\n",
        // The last line end was CRLF.
        "feature_1,feature_2,activity\r\n0.5,-1e-05,5\r\n0.25,3,6\r",
    };
    for (const std::string& text : texts) {
        CAPTURE(text);
        table t;
        REQUIRE(message_of<file_error>([&] { t = folder.read(text); }) == "(no exception)");
        CHECK(t.features == 2);
        CHECK(t.values == std::vector<float>{0.5f, -1e-05f, 0.25f, 3.0f});
        CHECK(t.labels == std::vector<int>{4, 5});
    }
}

TEST_CASE("what cannot be meant is refused with its line and column") {
    const csv_folder folder;
    const std::string not_one = " is not a number, expected one";
    const std::vector<std::pair<std::string, std::string>> fields{
        {"1e50", "does not fit a float"},
        {"-1e39", "does not fit a float"},
        {"3.5e38", "does not fit a float"},
        {"1e400", "does not fit a float"},
        {"100000000000000000000000000000000000000000", "does not fit a float"},
        {"0.1e1000", "does not fit a float"},
        {"1e99999999999999999999", "does not fit a float"},
        {"NaN", "expected a finite number"},
        {"nan", "expected a finite number"},
        {"-inf", "expected a finite number"},
        {"Infinity", "expected a finite number"},
        {"", "an empty field"},
        {"  ", "an empty field"},
        {"\"\"", "an empty field"},
        {"NA", not_one},
        {"NULL", not_one},
        {"#N/A", not_one},
        {"0x10", not_one},
        {"0x1p3", not_one},
        {"0b1", not_one},
        {"1_000", not_one},
        {"1 000", not_one},
        {"\"0,5\"", "has a comma"},
        {"\"1,234.5\"", "has a comma"},
        {"--1", not_one},
        {"+-1", not_one},
        {"-+1", not_one},
        {"++1", not_one},
        {"1e", not_one},
        {"e5", not_one},
        {".", not_one},
        {"+", not_one},
        {"-", not_one},
        {"1.2.3", not_one},
        {"1e5.0", not_one},
        {"5%", not_one},
        {"$5", not_one},
        {"1f", not_one},
        {"1d5", not_one},
        {"\"0.5", not_one},
        {"0.5\"", not_one},
        {"'0.5'", not_one},
        {"\xe2\x88\x92"
         "1",
         not_one},
        {"\xc2\xa0"
         "1",
         not_one},
        {"TRUE", not_one},
        {"=1", not_one},
        {std::string(1, '\0'), not_one},
        {"1\r0", not_one}};
    for (const auto& [field, words] : fields) {
        CAPTURE(field);
        const std::string first = folder.refusal(two_features + ("1,2,3\n" + field + ",2,3\n"));
        CHECK(first.starts_with("line 3, column 1: "));
        CHECK(first.find(words) != std::string::npos);
        const std::string second = folder.refusal(two_features + ("1," + field + ",3\n"));
        CHECK(second.starts_with("line 2, column 2: "));
        CHECK(second.find(words) != std::string::npos);
        if (field.find(',') == std::string::npos)
            CHECK(folder.refusal(two_features + ("1,2," + field + "\n"))
                      .starts_with("line 2, column 3: label "));
    }
    CHECK(folder.refusal("feature_1;feature_2;activity\n0.5;0,5;1\n") ==
          "line 2, column 2: \"0,5\" has a comma, expected a decimal point");
    CHECK(folder.refusal(",feature_1,activity\nx,7,1\n")
              .starts_with("line 2, column 1: \"x\" is not a number"));
    CHECK(folder.refusal(",feature_1,activity\n0,x,1\n")
              .starts_with("line 2, column 2: \"x\" is not a number"));
    CHECK(folder.refusal(",feature_1,activity\n0,7,x\n").starts_with("line 2, column 3: label \"x\""));
    CHECK(folder.refusal(",activity\n0,1\n").starts_with("line 1, column 2: the header has \"activity\""));
    CHECK(folder.refusal("feature_1,activity,\n7,1,5\n")
              .starts_with("line 2, column 3: \"5\" in a column without"));
    CHECK(folder.refusal("feature_1,activity\n7,1,\n").starts_with("line 2, column 3: one too many"));
    CHECK(folder
              .refusal(std::string("\xff\xfe"
                                   "f\0,\0\n\0",
                                   8))
              .starts_with("text in UTF-16"));
    for (const std::string label :
         {"1.5", "0.0", "1e3.0", "1001", "1e4", "-1.0", "1e-50", "0.9999999999999999"})
        CHECK(folder.refusal(two_features + ("1,2," + label + "\n")).starts_with("line 2, column 3: label "));
}

TEST_CASE("a raw file that was cut gives its whole lines or is refused; a compressed one is refused") {
    const csv_folder folder;
    const std::string text = "feature_1,feature_2,activity\n0.125,-17e-1,12\n0.375,22,13\n";
    const table whole = folder.read(text);
    for (std::size_t size = 0; size < text.size(); ++size) {
        CAPTURE(size);
        table t;
        const std::string problem = message_of<file_error>([&] { t = folder.read(text.substr(0, size)); });
        if (problem == "(no exception)") {
            CHECK(text[size - 1] == '\n');
            CHECK(std::equal(t.values.begin(), t.values.end(), whole.values.begin()));
        } else {
            CHECK(problem.starts_with((folder / "data.csv").string() + ": "));
        }
    }
    CHECK(folder.refusal("feature_1,activity\n7,1\n7,12") ==
          "line 3: the file ends within this line, it seems to be cut off; expected a line end behind it");
    CHECK(folder.refusal("feature_1,feature_2,activity\n7,1,2\n7,12") ==
          "line 3, column 3: missing: the row has 2 columns, expected 3; the file ends within this line, it "
          "seems to "
          "be cut off");
    // What gzip closes is whole without a line end too.
    const byte_vector packed = gzipped(bytes_of(text.substr(0, text.size() - 1)));
    CHECK(read_csv(folder.write("x.gz", packed)).labels == whole.labels);
    for (std::size_t size = 0; size < packed.size(); ++size)
        CHECK_THROWS_AS(read_csv(folder.write(
                            "x.gz", {packed.begin(), packed.begin() + static_cast<std::ptrdiff_t>(size)})),
                        file_error);
}

TEST_CASE("any byte changed: a table of the same shape, or a file_error") {
    const csv_folder folder;
    const std::string text =
        ",feature_1,\"feature_2\",activity\r\n1,\"0.125\",-17e-1,2\r\n2, 0.375,+22,1.0\r\n";
    const byte_vector packed = gzipped(bytes_of(text));
    for (std::size_t index = 0; index < text.size(); ++index) {
        for (const char byte : std::string_view{"\0\n\r \",;\t.+-09ex\xff", 16}) {
            std::string changed = text;
            changed[index] = byte;
            CAPTURE(index);
            CAPTURE(byte);
            table t;
            const std::string problem = message_of<file_error>([&] { t = folder.read(changed); });
            if (problem == "(no exception)") {
                CHECK(t.values.size() == t.rows * t.features);
                CHECK(t.labels.size() == t.rows);
            } else {
                CHECK(problem.starts_with((folder / "data.csv").string() + ": "));
            }
        }
    }
    for (std::size_t index = 0; index < packed.size(); ++index) {
        for (const unsigned mask : {0x01u, 0x10u, 0xffu}) {
            byte_vector changed = packed;
            changed[index] = static_cast<std::uint8_t>(changed[index] ^ mask);
            std::vector<float> found{0.125f, -1.7f, 0.375f, 22};
            message_of<file_error>([&] { found = read_csv(folder.write("x.gz", changed)).values; });
            CHECK(found == std::vector<float>{0.125f, -1.7f, 0.375f, 22});
        }
    }
}

TEST_CASE(
    "small compressed files that become large are refused, in memory for several times the activity data") {
    const csv_folder folder;
    const auto peak = [&](const std::string& begin, const std::string& filling, std::size_t count,
                          const std::string& words) {
        const auto path = folder.write("bomb.csv.gz", gzip_bomb(bytes_of(begin), filling, count));
        return peak_mebibytes([&] {
            const std::string text = message_of<file_error>([&] { read_csv(path); });
            if (text.find(words) == std::string::npos) throw std::runtime_error{text};
        });
    };
    CHECK(peak("feature_1,activity\n", "0", 400, "line 2 has more than 2 MiB") < 32);
    CHECK(peak("feature_1,activity\n", ",", 400, "line 2 has more than 2 MiB") < 32);
    CHECK(peak("feature_1,activity\n", std::string(65536, ',') + "\n", 1, "more than 65536 columns") < 32);
    CHECK(peak("", ",", 400, "line 1 has more than 2 MiB") < 32);
    CHECK(peak("feature_1,activity\n7,1\n", "\n", 400, "more than 1048576 lines") < 32);
    CHECK(peak("feature_1,activity\n", "7,1\n", 8, "more than 1048576 lines") < 32);
    std::string header;
    std::string row;
    for (int i = 1; i <= 1000; ++i) {
        header += "feature_" + std::to_string(i) + ",";
        row += "0,";
    }
    CHECK(peak(header + "activity\n", row + "1\n", 70, "more than 16777216 numbers") < 256);
    // Quotes that never close do not take the square of the line's length.
    std::string open;
    while (open.size() < (std::size_t{1} << 19)) open += "\"x,";
    CHECK(folder.refusal(open + "\n").find("more than 65536 columns") != std::string::npos);
}
