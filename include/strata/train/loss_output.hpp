// Whether a network ends as its loss expects: cross_entropy takes logits, bce takes probabilities.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/messages.hpp"
#include "strata/graph/network.hpp"
#include "strata/losses/expected_output.hpp"
#include "strata/train/losses_of_outputs.hpp"

#include <array>
#include <cstddef>
#include <type_traits>

namespace strata::inline STRATA_TARGET::messages {

template <class Number, class Layer, class Loss>
struct loss_of_logits_behind_probabilities {
    static_assert(always_false<Number>,
                  "strata: this loss takes logits and applies the softmax or the sigmoid itself: leave the "
                  "network's last one out (until<...> and a mark before it train such a network), or write "
                  "unchecked(loss) if you mean it");
};

template <class Number, class Layer, class Loss>
struct loss_of_probabilities_behind {
    static_assert(always_false<Number>,
                  "strata: this loss takes probabilities, and the network does not end in a sigmoid or a "
                  "softmax: take bce_with_logits, or end the network in sigmoid, or write unchecked(loss) if "
                  "the layer named here gives numbers from 0 to 1");
};

} // namespace strata::messages

namespace strata::inline STRATA_TARGET::detail {

/// The layer that decides what the values of output K are: marks, changes of shape and the like are passed over. The first
/// of them if nothing else comes before.
template <class Net, std::size_t K>
consteval std::size_t deciding_layer() {
    constexpr auto& kinds = kinds_of<typename Net::layers>::values;
    constexpr std::size_t first = Net::topology.written(0);
    std::size_t i = Net::output_values[K] - first;
    while ((kinds[i]->traits.output == storage::view || kinds[i]->traits.gives == output_values::as_input) &&
           Net::table.source[i] >= first)
        i = Net::table.source[i] - first;
    return i;
}

/// Names the message for a loss that does not fit output K of a network, messages::none if it fits.
template <class Net, std::size_t K, class Loss>
consteval auto diagnose_output() {
    constexpr std::size_t last = deciding_layer<Net, K>();
    using layer = element_t<last, typename Net::layers>;
    using number = messages::layer_number<last + 1>;
    constexpr bool probabilities = layer::traits.gives == output_values::probabilities;
    if constexpr (expected_output_of<Loss> == expected_output::logits && probabilities)
        return std::type_identity<messages::loss_of_logits_behind_probabilities<number, layer, Loss>>{};
    else if constexpr (expected_output_of<Loss> == expected_output::probabilities && !probabilities)
        return std::type_identity<messages::loss_of_probabilities_behind<number, layer, Loss>>{};
    else
        return std::type_identity<messages::none>{};
}

/// The same for all of a network's outputs, from the first or from K on.
template <class Net, class Loss, std::size_t K = 0>
consteval auto diagnose_outputs() {
    if constexpr (stands_in<Net>) {
        return std::type_identity<messages::none>{};
    } else if constexpr (!losses_fit<Net, Loss>) {
        return std::type_identity<names_error<Net, Loss>>{};
    } else if constexpr (K == Net::outputs.size()) {
        return std::type_identity<messages::none>{};
    } else {
        using error = typename decltype(diagnose_output<Net, K, loss_at_t<Net, K, Loss>>())::type;
        if constexpr (std::is_same_v<error, messages::none>)
            return diagnose_outputs<Net, Loss, K + 1>();
        else
            return std::type_identity<error>{};
    }
}

/// To be asserted of size above 0 by each verb that takes a loss, which instantiates the message.
template <class Net, class Loss>
using output_error = typename decltype(diagnose_outputs<Net, Loss>())::type;

} // namespace strata::detail

#include "strata/meta/macros_back.hpp"
