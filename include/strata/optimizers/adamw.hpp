// AdamW: Adam with weight decay by default.
#pragma once

#include "strata/optimizers/adam.hpp"

namespace strata {

/// Adam whose weight_decay is 0.01 unless chosen otherwise, as in PyTorch.
template <any_network Net>
class adamw : public optimizer<Net, adam_options> {
public:
    template <class Model>
    explicit adamw(const Model&, const adam_options& options = {.weight_decay = 0.01f})
        : optimizer<Net, adam_options>{options} {}
    /// Options under other names, or none of ours.
    template <class Model, class Options = detail::misnamed_options>
    explicit adamw(const volatile Model& net, const Options&) : adamw{const_cast<const Model&>(net)} {
        static_assert(sizeof(messages::option_of_another_name<Model>) > 0);
    }
};

template <class Net>
inline constexpr bool steps_by_layer<adamw<Net>> = true;

template <class Model>
adamw(const Model&) -> adamw<typename Model::network>;
template <class Model>
adamw(const Model&, const adam_options&) -> adamw<typename Model::network>;
template <class Model, class Options = detail::misnamed_options>
adamw(const volatile Model&, const Options&) -> adamw<typename Model::network>;

} // namespace strata
