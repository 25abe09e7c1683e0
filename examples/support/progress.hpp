// Showing how far training has come: one line that changes on a terminal, one line an epoch elsewhere.
#pragma once

#include <cstddef>
#include <functional>
#include <iosfwd>
#include <string>
#include <string_view>

namespace examples {

/// Seconds since some moment; only differences count.
using seconds_clock = std::function<double()>;

/// A clock that never runs backwards.
double steady_seconds();

/// Where progress is shown.
struct progress_output {
    std::ostream& stream;
    bool terminal = false;
    std::size_t columns = 80;
};

/// std::cout, and whether standard output is a terminal of how many columns.
progress_output standard_output();

/// Shows epoch, part of the epoch done, loss, time elapsed and time left. Call batch after every batch (one
/// that shows nothing costs a look at the clock: it draws twenty times a second at most) and epoch after
/// every epoch. The time left assumes that what is to come goes as fast as what has been, counted from the
/// construction on.
class progress {
public:
    progress(progress_output output, std::size_t epochs, std::size_t batches_per_epoch,
             seconds_clock clock = steady_seconds);

    /// Ends a line that is still open, so that an error message begins on one of its own.
    ~progress();
    progress(const progress&) = delete;
    progress& operator=(const progress&) = delete;

    /// So many epochs are done, of which those that were not shown belong to an earlier run, and took none of this one's time.
    void go_on_after(std::size_t epochs);

    /// `finished` batches of this epoch are done, with this mean loss. `note` is shown at the end of the
    /// line.
    void batch(std::size_t finished, double loss, std::string_view note = {});

    /// The epoch is done. `note` is shown at the end of its line: a validation loss, for one.
    void epoch(double loss, std::string_view note = {});

    /// Ends a line that is still open: what is printed next begins on one of its own.
    void end_line();

private:
    /// Of what this run is to do, with this part of the epoch that it is in.
    [[nodiscard]] double part_done(double of_epoch) const;
    [[nodiscard]] std::string terminal_line(double done, double loss, double now,
                                            std::string_view note) const;
    void rewrite(std::string line);

    progress_output output_;
    std::size_t epochs_;
    std::size_t batches_;
    seconds_clock clock_;
    double start_;
    double epoch_start_;
    double next_drawing_;
    std::size_t finished_epochs_ = 0;
    std::size_t earlier_epochs_ = 0; ///< of these, by an earlier run
    std::size_t line_length_ = 0;
};

} // namespace examples
