// In how many threads a program trains.
#pragma once

#include "strata/parallel/team.hpp"
#include "support/command_line.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdio>

namespace examples {

/// Each batch is cut into so many: a part of the results, as the number of threads is not.
using training_shards = strata::shards<2>;

struct thread_choice {
    std::size_t threads = std::min(strata::available_cpus(), training_shards::count);

    void add_to(command_line& line) {
        line.add("--threads", threads, {1, training_shards::count},
                 "that train together; they change the time, and no result");
    }
    [[nodiscard]] strata::threads so_many() const { return {.count = threads}; }
    void print() const { std::printf("trained by %zu thread%s\n", threads, threads == 1 ? "" : "s"); }
};

} // namespace examples
