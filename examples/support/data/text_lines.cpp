// Cutting a file into lines, and finding the words for a line that is wrong.
#include "support/data/text_lines.hpp"

#include "support/file.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <span>
#include <system_error>

namespace examples {
namespace {

constexpr std::size_t first_size = std::size_t{1} << 18;

std::string columns_text(std::size_t count) {
    return std::to_string(count) + (count == 1 ? " column" : " columns");
}

// What tells a number too small for its type from one too large: whether it is below 1, whatever its sign.
bool is_below_one(std::string_view number) {
    const std::size_t mark = std::min(number.find_first_of("eE"), number.size());
    const std::string_view digits = number.substr(0, mark);
    const auto point = static_cast<std::ptrdiff_t>(std::min(digits.find('.'), digits.size()));
    const auto first = static_cast<std::ptrdiff_t>(digits.find_first_of("123456789"));
    // Of a first digit that stands just before the point it is 1.
    std::ptrdiff_t magnitude = first < point ? point - first : point - first + 1;
    if (mark < number.size()) {
        const bool negative = number[mark + 1] == '-';
        const bool has_sign = negative || number[mark + 1] == '+';
        const char* const end = number.data() + number.size();
        std::ptrdiff_t exponent = 0;
        if (std::from_chars(number.data() + mark + 1 + (has_sign ? 1 : 0), end, exponent).ec != std::errc{})
            return negative;
        magnitude += negative ? -exponent : exponent;
    }
    return magnitude <= 0;
}

// The number in a field; what is wrong with it, if it has none.
template <class Real>
std::optional<std::string> parse(std::string_view field, Real& value) {
    std::string_view text = trimmed(field);
    // from_chars takes no plus sign.
    if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
    const char* const end = text.data() + text.size();
    const auto [at, error] = std::from_chars(
        text.data(), end, value); // NOLINT(bugprone-suspicious-stringview-data-usage): up to end
    if (at == end && error == std::errc{} && std::isfinite(value)) return std::nullopt;
    if (at == end && error == std::errc::result_out_of_range) {
        if (!is_below_one(text))
            return in_quotes(field) + " does not fit a float, expected a number that does";
        value = text[0] == '-' ? Real{-0.0} : Real{0};
        return std::nullopt;
    }
    if (text.empty()) return "an empty field, expected a number";
    if (at == end && error == std::errc{}) return in_quotes(field) + ", expected a finite number";
    if (at != end && *at == ',') return in_quotes(field) + " has a comma, expected a decimal point";
    return in_quotes(field) + " is not a number, expected one";
}

} // namespace

line_reader::line_reader(const std::filesystem::path& path)
    : path_{path}, reader_{path}, buffer_(first_size) {}

void line_reader::fail(const std::string& problem) const { throw file_error{path_, problem}; }

void line_reader::fail(std::size_t column, const std::string& problem) const {
    fail("line " + std::to_string(number_) + ", column " + std::to_string(column) + ": " + problem +
         (cut_ ? "; the file ends within this line, it seems to be cut off" : ""));
}

// Moves what is left to the front, and reads more behind it. False at the end of the file.
bool line_reader::refill() {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
    if (end_ == buffer_.size()) {
        if (end_ >= text_limits::line_bytes) {
            fail("line " + std::to_string(number_ + 1) + " has more than " +
                 std::to_string(text_limits::line_bytes >> 20) + " MiB, expected less");
        }
        buffer_.resize(2 * end_);
    }
    const std::size_t count = reader_.read(std::span{buffer_}.subspan(end_));
    end_ += count;
    return count > 0;
}

std::string_view line_reader::without_mark(std::string_view line) const {
    if (line.starts_with("\xff\xfe") || line.starts_with("\xfe\xff"))
        fail("text in UTF-16, expected UTF-8 (a spreadsheet offers both)");
    if (line.starts_with("\xef\xbb\xbf")) line.remove_prefix(3);
    return line;
}

std::optional<std::string_view> line_reader::next_or_empty() {
    std::size_t searched = 0;
    const void* found = nullptr;
    while ((found = std::memchr(buffer_.data() + begin_ + searched, '\n', end_ - begin_ - searched)) ==
           nullptr) {
        searched = end_ - begin_;
        if (!refill()) break;
    }
    const char* const start = reinterpret_cast<const char*>(buffer_.data()) + begin_;
    std::size_t length = end_ - begin_;
    if (found != nullptr) {
        length = static_cast<std::size_t>(static_cast<const char*>(found) - start);
        begin_ += length + 1;
    } else {
        if (length == 0) return std::nullopt;
        begin_ = end_;
    }
    if (number_ == text_limits::lines)
        fail("more than " + std::to_string(text_limits::lines) + " lines, expected fewer");
    ++number_;
    const bool has_return = length > 0 && start[length - 1] == '\r';
    cut_ = found == nullptr && !has_return && !reader_.marks_its_end();
    const std::string_view line{start, length - (has_return ? 1 : 0)};
    return number_ == 1 ? without_mark(line) : line;
}

std::optional<std::string_view> line_reader::next() {
    const auto is_empty = [](std::string_view line) { return line.find_first_not_of(' ') == line.npos; };
    if (cut_) {
        fail("line " + std::to_string(number_) +
             ": the file ends within this line, it seems to be cut off; expected a line end behind it");
    }
    auto line = next_or_empty();
    if (!line || cut_ || !is_empty(*line)) return line;
    const std::size_t first_empty = number_;
    while (line && !cut_ && is_empty(*line)) line = next_or_empty();
    if (line) {
        number_ = first_empty;
        fail(1, "an empty line, expected none before the end of the file");
    }
    return std::nullopt;
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

std::string in_quotes(std::string_view text) {
    constexpr std::size_t most = 40;
    std::string result = "\"";
    for (const char letter : text.substr(0, most)) {
        result += letter >= ' ' && letter <= '~' ? letter : '?';
    }
    return result + (text.size() > most ? "...\"" : "\"");
}

int parse_label(const line_reader& lines, std::string_view field, std::size_t column) {
    double label = 0;
    if (parse(field, label) || label != std::floor(label) || label < 1 || label > largest_label) {
        lines.fail(column, "label " + in_quotes(field) + ", expected an integer from 1 to " +
                               std::to_string(largest_label));
    }
    return static_cast<int>(label);
}

void add_field(const line_reader& lines, std::vector<std::string_view>& fields, std::string_view field) {
    if (fields.size() == text_limits::columns) {
        lines.fail(fields.size() + 1,
                   "more than " + std::to_string(text_limits::columns) + " columns, expected fewer");
    }
    fields.push_back(field);
}

void refuse_length(const line_reader& lines, std::size_t found, std::size_t expected) {
    const bool is_short = found < expected;
    lines.fail(is_short ? found + 1 : expected + 1, std::string{is_short ? "missing" : "one too many"} +
                                                        ": the row has " + columns_text(found) +
                                                        ", expected " + std::to_string(expected));
}

void append_numbers(const line_reader& lines, std::span<const std::string_view> fields, std::size_t expected,
                    std::vector<float>& values, std::size_t first_column) {
    if (fields.size() != expected) refuse_length(lines, fields.size(), expected);
    const std::size_t before = values.size();
    if (expected > text_limits::numbers - before) {
        lines.fail("line " + std::to_string(lines.number()) + ": more than " +
                   std::to_string(text_limits::numbers) + " numbers, expected fewer");
    }
    values.resize(before + expected);
    for (std::size_t i = 0; i < expected; ++i)
        if (const auto problem = parse(fields[i], values[before + i])) lines.fail(first_column + i, *problem);
}

} // namespace examples
