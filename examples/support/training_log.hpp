// Callbacks for strata::fit that end training after the batch in which a signal asked for it; one of them
// shows a progress bar and keeps the loss and the seconds of every epoch.
#pragma once

#include "strata/train/fit.hpp"
#include "support/interrupt.hpp"
#include "support/progress.hpp"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace examples {

struct until_interrupted {
    bool operator()(const strata::batch_report&) const { return !interrupted(); }
};

class training_log {
public:
    /// `epochs` may be those of several calls of fit. The notes stand at the ends of lines.
    training_log(std::size_t epochs, std::size_t batches_per_epoch, std::string note_of_first = {})
        : note{std::move(note_of_first)},
          bar_{standard_output(), epochs, batches_per_epoch},
          started_{steady_seconds()} {}

    /// What is trained next, behind so many of the epochs: others go on where an earlier run left them.
    void begin(std::string what, std::size_t epochs_before) {
        note = std::move(what);
        before_ = epochs_before;
    }

    bool operator()(const strata::batch_report& batch) {
        bar_.go_on_after(before_ + batch.epoch - 1);
        mean_ = batch.batch == 1 ? 0 : mean_;
        mean_ += (static_cast<double>(batch.loss) - mean_) / static_cast<double>(batch.batch);
        bar_.batch(batch.batch, mean_, note);
        if (interrupted()) bar_.end_line();
        return !interrupted();
    }

    void operator()(const strata::epoch_report& epoch) {
        bar_.go_on_after(before_ + epoch.epoch - 1);
        const double now = steady_seconds();
        seconds.push_back(now - started_);
        loss.push_back(static_cast<double>(epoch.loss));
        bar_.epoch(loss.back(), note);
        started_ = steady_seconds();
    }

    std::vector<double> loss;    ///< mean over the samples of each epoch
    std::vector<double> seconds; ///< training alone, the bar included
    std::string note;

private:
    progress bar_;
    double started_;
    double mean_ = 0;
    std::size_t before_ = 0;
};

} // namespace examples
