// The lines of the progress display, and what standard output is.
#include "support/progress.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <utility>

#include <sys/ioctl.h>
#include <unistd.h>

namespace examples {
namespace {

constexpr double seconds_between_drawings = 0.05;

std::string time_text(double seconds) {
    if (!std::isfinite(seconds)) return "?";
    const auto whole = static_cast<unsigned long long>(std::llround(std::clamp(seconds, 0.0, 1e9)));
    char text[32];
    if (whole < 3600) {
        std::snprintf(text, sizeof text, "%llu:%02llu", whole / 60, whole % 60);
    } else {
        std::snprintf(text, sizeof text, "%llu:%02llu:%02llu", whole / 3600, whole / 60 % 60, whole % 60);
    }
    return text;
}

std::string loss_text(double loss) {
    // Without the sign that 0 / 0 has on some machines.
    if (std::isnan(loss)) return "nan";
    const double size = std::abs(loss);
    const bool plain = size == 0 || (size >= 1e-3 && size < 1e4) || !std::isfinite(loss);
    char text[32];
    std::snprintf(text, sizeof text, plain ? "%.4f" : "%.3e", loss);
    return text;
}

// "epoch  3/25", the first number as wide as the last.
std::string epoch_text(std::size_t epoch, std::size_t epochs) {
    const std::string last = std::to_string(epochs);
    std::string text = std::to_string(epoch);
    text.insert(0, last.size() - std::min(last.size(), text.size()), ' ');
    return "epoch " + text + "/" + last;
}

// What is done is a part of all the epochs, 0 at the start and 1 at the end.
std::string left_text(double elapsed, double done) {
    return done > 0 ? time_text(elapsed * (1 - done) / done) : "?";
}

std::string bar(double done, std::size_t width) {
    const auto full = static_cast<std::size_t>(done * static_cast<double>(width));
    return "[" + std::string(full, '#') + std::string(width - full, '-') + "]";
}

} // namespace

double steady_seconds() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

progress_output standard_output() {
    progress_output output{std::cout};
    output.terminal = ::isatty(STDOUT_FILENO) == 1;
    winsize size{};
    if (output.terminal && ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
        output.columns = size.ws_col;
    }
    return output;
}

progress::progress(progress_output output, std::size_t epochs, std::size_t batches_per_epoch,
                   seconds_clock clock)
    : output_{output},
      epochs_{std::max<std::size_t>(epochs, 1)},
      batches_{std::max<std::size_t>(batches_per_epoch, 1)},
      clock_{std::move(clock)},
      start_{clock_()},
      epoch_start_{start_},
      next_drawing_{start_} {}

progress::~progress() {
    try {
        end_line();
    } catch (...) { // NOLINT(bugprone-empty-catch)
        // A stream that throws has lost its output; a destructor has nobody to tell.
    }
}

void progress::end_line() {
    if (line_length_ == 0) return;
    line_length_ = 0;
    output_.stream << '\n' << std::flush;
}

void progress::go_on_after(std::size_t epochs) {
    epochs = std::min(epochs, epochs_);
    if (epochs <= finished_epochs_) return;
    earlier_epochs_ += epochs - finished_epochs_;
    finished_epochs_ = epochs;
}

double progress::part_done(double of_epoch) const {
    const double now = static_cast<double>(finished_epochs_ - earlier_epochs_) + of_epoch;
    const std::size_t all = std::max<std::size_t>(epochs_ - earlier_epochs_, 1);
    return std::min(now / static_cast<double>(all), 1.0);
}

void progress::batch(std::size_t finished, double loss, std::string_view note) {
    if (!output_.terminal) return;
    const double now = clock_();
    if (now < next_drawing_) return;
    next_drawing_ = now + seconds_between_drawings;
    const double done = static_cast<double>(std::min(finished, batches_)) / static_cast<double>(batches_);
    rewrite(terminal_line(done, loss, now, note));
}

void progress::epoch(double loss, std::string_view note) {
    const double now = clock_();
    if (output_.terminal) {
        rewrite(terminal_line(1, loss, now, note));
        ++finished_epochs_;
        if (finished_epochs_ >= epochs_) end_line();
    } else {
        ++finished_epochs_;
        char took[32];
        std::snprintf(took, sizeof took, "%.2f s", now - epoch_start_);
        output_.stream << epoch_text(finished_epochs_, epochs_) << "  loss " << loss_text(loss) << "  "
                       << took << "  elapsed " << time_text(now - start_) << "  left "
                       << left_text(now - start_, part_done(0)) << (note.empty() ? "" : "  ") << note << '\n'
                       << std::flush;
    }
    epoch_start_ = now;
    next_drawing_ = now + seconds_between_drawings;
}

std::string progress::terminal_line(double done, double loss, double now, std::string_view note) const {
    const double elapsed = now - start_;
    char percent[16];
    std::snprintf(percent, sizeof percent, "%3.0f %%", std::floor(done * 100));
    const std::string front = epoch_text(finished_epochs_ + 1, epochs_) + " ";
    std::string back = std::string{percent} + "  loss " + loss_text(loss) + "  elapsed " +
                       time_text(elapsed) + "  left " + left_text(elapsed, part_done(done));
    if (!note.empty()) back += "  " + std::string{note};
    // The last column stays free: writing it makes some terminals begin a new line. The bar takes what is
    // left, with its brackets and a space.
    const std::size_t columns = std::max<std::size_t>(output_.columns, 2) - 1;
    const std::size_t taken = front.size() + back.size() + 3;
    const std::size_t bar_width = std::min<std::size_t>(columns - std::min(columns, taken), 30);
    std::string line = bar_width < 4 ? front + back : front + bar(done, bar_width) + " " + back;
    if (line.size() > columns) line.resize(columns);
    return line;
}

void progress::rewrite(std::string line) {
    const std::size_t length = line.size();
    // Spaces rather than an escape sequence to wipe the rest of a longer line: any terminal knows them.
    if (length < line_length_) line.append(line_length_ - length, ' ');
    output_.stream << '\r' << line << std::flush;
    line_length_ = length;
}

} // namespace examples
