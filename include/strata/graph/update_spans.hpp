// Which floats of a network an optimizer moves: runs of weights whose gradients lie together, too.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/parameters.hpp"
#include "strata/graph/walk.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace strata {

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

template <std::size_t Layers>
struct update_list {
    std::size_t size = 0;
    std::array<update_span, Layers * parameter_list::capacity> items{};

    /// Adds those of one layer; the first goes on the last one here where it can.
    template <class Step>
    constexpr void add_layer() {
        if (!Step::learns) return;
        std::size_t at = 0;
        for (std::size_t k = 0; k < Step::parameters.size; ++k) {
            const parameter& p = Step::parameters.items[k];
            const update_span next{Step::parameter_begin + at,
                                   Step::gradient_begin + at,
                                   p.floats(),
                                   p.what_for,
                                   parameter_table_of<typename Step::network>.first[Step::index] + k,
                                   1};
            at += p.floats();
            if (size > 0) {
                update_span& last = items[size - 1];
                if (last.what_for == next.what_for && last.weights + last.floats == next.weights &&
                    last.gradients + last.floats == next.gradients) {
                    last.floats += next.floats;
                    ++last.parameters;
                    continue;
                }
            }
            items[size++] = next;
        }
    }

    /// The first Size of them.
    template <std::size_t Size>
    [[nodiscard]] constexpr auto trimmed() const {
        std::array<update_span, Size> spans{};
        std::copy_n(items.begin(), Size, spans.begin());
        return spans;
    }
};

template <class Net>
inline constexpr auto network_updates = [] {
    update_list<Net::layer_count> list;
    walk_forward<Net>([&]<class Step>(Step) { list.template add_layer<Step>(); });
    return list;
}();

template <class Step>
inline constexpr auto layer_updates = [] {
    update_list<1> list;
    list.add_layer<Step>();
    return list;
}();

} // namespace detail

/// As few runs as possible: one for a network without frozen layers and running statistics.
template <any_network Net>
inline constexpr auto
    update_spans = detail::network_updates<Net>.template trimmed<detail::network_updates<Net>.size>();

/// The runs of one layer: those of the networks, cut at its ends.
template <class Step>
inline constexpr auto
    layer_update_spans = detail::layer_updates<Step>.template trimmed<detail::layer_updates<Step>.size>();

} // namespace strata

#include "strata/meta/macros_back.hpp"
