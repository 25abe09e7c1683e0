// Taking weights over from one network into another.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/parameter_padding.hpp"
#include "strata/kernels/vectors.hpp"
#include "strata/model/model.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <type_traits>

namespace strata::inline STRATA_TARGET::messages {

template <class To, class From>
struct weights_of_another_shape {
    static_assert(always_false<To>,
                  "strata: these two parts of networks have not the same parameters in the same order, "
                  "so the weights of one cannot be copied into the other");
};

} // namespace strata::messages

namespace strata::inline STRATA_TARGET {

namespace detail {

template <class To, class From>
consteval bool same_parameters() {
    constexpr auto& a = parameters_of<To>;
    constexpr auto& b = parameters_of<From>;
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i)
        if (a[i].what.name != b[i].what.name || a[i].what.logical != b[i].what.logical) return false;
    return true;
}

} // namespace detail

/// Copies the weights of one part of a network into a part of another with the same parameters, running
/// statistics included: copy_weights<until<classifier, "code">, encoder>(net, trained). Layers without
/// parameters need not be the same, either may be frozen, and from a model of doubles to one of floats numbers are rounded. Both
/// parts may be of one model, and overlap. Throws std::invalid_argument if a model was moved from.
template <any_network To, any_network From, class Arch = arch, any_network NetTo, any_network NetFrom,
          class RealTo, class RealFrom>
void copy_weights(model<NetTo, RealTo>& to, const model<NetFrom, RealFrom>& from) {
    if constexpr (!detail::same_parameters<To, From>()) {
        static_assert(sizeof(messages::weights_of_another_shape<To, From>) > 0);
    } else {
        detail::check_not_moved(from);
        detail::check_not_moved(to);
        RealTo* block = to.storage().data() + parameter_offset<To, NetTo>();
        const RealFrom* source = from.storage().data() + parameter_offset<From, NetFrom>();
        if constexpr (std::is_same_v<RealTo, RealFrom>)
            std::memmove(block, source, From::parameter_floats * sizeof(RealTo)); // may be of one model
        else
            std::transform(source, source + From::parameter_floats, block,
                           [](RealFrom value) { return static_cast<RealTo>(value); });
        detail::clear_parameter_padding<machine_of<Arch, RealTo>, To>(block);
    }
}

} // namespace strata

#include "strata/meta/macros_back.hpp"
