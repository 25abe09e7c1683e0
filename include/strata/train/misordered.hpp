// Verbs whose arguments come in another order, or not all of them: overloads that say the order. They take only calls
// with a model or a workspace of ours among the arguments, so that functions of the same names are left alone.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/messages.hpp"
#include "strata/losses/terms.hpp"
#include "strata/train/model.hpp"
#include "strata/train/workspace.hpp"

#include <cstddef>
#include <type_traits>
#include <vector>

namespace strata {

struct fit_options;

namespace messages {

template <class... Arguments>
struct misordered_arguments {
    static_assert(fine<Arguments...>,
                  "strata: the arguments are (model, workspace, optimizer, loss, samples, targets) for train_step and "
                  "fit, with fit_options last, and accumulate takes no optimizer; model, workspace and optimizer are "
                  "variables, and a loss is a value: mse{}");
};

template <class... Arguments>
struct misordered_for_accumulate {
    static_assert(fine<Arguments...>,
                  "strata: accumulate and input_gradient take (model, workspace, loss, samples, targets), no "
                  "optimizer; the workspace is a variable, and a loss is a value: mse{}");
};

template <class... Arguments>
struct misordered_for_evaluate {
    static_assert(fine<Arguments...>, "strata: evaluate takes (model, loss, samples, targets), and no workspace; a loss "
                                      "is a value: mse{}");
};

template <class... Arguments>
struct misordered_for_predict {
    static_assert(fine<Arguments...>,
                  "strata: predict takes (model, samples) and returns the outputs, or (model, workspace, samples, "
                  "span of floats) and writes them there; forward takes (model, workspace, samples)");
};

template <class... Arguments>
struct misordered_for_a_pass {
    static_assert(fine<Arguments...>,
                  "strata: forward takes (model, workspace, samples), backward (model, workspace, gradient of the "
                  "output), backward_step (model, workspace, optimizer, gradient of the output)");
};

template <class Mark>
struct mark_in_place_of_a_slice {
    static_assert(fine<Mark>, "strata: predict and evaluate take a slice in their brackets: predict<until<Net, "
                              "\"code\">>(model, samples) up to a mark, from<Net, \"code\"> after it");
};

} // namespace messages

namespace detail {

template <class Net>
std::true_type test_model(const volatile model<Net>*);
std::false_type test_model(...);
template <class Net, class Batch, class Purpose>
std::true_type test_workspace(const volatile workspace<Net, Batch, Purpose>*);
std::false_type test_workspace(...);

/// Whether it is a model or a workspace, or a class derived from one.
template <class T>
inline constexpr bool is_model = decltype(test_model(static_cast<std::remove_reference_t<T>*>(nullptr)))::value;
template <class T>
inline constexpr bool is_workspace =
    decltype(test_workspace(static_cast<std::remove_reference_t<T>*>(nullptr)))::value;

/// A variable that a verb may change.
template <class T>
inline constexpr bool is_variable = std::is_lvalue_reference_v<T> && !std::is_const_v<std::remove_reference_t<T>>;

template <class T>
concept loss_argument = loss<std::remove_cvref_t<T>>;

template <class... Arguments>
concept about_a_network = ((is_model<Arguments> || is_workspace<Arguments>) || ...);

/// Whether these begin with a model and a workspace to run in.
template <class First = void, class Second = void, class...>
inline constexpr bool begin_with_model_and_workspace =
    is_model<First> && is_workspace<Second> && is_variable<Second>;

/// Whether an optimizer and a loss follow, or a loss.
template <class, class, class Third = int, class Fourth = int, class...>
inline constexpr bool go_on_with_optimizer_and_loss =
    std::is_lvalue_reference_v<Third> && !loss_argument<Third> && loss_argument<Fourth>;
template <class, class, class Third = int, class...>
inline constexpr bool go_on_with_loss = loss_argument<Third>;

template <class... Arguments>
concept misordered_for_a_step =
    about_a_network<Arguments...> &&
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
concept misordered_for_evaluate = about_a_network<Arguments...> && (sizeof...(Arguments) != 4 ||
                                                                    !begin_with_model_and_loss<Arguments...>);

/// Whether these are (model, samples).
template <class First = void, class Second = void, class... More>
inline constexpr bool are_model_and_samples = sizeof...(More) == 0 && is_model<First> && !is_workspace<Second> &&
                                              !is_model<Second>;

template <class... Arguments>
concept misordered_for_predict =
    about_a_network<Arguments...> && !are_model_and_samples<Arguments...> &&
    (sizeof...(Arguments) != 4 || !begin_with_model_and_workspace<Arguments...>);

template <std::size_t Count, class... Arguments>
concept misordered_for_a_pass = about_a_network<Arguments...> && (sizeof...(Arguments) != Count ||
                                                                  !begin_with_model_and_workspace<Arguments...>);

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
    static_assert(sizeof(messages::misordered_arguments<std::remove_cvref_t<First>, std::remove_cvref_t<Second>,
                                                        std::remove_cvref_t<Third>, std::remove_cvref_t<Fourth>>) > 0);
    return 0.0f;
}
/// And without a loss or an optimizer before them.
template <class First, class Second, class Third, class X, class Y, class... Callbacks>
requires detail::about_a_network<First, Second, Third>
float fit(First&&, Second&&, Third&&, const X&, const Y&, const fit_options&, const Callbacks&...) {
    static_assert(sizeof(messages::misordered_arguments<std::remove_cvref_t<First>, std::remove_cvref_t<Second>,
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
template <class Part = void, class... Arguments>
requires detail::misordered_for_predict<Arguments...>
std::vector<float> predict(Arguments&&...) {
    static_assert(sizeof(messages::misordered_for_predict<std::remove_cvref_t<Arguments>...>) > 0);
    return {};
}

template <class... Arguments>
requires detail::misordered_for_a_pass<3, Arguments...>
rows_view forward(Arguments&&...) {
    static_assert(sizeof(messages::misordered_for_a_pass<std::remove_cvref_t<Arguments>...>) > 0);
    return {};
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

/// The name of a mark where a slice belongs.
template <fixed_string Mark, any_network Net, class... Arguments>
std::vector<float> predict(const model<Net>&, const Arguments&...) {
    static_assert(sizeof(messages::mark_in_place_of_a_slice<mark<Mark>>) > 0);
    return {};
}
template <fixed_string Mark, any_network Net, class... Arguments>
float evaluate(const model<Net>&, const Arguments&...) {
    static_assert(sizeof(messages::mark_in_place_of_a_slice<mark<Mark>>) > 0);
    return 0.0f;
}

} // namespace strata

#include "strata/meta/macros_back.hpp"
