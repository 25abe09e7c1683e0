// Whole files, written so that a reader never meets half of one, and the exception that names the file at
// fault.
#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>

namespace examples {

/// What is wrong with a file. The message is "<path>: <what was found, and what was expected>".
class file_error : public std::runtime_error {
public:
    file_error(const std::filesystem::path& path, const std::string& problem)
        : std::runtime_error{path.string() + ": " + problem} {}
};

/// Writes `bytes` beside `path` under another name and renames that to `path`: it then holds all of them, or
/// what it held before, also where a signal of handle_signals comes in between. A device or a pipe is written
/// in place, since a rename would replace it. Throws file_error.
void write_file(const std::filesystem::path& path, std::string_view bytes);

/// Throws file_error where write_file would now, and leaves a file as it is: a file is written beside the
/// path and removed again. A device that is no terminal gets the end of a line, so that one without room is
/// found out; a pipe gets nothing.
void try_file(const std::filesystem::path& path);

/// Makes a folder, and those above it, where there is none. Throws file_error.
void make_folder(const std::filesystem::path& path);

} // namespace examples
