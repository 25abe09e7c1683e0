// Where a training stands between two batches, for a hook that keeps it, and a later call of fit that goes on from there.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/train/reports.hpp"

#include <cstddef>
#include <optional>
#include <type_traits>
#include <vector>

namespace strata::inline STRATA_TARGET {

/// All that fit does not work out anew from its options: with the model, the optimizer and the same options, data and
/// workspace type it is enough to go on with the bits of a call that never stopped.
struct fit_state {
    std::size_t epoch = 0; ///< the number of the last epoch that is done; first_epoch - 1 before the first is
    std::size_t batch = 0; ///< batches of the next one that are done
    std::size_t step = 0;  ///< steps that schedules and noise have counted
    /// Sums over the samples of these batches: of the loss, of its parts (outputs, then terms), and of the metrics.
    double loss = 0;
    std::vector<double> parts{};        ///< in the order of outputs, then terms
    std::vector<double> metrics{};      ///< in the order of the options
    std::size_t best_epoch = 0;         ///< from which patience counts
    std::optional<float> least_loss{};  ///< of that epoch; none before any was finite
    std::vector<float> best_weights{};  ///< of that epoch as they lie in memory, with restore_best_weights
    std::vector<double> best_doubles{}; ///< the same of a model of doubles
    fit_history history{};              ///< of all epochs that are done
};

/// What fit's hook is told: after every batch but an epoch's last, and after every epoch, its validation included.
struct fit_progress {
    std::size_t epoch;                     ///< as in fit_state
    std::size_t epochs;                    ///< the last one of the call
    std::size_t batch;                     ///< batches of this epoch that are done
    std::size_t batches;                   ///< how many it has
    fit_state (*copy)(const void* of_fit); ///< see state()
    const void* of_fit;                    ///< what copy is called with

    /// A copy of where the training stands: of its best weights, too, where these are kept.
    [[nodiscard]] fit_state state() const { return copy(of_fit); }
};

namespace detail {

template <class Real>
auto& best_weights_in(auto& state) {
    if constexpr (std::is_same_v<Real, float>)
        return state.best_weights;
    else
        return state.best_doubles;
}

} // namespace detail

} // namespace strata

#include "strata/meta/macros_back.hpp"
