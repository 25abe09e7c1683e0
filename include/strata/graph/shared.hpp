// Weights that are used twice: layers that run on those of a scope.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/concepts.hpp"
#include "strata/graph/frozen.hpp"
#include "strata/graph/layer_values.hpp"
#include "strata/graph/scope.hpp"
#include "strata/graph/splice.hpp"
#include "strata/graph/topology.hpp"
#include "strata/meta/fixed_string.hpp"
#include "strata/meta/raise.hpp"
#include "strata/meta/type_list.hpp"

#include <array>
#include <cstddef>
#include <string>
#include <type_traits>
#include <utility>

namespace strata::inline STRATA_TARGET {

/// These entries, of which those with parameters work with the weights of an earlier scope's, layer by layer: one encoder for
/// two inputs, as modules that are called twice in PyTorch. The gradients of all uses add up. What is frozen in the scope
/// does not learn; what is frozen here teaches nothing. Running statistics of batch_norm are moved by one use after the
/// other, the last one first. Refused while compiling unless there is such a scope before it, and its layers with parameters
/// are as many, and have the same parameters; none of them may be tied itself.
///
///     struct pair : network<input<9>, scope<"left", dense<4>, tanh>, mark<"a">,
///                           input<9>, shared<"left", dense<4>, tanh>, subtract<"a">> {}; // one matrix of 9 x 4
///     model<pair> net;
///     auto difference = predict(net, std::tie(x, y));
template <fixed_string Scope, class... Entries>
struct shared {};

namespace detail {

/// A layer that works with the weights of layer Number of the Count in a scope that have parameters.
template <fixed_string Scope, std::size_t Number, std::size_t Count, class Layer>
struct shared_layer : Layer {
    static constexpr weight_owner owner{.scope = Scope.view(), .number = Number, .count = Count};

    static constexpr bool ties(const parameter_list& weights, extents in) {
        return !tied_layer<Layer> && weights == Layer::parameters(in);
    }
    static constexpr parameter_list parameters(extents) { return {}; }
    static std::string describe() {
        return text_of({std::string{Layer::describe()}, " of \"", Scope.view(), "\""});
    }

    template <class Arch, extents In>
    static void forward(forward_pass<Arch> p) {
        p.parameters = p.tied;
        Layer::template forward<Arch, In>(p);
    }
    template <class Arch, extents In>
    static void input_gradient(backward_pass<Arch> p) {
        p.parameters = p.tied;
        Layer::template input_gradient<Arch, In>(p);
    }
    template <class Arch, extents In>
    static void parameter_gradient(backward_pass<Arch> p) {
        p.parameters = p.tied;
        p.parameter_gradient = p.tied_gradient;
        p.accumulate = true;
        Layer::template parameter_gradient<Arch, In>(p);
    }
};

template <fixed_string Scope, std::size_t Number, std::size_t Count, layer Layer>
struct freeze<shared_layer<Scope, Number, Count, Layer>> {
    using type = shared_layer<Scope, Number, Count, typename freeze<Layer>::type>;
};
template <fixed_string Scope, std::size_t Number, std::size_t Count, class Layer>
struct thaw<shared_layer<Scope, Number, Count, Layer>> {
    using type = shared_layer<Scope, Number, Count, typename thaw<Layer>::type>;
};

template <fixed_string Scope, std::size_t Number, std::size_t Count, class Entry,
          bool Shared = has_parameters<Entry>>
struct share_layer {
    using type = Entry;
};
template <fixed_string Scope, std::size_t Number, std::size_t Count, class Layer>
struct share_layer<Scope, Number, Count, Layer, true> {
    using type = shared_layer<Scope, Number, Count, Layer>;
};
/// Where a block is shared that has scopes itself.
template <fixed_string Scope, std::size_t Number, std::size_t Count, fixed_string Inner, class Layer>
struct share_layer<Scope, Number, Count, in_scope<Inner, Layer>, true> {
    using type = shared_layer<Scope, Number, Count, Layer>;
};

template <fixed_string Scope, class List>
struct share_each;
template <fixed_string Scope, class... Entries>
struct share_each<Scope, type_list<Entries...>> {
    static constexpr std::size_t count = (std::size_t{0} + ... + has_parameters<Entries>);
    static constexpr auto numbers = [] {
        std::array<std::size_t, sizeof...(Entries)> found{};
        const bool shared[]{has_parameters<Entries>...};
        for (std::size_t i = 1; i < found.size(); ++i) found[i] = found[i - 1] + shared[i - 1];
        return found;
    }();
    template <std::size_t... I>
    static auto spell(std::index_sequence<I...>)
        -> type_list<typename share_layer<Scope, numbers[I], count, Entries>::type...>;
    using type = decltype(spell(std::make_index_sequence<sizeof...(Entries)>{}));
};

template <fixed_string Scope, class... Entries>
struct expand<shared<Scope, Entries...>> : share_each<Scope, join_t<typename expand<Entries>::type...>> {};

/// Within another scope the name follows the scope that it means, if that is in there, too.
template <fixed_string Scope, class List>
inline constexpr bool scope_is_inside = false;
template <fixed_string Scope, class... Entries>
inline constexpr bool scope_is_inside<Scope, type_list<Entries...>> =
    (is_in_scope(scope_of<Entries>(), Scope.view()) || ...);
template <fixed_string Scope, class List, fixed_string Owner, bool Inside = scope_is_inside<Owner, List>>
inline constexpr auto owner_in_scope = Owner;
template <fixed_string Scope, class List, fixed_string Owner>
inline constexpr auto owner_in_scope<Scope, List, Owner, true> = scoped_name<Scope, Owner>;

template <fixed_string Scope, class List, fixed_string Owner, std::size_t Number, std::size_t Count,
          class Layer>
struct rename_in_scope<Scope, List, shared_layer<Owner, Number, Count, Layer>> {
    using type = shared_layer<owner_in_scope<Scope, List, Owner>, Number, Count, Layer>;
};
/// It has no parameters of its own that a scope could share.
template <fixed_string Scope, std::size_t Number, std::size_t Count, class Layer>
inline constexpr bool has_parameters<shared_layer<Scope, Number, Count, Layer>> = false;

} // namespace detail

} // namespace strata

#include "strata/meta/macros_back.hpp"
