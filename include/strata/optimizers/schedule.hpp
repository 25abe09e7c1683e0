// Learning rates that change with the step, counted from 0: for fit_options, or
// optimizer.learning_rate(rate(n)). Asked for a rate, they throw std::invalid_argument if their numbers make no
// sense: rates and factors are finite and at least 0.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/meta/numbers.hpp"
#include "strata/meta/raise.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <stdexcept>

namespace strata::inline STRATA_TARGET {

/// The same rate at every step.
struct constant_rate {
    float rate; ///< at least 0
    /// The rate of a step. Throws std::invalid_argument for a rate that makes no sense.
    float operator()(std::size_t) const {
        detail::check_not_negative("constant_rate's rate", rate);
        return rate;
    }
};

/// The rate times `factor` after every `every` steps.
struct step_decay {
    float rate;          ///< of the first steps; at least 0
    std::size_t every;   ///< at least 1
    float factor = 0.1f; ///< at least 0

    /// The rate of a step, counted from 0. Throws std::invalid_argument for numbers that make no sense.
    float operator()(std::size_t step) const {
        detail::check_not_negative("step_decay's rate", rate);
        detail::check_not_negative("step_decay's factor", factor);
        if (every == 0)
            detail::raise<std::invalid_argument>(
                "step_decay's every is 0, but must be at least 1: a number of steps");
        const std::size_t decays = step / every;
        return rate * std::pow(factor, static_cast<float>(decays));
    }
};

/// Half a cosine wave from `rate` down to `last` in `steps` steps, and `last` from then on. Loshchilov and
/// Hutter, "SGDR", ICLR 2017, without restarts.
struct cosine_decay {
    float rate;        ///< of step 0; at least 0
    std::size_t steps; ///< how long the way down is
    float last = 0;    ///< at least 0

    /// The rate of a step, counted from 0. Throws std::invalid_argument for rates that make no sense.
    float operator()(std::size_t step) const {
        detail::check_not_negative("cosine_decay's rate", rate);
        detail::check_not_negative("cosine_decay's last", last);
        const float done =
            steps == 0 ? 1.0f : static_cast<float>(std::min(step, steps)) / static_cast<float>(steps);
        return last + (rate - last) * 0.5f * (1.0f + std::cos(std::numbers::pi_v<float> * done));
    }
};

/// Rises from rate / steps to the full rate in `steps` steps; then another schedule begins, at its step 0. With 0
/// steps it begins at once.
template <class Schedule>
struct warm_up {
    std::size_t steps; ///< how long the rise is
    Schedule then;     ///< what comes after it

    /// The rate of a step, counted from 0.
    float operator()(std::size_t step) const {
        if (step >= steps) return then(step - steps);
        return then(0) * static_cast<float>(step + 1) / static_cast<float>(steps);
    }
};
template <class Schedule>
warm_up(std::size_t, Schedule) -> warm_up<Schedule>;

} // namespace strata

#include "strata/meta/macros_back.hpp"
