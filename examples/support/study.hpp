// What the programs with figures have in common: their options, and their pictures, charts and metrics.
#pragma once

#include "support/command_line.hpp"
#include "support/drawing/chart.hpp"
#include "support/drawing/tiles.hpp"
#include "support/environment.hpp"
#include "support/interrupt.hpp"
#include "support/json.hpp"
#include "support/kept_training.hpp"
#include "support/outputs.hpp"
#include "support/thread_choice.hpp"

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace examples {

/// Chance, where data are and where results go.
struct study_options {
    std::uint64_t seed = 0;
    std::size_t seeds = 1;
    std::filesystem::path data, out, json;
    checkpoint_choice kept;

    explicit study_options(const std::string& name) : out{"out/" + name} {}

    void add_data_to(command_line& line) {
        line.add_existing_folder("--data", data, "folder of MNIST's files");
    }
    /// --out and --json, and for those that train --checkpoint and --resume.
    void add_to(command_line& line) {
        line.add("--out", out, "folder for pictures and metrics");
        line.add("--json", json, "file for the metrics (default: metrics.json in --out)");
        kept.add_to(line);
    }
};

/// And of those that train in a team: all but `distributed`, whose threads are each rank's.
struct team_options : study_options {
    thread_choice team;

    using study_options::study_options;

    void add_to(command_line& line) {
        team.add_to(line);
        study_options::add_to(line);
    }
};

/// The files of a program: all are tried when it is made, as outputs says.
class study_files {
public:
    study_files(const study_options& options, std::vector<std::string> names)
        : folder_{options.out},
          files_{options.out, std::move(names),
                 options.json.empty() ? options.out / "metrics.json" : options.json} {
        options.kept.try_it();
    }

    void chart(const char* name, const examples::chart& drawing) {
        files_.write(name, [&](const auto& path) { write_chart(path, drawing); });
    }
    void tiles(const char* name, std::span<const tile_row> rows, const tile_options& look) {
        files_.write(name, [&](const auto& path) { draw_tiles(rows, look).write(path); });
    }
    /// Pictures of 28 by 28, `across` in a row, without captions.
    void sheet(const char* name, std::span<const float> pictures, std::size_t across,
               const tile_options& look) {
        std::vector<tile_row> rows;
        for (std::size_t i = 0; i < pictures.size() / 784; ++i) {
            if (i % across == 0) rows.emplace_back();
            rows.back().tiles.push_back({pictures.subspan(i * 784, 784)});
        }
        tiles(name, rows, look);
    }
    /// Writes the metrics with what they were measured on, says where everything is, and throws what could not be written.
    void finish(const nlohmann::ordered_json& metrics) {
        files_.write_metrics([&](const auto& path) { write_json(path, with_environment(metrics)); });
        std::printf("pictures and metrics: %s\n", std::filesystem::absolute(folder_).c_str());
        files_.finish();
    }

private:
    std::filesystem::path folder_;
    outputs files_;
};

/// A line of a chart over 1, 2, 3, ...
inline series counted(std::string name, std::vector<double> y) {
    std::vector<double> x(y.size());
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<double>(i + 1);
    return {std::move(name), std::move(x), std::move(y)};
}

} // namespace examples
