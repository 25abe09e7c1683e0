// Which floats of a network an optimizer moves: runs of weights whose gradients lie together, too.
#pragma once

#include "strata/graph/walk.hpp"

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
};

namespace detail {

template <class Net>
struct update_list {
    std::size_t size = 0;
    std::array<update_span, Net::layer_count * parameter_list::capacity> items{};
};

template <class Net>
consteval auto list_updates() {
    update_list<Net> list;
    walk_forward<Net>([&]<class Step>(Step) {
        if (!Step::learns) return;
        std::size_t at = 0;
        for (std::size_t k = 0; k < Step::parameters.size; ++k) {
            const parameter& p = Step::parameters.items[k];
            const update_span next{Step::parameter_begin + at, Step::gradient_begin + at, p.floats(),
                                   p.what_for};
            at += p.floats();
            if (list.size > 0) {
                update_span& last = list.items[list.size - 1];
                if (last.what_for == next.what_for && last.weights + last.floats == next.weights &&
                    last.gradients + last.floats == next.gradients) {
                    last.floats += next.floats;
                    continue;
                }
            }
            list.items[list.size++] = next;
        }
    });
    return list;
}

template <class Net>
consteval auto trim_updates() {
    constexpr auto list = list_updates<Net>();
    std::array<update_span, list.size> spans{};
    for (std::size_t i = 0; i < list.size; ++i) spans[i] = list.items[i];
    return spans;
}

} // namespace detail

/// As few runs as possible: one for a network without frozen layers and running statistics.
template <any_network Net>
inline constexpr auto update_spans = detail::trim_updates<Net>();

} // namespace strata
