// predict and forward with arguments in another order, or not all of them: overloads that say the order. They take only
// calls with a model or a workspace of ours among the arguments, so that functions of the same names are left alone.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/messages.hpp"
#include "strata/model/model.hpp"
#include "strata/model/workspace.hpp"

#include <cstddef>
#include <type_traits>
#include <vector>

namespace strata::inline STRATA_TARGET {

namespace messages {

template <class... Arguments>
struct misordered_for_predict {
    static_assert(
        always_false<Arguments...>,
        "strata: predict takes (model, samples) and returns the outputs, or (model, workspace, samples, "
        "span) and writes them there; forward takes (model, workspace, samples); model and workspace are of "
        "one "
        "number type, float or double");
};

template <class... Arguments>
struct misordered_for_a_pass {
    static_assert(
        always_false<Arguments...>,
        "strata: forward takes (model, workspace, samples), backward (model, workspace, gradient of the "
        "output), backward_step (model, workspace, optimizer, gradient of the output); model and workspace "
        "are of "
        "one number type, float or double");
};

} // namespace messages

namespace detail {

template <class Net, class Real>
std::true_type test_model(const volatile model<Net, Real>*);
template <class Net, class Real>
std::true_type test_model(const volatile model_view<Net, Real>*);
std::false_type test_model(...);
template <class Net, class Batch, class Purpose, class Real>
std::true_type test_workspace(const volatile workspace<Net, Batch, Purpose, Real>*);
std::false_type test_workspace(...);

/// Several workspaces that take the place of one, as those of a team.
template <class T>
concept holds_shards = requires { typename std::remove_cvref_t<T>::shard; };

/// Whether it is a model or a workspace, or a class derived from one.
template <class T>
inline constexpr bool is_model =
    decltype(test_model(static_cast<std::remove_reference_t<T>*>(nullptr)))::value;
template <class T>
inline constexpr bool is_workspace =
    holds_shards<T> || decltype(test_workspace(static_cast<std::remove_reference_t<T>*>(nullptr)))::value;

/// A variable that a verb may change.
template <class T>
inline constexpr bool is_variable =
    std::is_lvalue_reference_v<T> && !std::is_const_v<std::remove_reference_t<T>>;

template <class... Arguments>
concept about_a_network = ((is_model<Arguments> || is_workspace<Arguments>) || ...);

template <class Model, class Workspace>
concept of_one_number_type =
    std::is_same_v<typename std::remove_cvref_t<Model>::real, typename std::remove_cvref_t<Workspace>::real>;

/// Whether these begin with a model and a workspace to run in.
template <class First = void, class Second = void, class...>
inline constexpr bool begin_with_model_and_workspace = [] {
    if constexpr (is_model<First> && is_workspace<Second> && is_variable<Second>)
        return of_one_number_type<First, Second>;
    else
        return false;
}();

template <class First = void, class Second = void, class... More>
inline constexpr bool begin_with_model_and_shards =
    holds_shards<Second> && begin_with_model_and_workspace<First, Second, More...>;

/// Whether these are (model, samples).
template <class First = void, class Second = void, class... More>
inline constexpr bool are_model_and_samples =
    sizeof...(More) == 0 && is_model<First> && !is_workspace<Second> && !is_model<Second>;

template <class... Arguments>
concept misordered_for_predict =
    about_a_network<Arguments...> && !are_model_and_samples<Arguments...> &&
    (sizeof...(Arguments) != 4 || !begin_with_model_and_workspace<Arguments...>) &&
    (sizeof...(Arguments) != 3 || !begin_with_model_and_shards<Arguments...>);

template <std::size_t Count, class... Arguments>
concept misordered_for_a_pass =
    about_a_network<Arguments...> &&
    (sizeof...(Arguments) != Count || !begin_with_model_and_workspace<Arguments...>);

} // namespace detail

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
} // namespace strata

#include "strata/meta/macros_back.hpp"
