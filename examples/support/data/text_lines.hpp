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

/// Reads a file that may be compressed line by line, in memory for the longest line and a block.
class line_reader {
public:
    explicit line_reader(const std::filesystem::path& path);

    /// The next line without its LF or CRLF, valid until the next call; nothing at the end. Empty lines are
    /// passed over at the end of the file, and refused before it.
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
    bool refill();

    std::filesystem::path path_;
    byte_reader reader_;
    std::vector<std::uint8_t> buffer_;
    std::size_t begin_ = 0; // of what is in the buffer and has not been given yet
    std::size_t end_ = 0;
    std::size_t number_ = 0;
};

/// Every label of the readers is from 1 to this; a file of other numbers is hardly one of labels.
inline constexpr int largest_label = 1000;

/// The label in a field, from 1 to largest_label. Throws file_error.
int parse_label(const line_reader& lines, std::string_view field, std::size_t column);

/// Appends the numbers in `fields`, columns 1 to `expected` of the line, to `values`. Throws file_error for
/// another count of fields and for what is not a finite number that a float can hold.
void append_numbers(const line_reader& lines, std::span<const std::string_view> fields, std::size_t expected,
                    std::vector<float>& values);

/// Throws the error of a line that has another number of columns than expected.
[[noreturn]] void refuse_length(const line_reader& lines, std::size_t found, std::size_t expected);

/// The text in quotes for a message: cut where it is long, and with ? for what is not printable ASCII.
std::string in_quotes(std::string_view text);

} // namespace examples
