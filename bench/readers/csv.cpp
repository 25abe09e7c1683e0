// Reading a CSV as large as the activity data's (10299 rows of 561 features, 64 MiB) beside its floor: the
// same numbers, already in memory, through std::from_chars and nothing else.

#include "support/data/csv.hpp"

#include "strata/random/fill.hpp"

#include <benchmark/benchmark.h>

#include <charconv>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <unistd.h>

namespace {

constexpr std::size_t rows = 10299;
constexpr std::size_t features = 561;

/// The file, written once and removed at the end, and its text.
struct csv_file {
    std::filesystem::path path =
        std::filesystem::temp_directory_path() / ("strata-bench-" + std::to_string(::getpid()) + ".csv");
    std::string text;

    csv_file() {
        for (std::size_t f = 1; f <= features; ++f) text += "feature_" + std::to_string(f) + ",";
        text += "activity\n";
        std::vector<float> values(rows * features);
        strata::fill_uniform(values, -1.0f, 1.0f, strata::seed{1});
        char number[32];
        for (std::size_t i = 0; i < values.size(); ++i) {
            std::snprintf(number, sizeof number, "%.8g,", static_cast<double>(values[i]));
            text += number;
            if ((i + 1) % features == 0) text += std::to_string(1 + i / features % 6) + "\n";
        }
        std::ofstream{path, std::ios::binary} << text;
    }
    ~csv_file() { std::filesystem::remove(path); }

    static const csv_file& instance() {
        static const csv_file file;
        return file;
    }
};

void read_csv(benchmark::State& state) {
    const csv_file& file = csv_file::instance();
    for (auto _ : state) benchmark::DoNotOptimize(examples::read_csv(file.path));
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(file.text.size()));
}

void from_chars_alone(benchmark::State& state) {
    const csv_file& file = csv_file::instance();
    const char* const end = file.text.data() + file.text.size();
    for (auto _ : state) {
        double sum = 0;
        for (const char* at = file.text.data() + file.text.find('\n') + 1; at < end; ++at) {
            float value = 0;
            at = std::from_chars(at, end, value).ptr;
            sum += static_cast<double>(value);
        }
        benchmark::DoNotOptimize(sum);
    }
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(file.text.size()));
}

BENCHMARK(read_csv)->Unit(benchmark::kMillisecond);
BENCHMARK(from_chars_alone)->Unit(benchmark::kMillisecond);

} // namespace
