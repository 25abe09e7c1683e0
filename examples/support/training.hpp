// What examples that train for long have in common: how many threads, and a checkpoint to go on from.
#pragma once

#include "strata/io/checkpoint.hpp"
#include "strata/parallel/team.hpp"
#include "support/command_line.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>

namespace examples {

/// Each batch is cut into so many: a part of the results, as the number of threads is not.
using training_shards = strata::shards<2>;

struct training_options {
    std::size_t threads = std::min(strata::available_cpus(), training_shards::count);
    std::filesystem::path checkpoint; ///< empty: none
    bool resume = false;

    void add_to(command_line& line) {
        line.add("--threads", threads, {1, training_shards::count},
                 "that train together; they change the time, and no result");
        line.add("--checkpoint", checkpoint, "file that keeps the training after every epoch");
        line.add("--resume", resume,
                 "goes on from --checkpoint, if that file is there, with the same results");
    }
    [[nodiscard]] strata::threads so_many() const { return {.count = threads}; }
    void print() const { std::printf("trained by %zu thread%s\n", threads, threads == 1 ? "" : "s"); }
};

/// One training of a program, in a file: `part` tells those of one program apart.
template <class Model, class Optimizer>
class kept_training {
public:
    kept_training(const training_options& options, const std::string& part, Model& net,
                  Optimizer& optimizer) {
        if (options.checkpoint.empty()) return;
        std::filesystem::path file = options.checkpoint;
        if (!part.empty())
            file.replace_filename(file.stem().string() + "-" + part + file.extension().string());
        if (!options.resume) std::filesystem::remove(file);
        file_.emplace(file.string(), net, optimizer);
    }
    [[nodiscard]] strata::training_callback<strata::fit_progress> hook() {
        if (!file_) return {};
        return [this](const strata::fit_progress& progress) { (*file_)(progress); };
    }
    [[nodiscard]] std::optional<strata::fit_state> restore() {
        return file_ ? file_->restore() : std::optional<strata::fit_state>{};
    }

private:
    using file_type = decltype(strata::checkpoint{std::declval<std::string>(), std::declval<Model&>(),
                                                  std::declval<Optimizer&>()});
    std::optional<file_type> file_;
};

} // namespace examples
