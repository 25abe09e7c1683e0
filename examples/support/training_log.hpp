// A callback for strata::fit that shows a progress bar and keeps the loss and the seconds of every epoch.
#pragma once

#include "strata/train/fit.hpp"
#include "support/progress.hpp"

#include <cstddef>
#include <vector>

namespace examples {

class training_log {
public:
    training_log(std::size_t epochs, std::size_t batches_per_epoch)
        : bar_{standard_output(), epochs, batches_per_epoch}, started_{steady_seconds()} {}

    void operator()(const strata::batch_report& batch) {
        mean_ = batch.batch == 1 ? 0 : mean_;
        mean_ += (static_cast<double>(batch.loss) - mean_) / static_cast<double>(batch.batch);
        bar_.batch(batch.batch, mean_);
    }

    void operator()(const strata::epoch_report& epoch) {
        const double now = steady_seconds();
        seconds.push_back(now - started_);
        loss.push_back(static_cast<double>(epoch.loss));
        bar_.epoch(loss.back());
        started_ = steady_seconds();
    }

    std::vector<double> loss;    ///< mean over the samples of each epoch
    std::vector<double> seconds; ///< training alone, the bar included

private:
    progress bar_;
    double started_;
    double mean_ = 0;
};

} // namespace examples
