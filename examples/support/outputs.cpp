// Trying outputs, writing them, and asking standard output how it is.
#include "support/outputs.hpp"

#include "support/drawing/chart.hpp"
#include "support/interrupt.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <stdexcept>
#include <utility>

namespace examples {
namespace {

/// Lines of note_failure.
std::string& noted() {
    static std::string lines;
    return lines;
}

void append_line(std::string& lines, const std::string& what) { lines += (lines.empty() ? "" : "\n") + what; }

void start(const std::filesystem::path& metrics) {
    if (!metrics.empty()) try_file(metrics);
    if (const int error = flush_standard_output(); error > 0 && error != EPIPE)
        throw std::runtime_error{standard_output_message(error)};
    end_after_batch();
}

} // namespace

outputs::outputs(std::filesystem::path folder, std::vector<std::string> names, std::filesystem::path metrics)
    : folder_{std::move(folder)}, names_{std::move(names)}, metrics_{std::move(metrics)} {
    make_folder(folder_);
    for (const std::string& name : names_) try_file(folder_ / name);
    if (std::ranges::any_of(names_, [](const std::string& name) { return name.ends_with(".svg"); }))
        try_chart();
    start(metrics_);
}

outputs::outputs(std::filesystem::path metrics) : metrics_{std::move(metrics)} { start(metrics_); }

void outputs::write(std::string_view name, const std::function<void(const std::filesystem::path&)>& write) {
    if (std::ranges::find(names_, name) == names_.end())
        throw std::logic_error{std::string{name} + " was not tried before it is written"};
    attempt(folder_ / name, write);
}

void outputs::write_metrics(const std::function<void(const std::filesystem::path&)>& write) {
    if (!metrics_.empty()) attempt(metrics_, write);
}

void outputs::attempt(const std::filesystem::path& path,
                      const std::function<void(const std::filesystem::path&)>& write) {
    try {
        write(path);
    } catch (const file_error& error) {
        append_line(failures_, error.what());
    }
}

void outputs::finish() const {
    std::string all = failures_;
    if (!noted().empty()) append_line(all, noted());
    if (!all.empty()) throw std::runtime_error{all};
}

void note_failure(const std::string& what) {
    if (noted().find(what) != std::string::npos) return;
    append_line(noted(), what);
    std::fprintf(stderr, "%s; the training goes on\n", what.c_str());
}

int flush_standard_output() {
    // std::cout writes through stdout, and to flush it first would lose errno.
    errno = 0;
    const bool written = std::fflush(stdout) == 0;
    const int error = errno;
    std::cout.flush();
    if (written && std::ferror(stdout) == 0 && std::cout.good()) return 0;
    return error == 0 ? -1 : error;
}

std::string standard_output_message(int error) {
    return std::string{"standard output: cannot be written"} +
           (error < 0 ? "" : ": " + std::string{std::strerror(error)});
}

} // namespace examples
