// Calls that cannot work but are often meant: overloads that say what to do instead.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/messages.hpp"
#include "strata/kernels/vectors.hpp"
#include "strata/losses/terms.hpp"
#include "strata/model/model.hpp"
#include "strata/model/refused_rows.hpp"
#include "strata/model/samples.hpp"
#include "strata/model/workspace.hpp"
#include "strata/tensor/several_rows.hpp"
#include "strata/train/class_targets.hpp"
#include "strata/train/losses_of_outputs.hpp"
#include "strata/train/targets.hpp"

#include <cstddef>
#include <type_traits>
#include <utility>

namespace strata::inline STRATA_TARGET {

namespace detail {

/// An optimizer that says which network it is for, and it is another.
template <class Optimizer, class Net>
concept optimizer_of_another =
    requires { typename Optimizer::network; } && !std::is_same_v<typename Optimizer::network, Net>;

/// Neither floats nor class indices that this loss takes.
template <class Target, class Loss, class Real>
concept not_targets =
    (not_numbers<Target, Real> || std::is_same_v<Target, class_targets>) && !classes_for<Loss, Target>;

/// The loss at a network's one output, which may have been given by name.
template <class Part, class Loss>
struct loss_of_all {
    using type = Loss;
};
template <class Part, class Loss>
requires(Part::outputs.size() == 1 && losses_fit<Part, Loss>)
struct loss_of_all<Part, Loss> {
    using type = loss_at_t<Part, 0, Loss>;
};

/// The first output whose targets are neither numbers of the model's type nor class indices that its loss takes; as many
/// as there are outputs if there is none.
template <class Part, class Loss, class Target, class Real>
inline constexpr std::size_t first_other_target = Part::outputs.size();
template <class Part, class Loss, class Target, class Real>
requires(tuple_parts<Target> == Part::outputs.size() && losses_fit<Part, Loss>)
inline constexpr std::size_t first_other_target<Part, Loss, Target, Real> =
    []<std::size_t... K>(std::index_sequence<K...>) {
        std::size_t found = 0;
        (void)((!not_targets<std::remove_cvref_t<decltype(part_at<K>(std::declval<const Target&>()))>,
                             loss_at_t<Part, K, Loss>, Real> &&
                ++found > 0) &&
               ...);
        return found;
    }(std::make_index_sequence<tuple_parts<Target>>{});

} // namespace detail

/// Samples or targets that are not floats (see ../model/refused_rows.hpp), where the way to the message is long, and so
/// would be the message.
template <class Arch = arch, any_network Net, class Real, class Part, class Batch, class Optimizer,
          class Loss, class X, class Target>
requires detail::has_other_numbers<X, Real> ||
         detail::not_targets<Target, typename detail::loss_of_all<Part, Loss>::type, Real> ||
         (detail::first_other_target<Part, Loss, Target, Real> < Part::outputs.size())
float train_step(model<Net, Real>&, workspace<Part, Batch, training, Real>&, Optimizer&, const Loss&,
                 const X& x, const Target& target) {
    constexpr std::size_t part = detail::first_other_part<Real, X>;
    constexpr std::size_t output = detail::first_other_target<Part, Loss, Target, Real>;
    if constexpr (part < detail::tuple_parts<X> && part < Part::inputs.size())
        detail::see_rows<Real>(detail::part_at<part>(x), Part::inputs[part]);
    else if constexpr (detail::has_other_numbers<X, Real>)
        detail::see_samples<Part, Real>(x);
    else if constexpr (output < Part::outputs.size())
        detail::see_rows<Real>(detail::part_at<output>(target), Part::outputs[output]);
    else
        detail::see_targets<Part, Loss, Real>(target);
    return 0.0f;
}

/// A workspace for inference where gradients are wanted.
template <class Arch = arch, any_network Net, class Real, class Part, class Batch, class Gradient>
void backward(const model<Net, Real>&, workspace<Part, Batch, inference, Real>&, const Gradient&) {
    static_assert(sizeof(messages::workspace_without_gradients<Part>) > 0);
}
template <class Arch = arch, any_network Net, class Real, class Part, class Batch, class Loss, class X,
          class Target>
float accumulate(const model<Net, Real>&, workspace<Part, Batch, inference, Real>&, const Loss&, const X&,
                 const Target&) {
    static_assert(sizeof(messages::workspace_without_gradients<Part>) > 0);
    return 0.0f;
}
template <class Arch = arch, any_network Net, class Real, class Part, class Batch, class Loss, class X,
          class Target>
rows_view input_gradient(const model<Net, Real>&, workspace<Part, Batch, inference, Real>&, const Loss&,
                         const X&, const Target&) {
    static_assert(sizeof(messages::workspace_without_gradients<Part>) > 0);
    return {};
}
template <class Arch = arch, any_network Net, class Real, class Part, class Batch, class Optimizer,
          class Loss, class X, class Target>
float train_step(model<Net, Real>&, workspace<Part, Batch, inference, Real>&, Optimizer&, const Loss&,
                 const X&, const Target&) {
    static_assert(sizeof(messages::workspace_without_gradients<Part>) > 0);
    return 0.0f;
}

/// A const model where weights would change.
template <class Arch = arch, class Model, class Part, class Batch, class Real, class Optimizer, class Loss,
          class X, class Target>
requires std::is_const_v<Model>
float train_step(Model&, workspace<Part, Batch, training, Real>&, Optimizer&, const Loss&, const X&,
                 const Target&) {
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
template <class Arch = arch, any_network Net, class Real, class Part, class Batch, class Optimizer,
          class Loss, class X, class Target>
requires detail::not_part_of<Part, Net>
float train_step(model<Net, Real>&, workspace<Part, Batch, training, Real>&, Optimizer&, const Loss&,
                 const X&, const Target&) {
    static_assert(sizeof(messages::workspace_of_another_network<Part, Net>) > 0);
    return 0.0f;
}
template <class Arch = arch, any_network Net, class Real, class Part, class Batch, class Optimizer,
          class Loss, class X, class Target>
requires detail::part_of<Part, Net> && detail::optimizer_of_another<Optimizer, Net>
float train_step(model<Net, Real>&, workspace<Part, Batch, training, Real>&, Optimizer&, const Loss&,
                 const X&, const Target&) {
    static_assert(sizeof(messages::optimizer_of_another_network<Optimizer, Net>) > 0);
    return 0.0f;
}

} // namespace strata

#include "strata/meta/macros_back.hpp"
