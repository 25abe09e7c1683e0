#include "support/data/uci.hpp"

#include "support/data/text_lines.hpp"
#include "support/file.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace examples {
namespace {

namespace fs = std::filesystem;

fs::path find_file(const fs::path& folder, const std::string& name) {
    for (const char* ending : {"", ".gz", ".xz"}) {
        fs::path path = folder / (name + ending);
        std::error_code ignored;
        if (fs::is_regular_file(path, ignored)) return path;
    }
    throw file_error{folder / name, "no such file, expected UCI's, raw or with .gz or .xz"};
}

void split(const line_reader& lines, std::string_view line, std::vector<std::string_view>& fields) {
    constexpr std::string_view blanks = " \t";
    fields.clear();
    for (;;) {
        const std::size_t start = line.find_first_not_of(blanks);
        if (start == line.npos) return;
        line.remove_prefix(start);
        const std::size_t length = std::min(line.find_first_of(blanks), line.size());
        add_field(lines, fields, line.substr(0, length));
        line.remove_prefix(length);
    }
}

void read_part(const fs::path& folder, const std::string& part, table& result) {
    line_reader rows{find_file(folder / part, "X_" + part + ".txt")};
    line_reader labels{find_file(folder / part, "y_" + part + ".txt")};
    std::vector<std::string_view> fields;
    const std::size_t rows_before = result.rows;
    while (const auto line = rows.next()) {
        split(rows, *line, fields);
        if (result.rows == 0) result.features = fields.size();
        append_numbers(rows, fields, result.features, result.values);
        ++result.rows;
        const auto label_line = labels.next();
        if (!label_line) {
            labels.fail("ends after " + std::to_string(labels.number()) +
                        " labels, expected one for each row of " + rows.path().string());
        }
        split(labels, *label_line, fields);
        const int label = parse_label(labels, fields.size() == 1 ? fields[0] : *label_line, 1);
        result.labels.push_back(label - 1);
        result.classes = std::max(result.classes, static_cast<std::size_t>(label));
    }
    if (result.rows == rows_before) rows.fail("an empty file, expected rows of numbers");
    if (labels.next()) {
        labels.fail(1, "one label too many: " + rows.path().string() + " has " +
                           std::to_string(result.rows - rows_before) + " rows");
    }
}

} // namespace

table read_uci(const fs::path& folder) {
    table result{.name = "smartphone activity (" + folder.filename().string() + ")"};
    read_part(folder, "train", result);
    read_part(folder, "test", result);
    return result;
}

} // namespace examples
