// Layers that training leaves as they are.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/chain.hpp"
#include "strata/graph/concepts.hpp"
#include "strata/graph/mark.hpp"
#include "strata/meta/fixed_string.hpp"
#include "strata/meta/raise.hpp"
#include "strata/meta/type_list.hpp"

#include <string>

namespace strata::inline STRATA_TARGET {

/// Layers (or splices) that training leaves as they are: neither their weight gradients nor, if they come
/// first, any gradient at all is computed or given memory. They always run as in inference: dropout drops
/// nothing, batch_norm uses its running statistics. thawed<Net> trains them again.
template <class... Entries>
struct frozen {};

namespace detail {

constexpr layer_traits with_frozen(layer_traits traits, bool frozen) {
    traits.frozen = frozen;
    return traits;
}

/// One layer, frozen.
template <class Layer>
struct frozen_layer : Layer {
    using thawed = Layer;
    static constexpr layer_traits traits = with_frozen(Layer::traits, true);
    static std::string describe() { return text_of({"frozen ", std::string{Layer::describe()}}); }
};

template <class Entry>
struct freeze {
    using type = Entry; // not a layer: the message comes later
};
template <layer Layer>
struct freeze<Layer> {
    using type = frozen_layer<Layer>;
};
template <layer Layer>
struct freeze<frozen_layer<Layer>> {
    using type = frozen_layer<Layer>;
};
template <fixed_string Name>
struct freeze<mark<Name>> {
    using type = mark<Name>;
};

template <class Layer>
struct thaw {
    using type = Layer;
};
template <class Layer>
struct thaw<frozen_layer<Layer>> {
    using type = Layer;
};

} // namespace detail

/// A network whose frozen layers are trained again. It runs on the weights of the network that it thaws:
/// workspace<thawed<classifier>, batch<32>> fine-tunes a model<classifier>.
template <any_network Net>
struct thawed
    : detail::chain<typename Net::leading_inputs,
                    typename detail::change_each<detail::thaw, typename Net::layers>::type, Net::topology> {};

template <class Net>
struct detail::origin<thawed<Net>> : detail::origin<Net> {};

} // namespace strata

#include "strata/meta/macros_back.hpp"
