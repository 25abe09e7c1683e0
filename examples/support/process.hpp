// Running another program: its input is given, what it prints is returned.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace examples {

/// How a program ended: its exit code, or 128 + the number of the signal that ended it.
struct process_result {
    int code = 0;
    std::string output{}; ///< what it wrote to standard output
    std::string errors{}; ///< and to standard error
};

/// Runs a program that is found in PATH, with its arguments, and waits for its end. It does not get the
/// signals that a terminal sends to this one. Throws std::system_error where it cannot be started.
process_result run_process(const std::vector<std::string>& command, std::string_view input);

} // namespace examples
