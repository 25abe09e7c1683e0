#include "support/data/csv.hpp"

#include "support/data/text_lines.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace examples {
namespace {

constexpr std::string_view label_name = "activity";

// The text without blanks and pairs of quotes around it: what is written "0.5", or """0.5""" where it was
// quoted twice, is 0.5.
std::string_view bare(std::string_view text) {
    text = trimmed(text);
    while (text.size() >= 2 && text.front() == '"' && text.back() == '"')
        text = trimmed(text.substr(1, text.size() - 2));
    return text;
}

std::string lower_case(std::string_view text) {
    std::string result{text};
    for (char& letter : result)
        if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
    return result;
}

// Where the first field of the line ends, if that is in quotes: after a quote that a separator or the line's
// end follows. Nothing if it is not in quotes, or these are not closed.
std::optional<std::size_t> end_of_quoted(std::string_view line, char separator) {
    const std::size_t start = line.find_first_not_of(' ');
    if (start == line.npos || line[start] != '"') return std::nullopt;
    for (std::size_t close = line.find('"', start + 1); close != line.npos;
         close = line.find('"', close + 1)) {
        const std::size_t behind = std::min(line.find_first_not_of(' ', close + 1), line.size());
        if (behind == line.size() || line[behind] == separator) return behind;
    }
    return std::nullopt;
}

void split(const line_reader& lines, std::string_view line, char separator,
           std::vector<std::string_view>& fields) {
    fields.clear();
    // A quote that is not closed has no partner in what follows either: looking again would take the square
    // of the line's length.
    bool may_be_quoted = line.find('"') != line.npos;
    for (;;) {
        std::size_t end = std::min(line.find(separator), line.size());
        std::string_view field = line.substr(0, end);
        if (may_be_quoted && trimmed(field).starts_with('"')) {
            if (const auto quoted = end_of_quoted(line, separator)) {
                end = *quoted;
                field = bare(line.substr(0, end));
            } else {
                may_be_quoted = false;
            }
        }
        add_field(lines, fields, field);
        if (end == line.size()) return;
        line.remove_prefix(end + 1);
    }
}

// What the header says of the columns: row numbers in front, as R and pandas write them, or none; the
// features; the label; and columns without a name behind it, as spreadsheets may leave them.
struct layout {
    char separator = ',';
    std::size_t columns = 0;
    std::size_t features = 0;
    bool has_row_numbers = false;

    [[nodiscard]] std::size_t label_column() const { return (has_row_numbers ? 1 : 0) + features; }
};

layout read_header(line_reader& lines) {
    const auto header = lines.next();
    if (!header) lines.fail("an empty file, expected the header feature_1,...,activity");
    layout result;
    const std::size_t separator = header->find_first_of(",;\t");
    if (separator != header->npos) result.separator = (*header)[separator];
    std::vector<std::string_view> names;
    split(lines, *header, result.separator, names);
    for (std::string_view& name : names) name = bare(name);
    result.columns = names.size();
    while (names.size() > 1 && names.back().empty()) names.pop_back();
    if (lower_case(names.back()) != label_name) {
        lines.fail(names.size(), "no label column: the header ends with " + in_quotes(names.back()) +
                                     ", expected " + in_quotes(label_name));
    }
    result.has_row_numbers = names.front().empty();
    const std::size_t first = result.has_row_numbers ? 1 : 0;
    names.pop_back();
    for (std::size_t i = first; i < std::max(names.size(), first + 1); ++i) {
        const std::string expected = "feature_" + std::to_string(i - first + 1);
        const std::string_view found = i < names.size() ? names[i] : label_name;
        if (lower_case(found) != expected)
            lines.fail(i + 1, "the header has " + in_quotes(found) + ", expected " + in_quotes(expected));
    }
    result.features = names.size() - first;
    return result;
}

} // namespace

table read_csv(const std::filesystem::path& path) {
    line_reader lines{path};
    table result{.name = "smartphone activity (" + path.filename().string() + ")"};
    const layout columns = read_header(lines);
    result.features = columns.features;
    const std::size_t label_column = columns.label_column();
    std::vector<std::string_view> fields;
    std::vector<float> row_number;
    while (const auto line = lines.next()) {
        split(lines, *line, columns.separator, fields);
        if (fields.size() != columns.columns) refuse_length(lines, fields.size(), columns.columns);
        for (std::size_t i = label_column + 1; i < fields.size(); ++i) {
            if (!trimmed(fields[i]).empty())
                lines.fail(i + 1, in_quotes(fields[i]) + " in a column without a name, expected nothing");
        }
        const std::span<const std::string_view> all{fields};
        if (columns.has_row_numbers) {
            row_number.clear();
            append_numbers(lines, all.first(1), 1, row_number);
        }
        append_numbers(lines, all.subspan(label_column - columns.features, columns.features),
                       columns.features, result.values, label_column - columns.features + 1);
        const int label = parse_label(lines, all[label_column], label_column + 1);
        result.labels.push_back(label - 1);
        result.classes = std::max(result.classes, static_cast<std::size_t>(label));
        ++result.rows;
    }
    if (result.rows == 0) lines.fail("no rows after the header, expected at least one");
    return result;
}

} // namespace examples
