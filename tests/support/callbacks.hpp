// Options of fit with a callback for whichever reports it takes.
#pragma once

#include "strata/train/fit_options.hpp"

#include <concepts>
#include <functional>
#include <type_traits>

namespace tests {

/// The callback is referred to if it has a name.
template <class Callback>
strata::fit_options with(strata::fit_options options, Callback&& callback) {
    const auto kept = [&] {
        if constexpr (std::is_lvalue_reference_v<Callback> && std::is_class_v<std::remove_cvref_t<Callback>>)
            return std::ref(callback);
        else
            return callback;
    }();
    if constexpr (std::invocable<Callback&, const strata::epoch_report&>) options.after_epoch = kept;
    if constexpr (std::invocable<Callback&, const strata::batch_report&>) options.after_batch = kept;
    return options;
}

} // namespace tests
