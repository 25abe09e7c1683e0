// What the programs on the activity data have in common: where it is, and networks of its width.
#pragma once

#include "networks/activity.hpp"
#include "support/command_line.hpp"
#include "support/data/activity.hpp"

#include <filesystem>

namespace examples {

inline void add_activity_data(command_line& line, std::filesystem::path& data) {
    line.add_existing("--data", data, "the activity data: a .csv, .csv.gz or .csv.xz, or UCI's folder");
}

/// Reads the options and the data (see load_activity_or_digits), calls run.template operator()<Features>(data), and gives main's
/// return value.
template <class Run>
int run_on_activity(command_line& line, int argc, char** argv, const std::filesystem::path& chosen,
                    const std::filesystem::path& embedded, const Run& run) {
    return line.run(argc, argv, [&] {
        const split_table data = load_activity_or_digits(chosen, embedded);
        with_width(data.all.features,
                   [&]<std::size_t Features>() { run.template operator()<Features>(data); });
    });
}

} // namespace examples
