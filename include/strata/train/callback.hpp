// What fit calls after an epoch or a batch.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/messages.hpp"
#include "strata/meta/function.hpp"
#include "strata/meta/raise.hpp"

#include <concepts>
#include <cstddef>
#include <memory>
#include <stdexcept>
#include <type_traits>
#include <utility>

namespace strata::inline STRATA_TARGET {

namespace messages {

template <class Callback, class Report>
struct callback_takes_another_report {
    static_assert(
        always_false<Callback>,
        "strata: fit cannot call this callback: after_epoch takes const epoch_report&, after_batch const "
        "batch_report&, as in .after_epoch = [](const epoch_report& e) { ... }");
};

} // namespace messages

/// A function that takes a report, by value or const reference, and returns nothing, or a bool: false ends the training.
/// Empty unless given one. A temporary is kept, and so is a copy of what has a name: std::ref(f) refers to it.
template <class Report>
class training_callback {
public:
    training_callback() = default;

    /// Throws std::invalid_argument if it is a std::function or a pointer without a function.
    template <class Callback>
    requires(!std::is_same_v<std::remove_cvref_t<Callback>, training_callback>)
    training_callback(Callback&& callback) { // NOLINT(google-explicit-constructor): it is one
        using kept = std::decay_t<Callback>;
        if (detail::is_null(callback)) detail::raise<std::invalid_argument>("the callback of fit is empty");
        if constexpr (!std::invocable<kept&, const Report&>) {
            static_assert(sizeof(messages::callback_takes_another_report<kept, Report>) > 0);
        } else {
            using result = std::remove_cvref_t<std::invoke_result_t<kept&, const Report&>>;
            if constexpr (std::is_void_v<result>)
                call_ = [f = std::make_shared<kept>(std::forward<Callback>(callback))](const Report& report) {
                    call(*f, report);
                    return true;
                };
            else if constexpr (std::is_same_v<result, bool>)
                call_ = [f = std::make_shared<kept>(std::forward<Callback>(callback))](const Report& report) {
                    return bool{call(*f, report)};
                };
            else
                static_assert(sizeof(messages::callback_returns_something_else<kept>) > 0);
        }
    }

    /// Whether training goes on.
    bool operator()(const Report& report) const { return !call_ || call_(report); }

private:
    /// std::invoke, for which <functional> would be needed.
    template <class Callback>
    static decltype(auto) call(Callback& f, const Report& report) {
        if constexpr (std::is_member_function_pointer_v<Callback>)
            return (report.*f)();
        else if constexpr (std::is_member_pointer_v<Callback>)
            return (report.*f);
        else
            return f(report);
    }

    detail::function<bool(const Report&)> call_;
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
