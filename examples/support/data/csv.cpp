#include "support/data/csv.hpp"

#include "support/data/text_lines.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace examples {
namespace {

constexpr std::string_view label_name = "activity";

void split(std::string_view line, std::vector<std::string_view>& fields) {
    fields.clear();
    for (;;) {
        const std::size_t comma = line.find(',');
        fields.push_back(line.substr(0, comma));
        if (comma == std::string_view::npos) return;
        line.remove_prefix(comma + 1);
    }
}

// Returns how many features there are.
std::size_t read_header(line_reader& lines, std::vector<std::string_view>& names) {
    auto header = lines.next();
    if (!header) lines.fail("an empty file, expected the header feature_1,...,activity");
    // What some spreadsheets put before UTF-8.
    if (header->starts_with("\xef\xbb\xbf")) header->remove_prefix(3);
    split(*header, names);
    if (names.back() != label_name) {
        lines.fail(names.size(), "no label column: the header ends with " + in_quotes(names.back()) +
                                     ", expected " + in_quotes(label_name));
    }
    for (std::size_t i = 0; i + 1 < std::max<std::size_t>(names.size(), 2); ++i) {
        const std::string expected = "feature_" + std::to_string(i + 1);
        if (names[i] != expected)
            lines.fail(i + 1, "the header has " + in_quotes(names[i]) + ", expected " + in_quotes(expected));
    }
    return names.size() - 1;
}

} // namespace

table read_csv(const std::filesystem::path& path) {
    line_reader lines{path};
    std::vector<std::string_view> fields;
    table result{.name = "smartphone activity (" + path.filename().string() + ")"};
    result.features = read_header(lines, fields);
    while (const auto line = lines.next()) {
        split(*line, fields);
        if (fields.size() != result.features + 1) refuse_length(lines, fields.size(), result.features + 1);
        const std::string_view last = fields.back();
        fields.pop_back();
        append_numbers(lines, fields, result.features, result.values);
        const int label = parse_label(lines, last, result.features + 1);
        result.labels.push_back(label - 1);
        result.classes = std::max(result.classes, static_cast<std::size_t>(label));
        ++result.rows;
    }
    if (result.rows == 0) lines.fail("no rows after the header, expected at least one");
    return result;
}

} // namespace examples
