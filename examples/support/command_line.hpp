// The command line of an example: every option is read and checked before anything is computed, and what is
// refused is refused with the option's name and range.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace examples {

/// `--seed: "-1", expected a whole number from 0 to 18446744073709551615`.
class option_error : public std::runtime_error {
public:
    option_error(const std::string& option, std::string_view found, const std::string& expected)
        : std::runtime_error{option + ": \"" + std::string{found} + "\", expected " + expected} {}
};

/// Whole numbers that an option takes, the ends included.
struct whole_range {
    std::uint64_t least = 0;
    std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
};

/// Decimal numbers that an option takes, the ends included.
struct real_range {
    double least;
    double most;
};

/// How many of something that the data has, known only when the data is read.
struct count_of_data {
    std::size_t value;
    std::size_t least = 1;
    bool given = false; ///< on the command line
    std::string option{};

    /// The value; as many as there are, where the user has not asked for more. Throws option_error where the
    /// user has.
    [[nodiscard]] std::size_t within(std::size_t available, const std::string& of_what) const;
};

/// Whole numbers are read as whole_number does, others as real_number does; empty paths are refused.
class command_line {
public:
    command_line(std::string program, std::string description);
    ~command_line();
    command_line(const command_line&) = delete;
    command_line& operator=(const command_line&) = delete;

    /// What a variable has now is the option's default. `option` is its name with the dashes.
    void add(const std::string& option, std::size_t& value, whole_range range, const std::string& help);
    void add(const std::string& option, count_of_data& value, whole_range range, const std::string& help);
    void add(const std::string& option, std::vector<std::size_t>& values, whole_range range,
             const std::string& help);
    void add(const std::string& option, float& value, real_range range, const std::string& help);
    void add(const std::string& option, bool& value, const std::string& help);
    void add(const std::string& option, std::string& value, const std::vector<std::string>& choices,
             const std::string& help);

    /// A path that is written to.
    void add(const std::string& option, std::filesystem::path& value, const std::string& help);

    /// The same, which may not be that of a folder, a device or a pipe.
    void add_file(const std::string& option, std::filesystem::path& value, const std::string& help);

    /// A path that must be there.
    void add_existing(const std::string& option, std::filesystem::path& value, const std::string& help);
    void add_existing_folder(const std::string& option, std::filesystem::path& value,
                             const std::string& help);

    /// --seed, alone.
    void add_seed(std::uint64_t& seed, const std::string& help);

    /// --seed and --seeds: the first seed, at most `most`, and how many; the last one is `most` at most, too.
    void add_seeds(std::uint64_t& first, std::size_t& count,
                   std::uint64_t most = std::numeric_limits<std::uint64_t>::max());

    /// An option that says nothing without another one is refused where that is not given.
    void needs(const std::string& option, const std::string& other);

    /// Printed below the options.
    void footer(const std::string& text);

    /// Whether an option was on the command line.
    [[nodiscard]] bool given(const std::string& option) const;

    /// Reads the options, calls `program`, and gives main's return value. Errors are printed as
    /// "<program>: <what>" and give 1, refused options 105 or what CLI11 has for them. After an interrupting
    /// signal (handle_signals) it is 128 + the signal's number. Output that could not be written gives 1.
    int run(int argc, char** argv, const std::function<void()>& program);

private:
    struct implementation;

    int read_and_run(int argc, char** argv, const std::function<void()>& program);

    std::unique_ptr<implementation> all_;
};

} // namespace examples
