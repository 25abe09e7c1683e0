// Calls that cannot work but are often meant: overloads that say what to do instead.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/messages.hpp"
#include "strata/kernels/simd.hpp"
#include "strata/losses/terms.hpp"
#include "strata/train/class_targets.hpp"
#include "strata/train/model.hpp"
#include "strata/train/workspace.hpp"

#include <span>
#include <type_traits>

namespace strata {

namespace detail {

/// An optimizer that says which network it is for, and it is another.
template <class Optimizer, class Net>
concept optimizer_of_another = requires {
    typename Optimizer::network;
}
&&!std::is_same_v<typename Optimizer::network, Net>;

template <class Values>
concept floats_in_one_piece = std::is_convertible_v<const Values&, std::span<const float>>;

/// A container of the standard library, or one like it; not an xtensor, which has a shape.
template <class Values>
concept container = requires {
    typename Values::value_type;
}
&&!requires(const Values& values) { values.shape(); };

/// A container that is not floats in one piece.
template <class Values>
concept container_of_others = container<Values> && !floats_in_one_piece<Values>;

/// That, or an xtensor of another type than float.
template <class Values>
concept not_floats = container_of_others<Values> || (requires(const Values& values) {
    typename Values::value_type;
    values.shape();
} && !std::is_same_v<std::remove_cv_t<typename Values::value_type>, float>);

/// Neither floats nor class indices that this loss takes.
template <class Target, class Loss>
concept not_targets = (not_floats<Target> || std::is_same_v<Target, class_targets>) && !classes_for<Loss, Target>;

} // namespace detail

/// Samples or targets of another type than float, or not in one piece.
template <detail::container_of_others Values, class Sample>
rows_view as_rows(const Values&, const Sample&) {
    using value = typename Values::value_type;
    constexpr bool nested = requires { typename value::value_type; };
    static_assert(!nested,
                  "strata: a container of containers lies in many pieces: put its rows one after the other "
                  "into one std::vector<float>: for (const auto& row : rows) values.insert(values.end(), "
                  "row.begin(), row.end())");
    static_assert(!std::is_integral_v<value>,
                  "strata: networks compute in float, these are integers: put numbers into a "
                  "std::vector<float>; class indices become rows with a 1 in the column of each class: "
                  "one_hot(labels, Net::output)");
    static_assert(
        nested || std::is_integral_v<value>,
        "strata: networks compute in float: hand in floats in one piece (std::vector, std::array or "
        "std::span), rows, or with strata.hpp an xtensor");
    return {};
}

/// Floats that do not say how many of them are a sample.
template <detail::container Values>
requires detail::floats_in_one_piece<Values> rows_view as_rows(const Values&, any_sample) {
    static_assert(messages::fine<Values>,
                  "strata: these values do not say how many of them are a sample: hand in as_rows(values, "
                  "Net::input), and for targets as_rows(values, Net::output)");
    return {};
}
template <owner_of_floats Values>
rows_view as_rows(const Values&&, any_sample) {
    static_assert(messages::fine<Values>,
                  "strata: these values are a temporary and gone before the batches are read: give them a "
                  "name first (auto values = ...), then hand in as_rows(values, Net::input), and for targets "
                  "as_rows(values, Net::output)");
    return {};
}

/// The same where the way to it is long, and so would be the message.
template <class Arch = arch, any_network Net, class Part, class Batch, class Optimizer, class Loss, class X,
          class Target>
requires detail::not_floats<X> || detail::not_targets<Target, Loss>
float train_step(model<Net>&, workspace<Part, Batch>&, Optimizer&, const Loss&, const X& x,
                 const Target& target) {
    if constexpr (detail::not_floats<X>)
        as_rows(x, Part::input);
    else
        detail::see_targets<Part, Loss>(target);
    return 0.0f;
}

/// A workspace for inference where gradients are wanted.
template <class Arch = arch, any_network Net, class Part, class Batch, class Gradient>
void backward(const model<Net>&, workspace<Part, Batch, inference>&, const Gradient&) {
    static_assert(sizeof(messages::workspace_without_gradients<Part>) > 0);
}
template <class Arch = arch, any_network Net, class Part, class Batch, class Loss, class X, class Target>
float accumulate(const model<Net>&, workspace<Part, Batch, inference>&, const Loss&, const X&,
                 const Target&) {
    static_assert(sizeof(messages::workspace_without_gradients<Part>) > 0);
    return 0.0f;
}
template <class Arch = arch, any_network Net, class Part, class Batch, class Loss, class X, class Target>
rows_view input_gradient(const model<Net>&, workspace<Part, Batch, inference>&, const Loss&, const X&,
                         const Target&) {
    static_assert(sizeof(messages::workspace_without_gradients<Part>) > 0);
    return {};
}
template <class Arch = arch, any_network Net, class Part, class Batch, class Optimizer, class Loss, class X,
          class Target>
float train_step(model<Net>&, workspace<Part, Batch, inference>&, Optimizer&, const Loss&, const X&,
                 const Target&) {
    static_assert(sizeof(messages::workspace_without_gradients<Part>) > 0);
    return 0.0f;
}

/// A const model where weights would change.
template <class Arch = arch, class Model, class Part, class Batch, class Optimizer, class Loss, class X,
          class Target>
requires std::is_const_v<Model>
float train_step(Model&, workspace<Part, Batch>&, Optimizer&, const Loss&, const X&, const Target&) {
    static_assert(sizeof(messages::const_model<Model>) > 0);
    return 0.0f;
}

namespace detail {

template <class Part, class Net>
concept part_of = is_part_of<Part, Net>;
template <class Part, class Net>
concept not_part_of = !is_part_of<Part, Net>;

} // namespace detail

/// A workspace or an optimizer of another network: found here, before the layers of train_step are on the way to the
/// message.
template <class Arch = arch, any_network Net, class Part, class Batch, class Optimizer, class Loss, class X,
          class Target>
requires detail::not_part_of<Part, Net>
float train_step(model<Net>&, workspace<Part, Batch>&, Optimizer&, const Loss&, const X&, const Target&) {
    static_assert(sizeof(messages::workspace_of_another_network<Part, Net>) > 0);
    return 0.0f;
}
template <class Arch = arch, any_network Net, class Part, class Batch, class Optimizer, class Loss, class X,
          class Target>
requires detail::part_of<Part, Net> && detail::optimizer_of_another<Optimizer, Net>
float train_step(model<Net>&, workspace<Part, Batch>&, Optimizer&, const Loss&, const X&, const Target&) {
    static_assert(sizeof(messages::optimizer_of_another_network<Optimizer, Net>) > 0);
    return 0.0f;
}

} // namespace strata

#include "strata/meta/macros_back.hpp"
