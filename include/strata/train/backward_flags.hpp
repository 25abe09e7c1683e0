// How each layer runs in a backward pass, by what is wanted of it.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/layer_values.hpp"
#include "strata/graph/tied.hpp"

#include <array>
#include <cstddef>

namespace strata::inline STRATA_TARGET::detail {

/// How a layer runs backwards.
struct backward_flags {
    bool hands_on = false; ///< a layer before it learns, or the input's gradient is wanted
    bool learns = false;   ///< its weights have gradients, be it from layers that are tied to it alone
    bool has_own = false;  ///< it adds to these itself, or to those of the layer that it is tied to
    bool adds_to_owner = false;
    bool runs =
        false; ///< unless it does neither, computes nothing, or the kernel of the layer behind it does
    bool masked = false;            ///< its kernel does that of the relu before it
    bool owns_tied_weights = false; ///< other layers add to the gradient of its weights
    bool adds = false;              ///< its gradient is added to what other readers of its input left
};

/// Whether a value's gradient is worked out: what it is computed by learns, or the inputs' gradients are wanted.
template <class Net, bool WantParameters, bool WantInput>
constexpr bool hands_on_to(std::size_t value) {
    return WantInput ? Net::table.hands_back[value] : WantParameters && Net::table.learned[value];
}

template <class Work, bool WantParameters, bool WantInput, bool Fused>
struct backward_flags_of {
    static constexpr auto of = [] {
        using part = typename Work::network;
        constexpr auto& table = part::table;
        std::array<backward_flags, part::layer_count> flags{};
        for (std::size_t i = 0; i < part::layer_count; ++i) {
            bool hands_on = false;
            for (const std::size_t v : part::topology.operands_of(i))
                hands_on = hands_on || hands_on_to<part, WantParameters, WantInput>(v);
            const bool arrives = table.gradient_arrives[part::topology.written(i)];
            hands_on = hands_on && arrives;
            const bool learns = WantParameters && table.gradient_offset[i + 1] > table.gradient_offset[i];
            const bool adds_to_owner = WantParameters && table.adds_to_owner[i];
            const bool computes = kinds_of<typename part::layers>::values[i]->traits.output != storage::view;
            flags[i] = {.hands_on = hands_on,
                        .learns = learns,
                        .has_own = (learns && arrives) || adds_to_owner,
                        .adds_to_owner = adds_to_owner,
                        .runs = computes && (hands_on || learns || adds_to_owner) &&
                                !(Fused && Work::plan.masked[i + 1]),
                        .masked = Fused && Work::plan.masked[i],
                        .owns_tied_weights = WantParameters && owners<part>[i],
                        .adds = Work::plan.adds[part::topology.first[i]]};
        }
        return flags;
    }();
};

} // namespace strata::detail

#include "strata/meta/macros_back.hpp"
