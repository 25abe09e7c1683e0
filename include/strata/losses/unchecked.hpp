// A loss for a network that does not end as the loss expects, or for other targets than it takes.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/losses/differentiate.hpp"
#include "strata/losses/terms.hpp"

namespace strata {

/// The same loss without its checks: see unchecked().
template <output_loss Loss>
struct unchecked_loss {
    Loss what;

    template <class Arch, extents Output = unknown_shape>
    float differentiate(const padded_rows<const float>& y, const padded_rows<float>& target) const {
        return detail::differentiate<Arch, Output>(what, y, target);
    }
};

/// A loss whose network may end as it likes and whose targets may be any numbers: unchecked(bce{}) behind a
/// layer of one's own that gives probabilities, unchecked(cross_entropy{}) behind a sigmoid that is meant.
template <output_loss Loss>
unchecked_loss<Loss> unchecked(const Loss& loss) {
    return {loss};
}

} // namespace strata

#include "strata/meta/macros_back.hpp"
