// What fit reports: after a batch, after an epoch, and at its end.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/meta/raise.hpp"

#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace strata::inline STRATA_TARGET {

/// After a batch. Numbers count from 1.
struct batch_report {
    std::size_t epoch;   ///< which epoch
    std::size_t epochs;  ///< the last one of the call
    std::size_t batch;   ///< which batch of it
    std::size_t batches; ///< how many it has
    float loss;          ///< of this batch, before its step
};

/// A metric, or a part of the loss, in an epoch.
struct measured {
    std::string name;                   ///< of the metric, the mark, "output" or "weights"
    double training = 0;                ///< mean over the epoch's samples, each batch as it was met
    std::optional<double> validation{}; ///< after the epoch; none without validation data
};

/// After an epoch.
struct epoch_report {
    std::size_t epoch;                      ///< which epoch
    std::size_t epochs;                     ///< the last one of the call
    float loss;                             ///< mean over the epoch's samples, each as it was met
    std::optional<float> validation_loss{}; ///< after the epoch; none without validation data
    /// Of losses by name, or a loss with terms, what each part comes to, weighted: each output's by its mark, or "output",
    /// in the order of the outputs; then by the mark of a term, or "weights".
    std::vector<measured> terms{};
    std::vector<measured> metrics{}; ///< in the order of the options

    /// The metric of a name. Throws std::out_of_range if there is none.
    [[nodiscard]] const measured& metric(std::string_view name) const {
        for (const measured& m : metrics)
            if (m.name == name) return m;
        detail::raise<std::out_of_range>({"fit has no metric ", name});
    }
};

/// What every epoch came to.
struct fit_history {
    std::vector<float> loss{};            ///< of each epoch
    std::vector<float> validation_loss{}; ///< empty without validation data
    std::optional<std::size_t>
        best_epoch{};                   ///< of the least validation loss, or loss; none if no loss is finite
    std::vector<epoch_report> epochs{}; ///< with terms and metrics
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
