// Cutting a file into lines, and finding the words for a line that is wrong.
#include "support/data/text_lines.hpp"

#include "support/file.hpp"

#include <charconv>
#include <cmath>
#include <cstring>
#include <span>
#include <system_error>

namespace examples {
namespace {

constexpr std::size_t first_size = std::size_t{1} << 18;
// A file without line ends, a device for example, is not to fill the memory.
constexpr std::size_t longest_line = std::size_t{1} << 26;

std::string columns_text(std::size_t count) {
    return std::to_string(count) + (count == 1 ? " column" : " columns");
}

} // namespace

line_reader::line_reader(const std::filesystem::path& path)
    : path_{path}, reader_{path}, buffer_(first_size) {}

void line_reader::fail(const std::string& problem) const { throw file_error{path_, problem}; }

void line_reader::fail(std::size_t column, const std::string& problem) const {
    fail("line " + std::to_string(number_) + ", column " + std::to_string(column) + ": " + problem);
}

// Moves what is left to the front, and reads more behind it. False at the end of the file.
bool line_reader::refill() {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
    if (end_ == buffer_.size()) {
        if (end_ >= longest_line)
            fail("line " + std::to_string(number_ + 1) + " has more than 64 MiB, expected less");
        buffer_.resize(2 * end_);
    }
    const std::size_t count = reader_.read(std::span{buffer_}.subspan(end_));
    end_ += count;
    return count > 0;
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
    ++number_;
    if (length > 0 && start[length - 1] == '\r') --length;
    return std::string_view{start, length};
}

std::optional<std::string_view> line_reader::next() {
    auto line = next_or_empty();
    if (!line || !line->empty()) return line;
    const std::size_t first_empty = number_;
    while (line && line->empty()) line = next_or_empty();
    if (line) {
        number_ = first_empty;
        fail(1, "an empty line, expected none before the end of the file");
    }
    return std::nullopt;
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
    const char* const end = field.data() + field.size();
    int label = 0;
    const auto [at, error] = std::from_chars(field.data(), end, label);
    if (error != std::errc{} || at != end || label < 1 || label > largest_label) {
        lines.fail(column, "label " + in_quotes(field) + ", expected an integer from 1 to " +
                               std::to_string(largest_label));
    }
    return label;
}

void refuse_length(const line_reader& lines, std::size_t found, std::size_t expected) {
    const bool is_short = found < expected;
    lines.fail(is_short ? found + 1 : expected + 1, std::string{is_short ? "missing" : "one too many"} +
                                                        ": the row has " + columns_text(found) +
                                                        ", expected " + std::to_string(expected));
}

void append_numbers(const line_reader& lines, std::span<const std::string_view> fields, std::size_t expected,
                    std::vector<float>& values) {
    if (fields.size() != expected) refuse_length(lines, fields.size(), expected);
    const std::size_t before = values.size();
    values.resize(before + expected);
    for (std::size_t i = 0; i < expected; ++i) {
        const std::string_view field = fields[i];
        const char* const end = field.data() + field.size();
        float& value = values[before + i];
        const auto [at, error] = std::from_chars(field.data(), end, value);
        if (error == std::errc{} && at == end && std::isfinite(value)) continue;
        if (field.empty()) lines.fail(i + 1, "an empty field, expected a number");
        if (error == std::errc::result_out_of_range)
            lines.fail(i + 1, in_quotes(field) + " does not fit a float, expected a number that does");
        if (error != std::errc{} || at != end)
            lines.fail(i + 1, in_quotes(field) + " is not a number, expected one");
        lines.fail(i + 1, in_quotes(field) + ", expected a finite number");
    }
}

} // namespace examples
