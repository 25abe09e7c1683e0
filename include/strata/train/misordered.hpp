// The verbs of training with arguments in another order, or not all of them: see ../model/misordered.hpp.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/losses/by_name.hpp"
#include "strata/model/misordered.hpp"

#include <cstddef>
#include <type_traits>
#include <vector>

namespace strata::inline STRATA_TARGET {

struct fit_options;

namespace messages {

template <class... Arguments>
struct misordered_arguments {
    static_assert(
        always_false<Arguments...>,
        "strata: the arguments are (model, workspace, optimizer, loss, samples, targets) for train_step and "
        "fit, with fit_options last, and accumulate takes no optimizer; model, workspace and optimizer are "
        "variables of one number type, and a loss is a value: mse{}");
};

template <class... Arguments>
struct misordered_for_accumulate {
    static_assert(
        always_false<Arguments...>,
        "strata: accumulate and input_gradient take (model, workspace, loss, samples, targets), no "
        "optimizer; the workspace is a variable of the model's number type, and a loss is a value: mse{}");
};

template <class... Arguments>
struct misordered_for_evaluate {
    static_assert(always_false<Arguments...>,
                  "strata: evaluate takes (model, loss, samples, targets), and no workspace; a loss "
                  "is a value: mse{}");
};

} // namespace messages

namespace detail {

template <class T>
concept loss_argument = loss_or_losses<std::remove_cvref_t<T>>;

/// Whether an optimizer and a loss follow, or a loss.
template <class, class, class Third = int, class Fourth = int, class...>
inline constexpr bool go_on_with_optimizer_and_loss =
    std::is_lvalue_reference_v<Third> && !loss_argument<Third> && loss_argument<Fourth>;
template <class, class, class Third = int, class...>
inline constexpr bool go_on_with_loss = loss_argument<Third>;

template <class... Arguments>
concept misordered_for_a_step = about_a_network<Arguments...> &&
                                (sizeof...(Arguments) < 6 || !begin_with_model_and_workspace<Arguments...> ||
                                 !go_on_with_optimizer_and_loss<Arguments..., int, int>);

template <class... Arguments>
concept misordered_for_accumulate =
    about_a_network<Arguments...> &&
    (sizeof...(Arguments) != 5 || !begin_with_model_and_workspace<Arguments...> ||
     !go_on_with_loss<Arguments..., int>);

/// Whether these are (model, loss, ...).
template <class First = void, class Second = void, class...>
inline constexpr bool begin_with_model_and_loss = is_model<First> && loss_argument<Second>;

template <class... Arguments>
concept misordered_for_evaluate = about_a_network<Arguments...> &&
                                  (sizeof...(Arguments) != 4 || !begin_with_model_and_loss<Arguments...>) &&
                                  (sizeof...(Arguments) != 5 || !begin_with_model_and_shards<Arguments...>);

} // namespace detail

template <class... Arguments>
requires detail::misordered_for_a_step<Arguments...>
float train_step(Arguments&&...) {
    static_assert(sizeof(messages::misordered_arguments<std::remove_cvref_t<Arguments>...>) > 0);
    return 0.0f;
}
template <class... Arguments>
requires detail::misordered_for_a_step<Arguments...>
float fit(Arguments&&...) {
    static_assert(sizeof(messages::misordered_arguments<std::remove_cvref_t<Arguments>...>) > 0);
    return 0.0f;
}
/// With options in braces, which take part in no deduction.
template <class First, class Second, class Third, class Fourth, class X, class Y, class... Callbacks>
requires detail::misordered_for_a_step<First, Second, Third, Fourth, X, Y>
float fit(First&&, Second&&, Third&&, Fourth&&, const X&, const Y&, const fit_options&, const Callbacks&...) {
    static_assert(
        sizeof(messages::misordered_arguments<std::remove_cvref_t<First>, std::remove_cvref_t<Second>,
                                              std::remove_cvref_t<Third>, std::remove_cvref_t<Fourth>>) > 0);
    return 0.0f;
}
/// And without a loss or an optimizer before them.
template <class First, class Second, class Third, class X, class Y, class... Callbacks>
requires detail::about_a_network<First, Second, Third>
float fit(First&&, Second&&, Third&&, const X&, const Y&, const fit_options&, const Callbacks&...) {
    static_assert(
        sizeof(messages::misordered_arguments<std::remove_cvref_t<First>, std::remove_cvref_t<Second>,
                                              std::remove_cvref_t<Third>>) > 0);
    return 0.0f;
}

template <class... Arguments>
requires detail::misordered_for_accumulate<Arguments...>
float accumulate(Arguments&&...) {
    static_assert(sizeof(messages::misordered_for_accumulate<std::remove_cvref_t<Arguments>...>) > 0);
    return 0.0f;
}
template <class... Arguments>
requires detail::misordered_for_accumulate<Arguments...>
rows_view input_gradient(Arguments&&...) {
    static_assert(sizeof(messages::misordered_for_accumulate<std::remove_cvref_t<Arguments>...>) > 0);
    return {};
}

template <class Part = void, class... Arguments>
requires detail::misordered_for_evaluate<Arguments...>
float evaluate(Arguments&&...) {
    static_assert(sizeof(messages::misordered_for_evaluate<std::remove_cvref_t<Arguments>...>) > 0);
    return 0.0f;
}
template <class... Arguments>
requires detail::misordered_for_a_pass<3, Arguments...>
void backward(Arguments&&...) {
    static_assert(sizeof(messages::misordered_for_a_pass<std::remove_cvref_t<Arguments>...>) > 0);
}
template <class... Arguments>
requires detail::misordered_for_a_pass<4, Arguments...>
void backward_step(Arguments&&...) {
    static_assert(sizeof(messages::misordered_for_a_pass<std::remove_cvref_t<Arguments>...>) > 0);
}

} // namespace strata

#include "strata/meta/macros_back.hpp"
