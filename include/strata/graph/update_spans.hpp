// Which floats of a network an optimizer moves: runs of weights whose gradients lie together, too.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/parameters.hpp"
#include "strata/meta/plain_array.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

namespace strata::inline STRATA_TARGET {

/// A run of parameters that are all learned, or all running statistics. Offsets count from the network's
/// first parameter, and from its first gradient.
struct update_span {
    std::size_t weights = 0;
    std::size_t gradients = 0;
    std::size_t floats = 0;
    role what_for = role::trained;
    std::size_t first = 0;      ///< the number of its first parameter in the network
    std::size_t parameters = 0; ///< how many there are
};

namespace detail {

/// The runs of a network, and where those of each layer begin if each is cut at its layer's ends.
template <std::size_t Layers>
struct update_list {
    std::size_t size = 0;
    plain_array<update_span, Layers * parameter_list::capacity> items{};
    plain_array<std::size_t, Layers + 1> first{};

    /// The first Size of them.
    template <std::size_t Size>
    [[nodiscard]] constexpr auto trimmed() const {
        std::array<update_span, Size> spans{};
        std::copy_n(items, Size, spans.begin());
        return spans;
    }
};

/// A run goes on where the next one begins at its end, from layer to layer only if they are not cut there.
template <std::size_t Layers, std::size_t Values>
consteval update_list<Layers> list_updates(kind_list kinds, const layer_table<Layers, Values>& layers,
                                           const parameter_table<Layers>& parameters, bool cut) {
    update_list<Layers> list;
    for (std::size_t i = 0; i < Layers; ++i) {
        list.first[i] = list.size;
        if (layers.gradient_offset[i] == layers.gradient_offset[i + 1]) continue;
        std::size_t at = 0;
        const parameter_list of_layer = kinds[i]->parameters(layers.given[i]);
        for (std::size_t k = 0; k < of_layer.size; ++k) {
            const parameter& p = of_layer.items[k];
            const update_span next{.weights = layers.parameter_offset[i] + at,
                                   .gradients = layers.gradient_offset[i] + at,
                                   .floats = p.floats(),
                                   .what_for = p.what_for,
                                   .first = parameters.first[i] + k,
                                   .parameters = 1};
            at += p.floats();
            if (list.size > (cut ? list.first[i] : 0)) {
                update_span& last = list.items[list.size - 1];
                if (last.what_for == next.what_for && last.weights + last.floats == next.weights &&
                    last.gradients + last.floats == next.gradients) {
                    last.floats += next.floats;
                    ++last.parameters;
                    continue;
                }
            }
            list.items[list.size++] = next;
        }
    }
    list.first[Layers] = list.size;
    return list;
}

template <class Net, bool Cut>
inline constexpr auto updates_of =
    list_updates(kinds_of<typename Net::layers>::values, Net::table, parameter_table_of<Net>, Cut);

template <class Net, bool Cut>
inline constexpr auto update_spans_of = updates_of<Net, Cut>.template trimmed<updates_of<Net, Cut>.size>();

template <class Net>
inline constexpr auto first_update_of = updates_of<Net, true>.first;

} // namespace detail

/// As few runs as possible: one for a network without frozen layers and running statistics.
template <any_network Net>
inline constexpr auto update_spans = detail::update_spans_of<Net, false>;

/// The runs of one layer: those of the network, cut at its ends.
template <any_network Net>
constexpr std::span<const update_span> layer_update_spans(std::size_t layer) {
    constexpr auto& first = detail::first_update_of<Net>;
    return {detail::update_spans_of<Net, true>.data() + first[layer], first[layer + 1] - first[layer]};
}

} // namespace strata

#include "strata/meta/macros_back.hpp"
