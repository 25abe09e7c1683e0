// What a program will write: tried before it computes anything, then written one after the other.
#pragma once

#include "support/file.hpp"

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace examples {

/// A folder, the files that will be written into it, and a file of metrics anywhere.
class outputs {
public:
    /// Makes the folder, tries every file (try_file), gnuplot if there is a name in .svg, and standard
    /// output, and begins end_after_batch: make it when the data is read and what there was to say is
    /// printed, before training. `metrics` may be empty, for none. Throws file_error, and std::runtime_error
    /// as try_chart. A pipe at standard output that nobody reads any more is no reason to end: its files are
    /// still wanted.
    outputs(std::filesystem::path folder, std::vector<std::string> names, std::filesystem::path metrics);

    /// Files alone, in folders that exist.
    explicit outputs(std::filesystem::path metrics);

    /// Calls `write` with the path of one of the names. A file_error that it throws is kept for finish, so
    /// that the other files are still written. Throws std::logic_error for a name that was not tried.
    void write(std::string_view name, const std::function<void(const std::filesystem::path&)>& write);

    /// The same for the file of metrics; nothing, if there is none.
    void write_metrics(const std::function<void(const std::filesystem::path&)>& write);

    /// Throws std::runtime_error with what could not be written, if anything, note_failure's included.
    void finish() const;

private:
    void attempt(const std::filesystem::path& path,
                 const std::function<void(const std::filesystem::path&)>& write);

    std::filesystem::path folder_;
    std::vector<std::string> names_;
    std::filesystem::path metrics_;
    std::string failures_;
};

/// What could not be written while a program computes, which goes on: said on standard error at once, the same only once, and by
/// finish.
void note_failure(const std::string& what);

/// Writes what still waits for standard output. Returns 0 if all that was ever printed could be written, else
/// errno, or -1 where it is not known any more.
int flush_standard_output();

/// "standard output: cannot be written: No space left on device", of what flush_standard_output returned.
std::string standard_output_message(int error);

} // namespace examples
