// The lines of a text file one after another, and errors that say where in the file they are.
#pragma once

#include "support/data/byte_reader.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace examples {

/// What a text file may have at most: a multiple of what the activity data has (562 columns, 10300 lines, 5.8
/// million numbers), and so little that a file made to be large, which compresses to nearly nothing, is
/// refused before it takes 160 MiB.
struct text_limits {
    static constexpr std::size_t line_bytes = std::size_t{1} << 21;
    static constexpr std::size_t columns = std::size_t{1} << 16;
    static constexpr std::size_t lines = std::size_t{1} << 20;
    static constexpr std::size_t numbers = std::size_t{1} << 24;
};

/// Reads a file that may be compressed line by line, in memory for the longest line and a block. A byte order
/// mark of UTF-8 is passed over. UTF-16 and lines that are too long or too many are refused.
///
/// A raw file whose last line has no line end may have been cut off within it, and a number that was cut is
/// another number: that line is given, so that its other faults are found, and next then throws. A compressed
/// file shows where it ends, and its last line needs no line end.
class line_reader {
public:
    explicit line_reader(const std::filesystem::path& path);

    /// The next line without its LF or CRLF, valid until the next call; nothing at the end. Empty lines, of
    /// blanks too, are passed over at the end of the file, and refused before it.
    std::optional<std::string_view> next();

    /// Counted from 1, the number of the line that next gave last.
    [[nodiscard]] std::size_t number() const { return number_; }

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

    /// Throws "<path>: <problem>".
    [[noreturn]] void fail(const std::string& problem) const;

    /// Throws "<path>: line <number>, column <column>: <problem>". Columns are the fields of a line, from 1.
    [[noreturn]] void fail(std::size_t column, const std::string& problem) const;

private:
    std::optional<std::string_view> next_or_empty();
    std::string_view without_mark(std::string_view line) const;
    bool refill();

    std::filesystem::path path_;
    byte_reader reader_;
    std::vector<std::uint8_t> buffer_;
    std::size_t begin_ = 0; // of what is in the buffer and has not been given yet
    std::size_t end_ = 0;
    std::size_t number_ = 0;
    bool cut_ = false; // the last line may be
};

/// Every label of the readers is from 1 to this; a file of other numbers is hardly one of labels.
inline constexpr int largest_label = 1000;

/// The label in a field, from 1 to largest_label, however that number is written: 3, +3, 3.0, 3.000e+00.
/// Throws file_error.
int parse_label(const line_reader& lines, std::string_view field, std::size_t column);

/// Appends the numbers in `fields`, which are the line's columns from `first_column` on, to `values`. Each is
/// the float nearest to what is written: decimal digits, with a point, a sign and an exponent as one likes,
/// blanks around; what is nearer to 0 than any other float is 0. Throws file_error for another count of
/// fields than `expected`, for what is not a finite number that a float can hold, and for more than
/// text_limits::numbers.
void append_numbers(const line_reader& lines, std::span<const std::string_view> fields, std::size_t expected,
                    std::vector<float>& values, std::size_t first_column = 1);

/// Throws the error of a line that has another number of columns than expected.
[[noreturn]] void refuse_length(const line_reader& lines, std::size_t found, std::size_t expected);

/// Adds a field to those of the line. Throws file_error for more than text_limits::columns.
void add_field(const line_reader& lines, std::vector<std::string_view>& fields, std::string_view field);

/// The text without blanks and tabs at its ends.
std::string_view trimmed(std::string_view text);

/// The text in quotes for a message: cut where it is long, and with ? for what is not printable ASCII.
std::string in_quotes(std::string_view text);

} // namespace examples
