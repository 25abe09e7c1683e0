// A loss for a network that does not end as the loss expects, or for other targets than it takes.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/losses/loss.hpp"
#include "strata/losses/terms.hpp"

#include <cstddef>

namespace strata::inline STRATA_TARGET {

/// The same loss without its checks: see unchecked().
template <loss Loss>
struct unchecked_loss {
    Loss what; ///< the loss

    template <class Arch>
    real_of<Arch> value(const rows_of<Arch>& y, const rows_of<Arch>& target, std::size_t samples) const {
        return what.template value<Arch>(y, target, samples);
    }
    template <class Arch>
    real_of<Arch> gradient(const rows_of<Arch>& y, const rows_of<Arch>& target, std::size_t samples,
                           const padded_rows<real_of<Arch>>& out) const {
        return what.template gradient<Arch>(y, target, samples, out);
    }
};

/// Its terms are those of the loss within.
template <class Loss>
struct terms_of<unchecked_loss<Loss>> : terms_of<Loss> {
    static decltype(auto) get(const unchecked_loss<Loss>& loss) { return terms_of<Loss>::get(loss.what); }
};

template <class Loss>
inline constexpr bool takes_class_indices<unchecked_loss<Loss>> = takes_class_indices<Loss>;

/// A loss whose network may end as it likes and whose targets may be any numbers: unchecked(bce{}) behind a
/// layer of one's own that gives probabilities, unchecked(cross_entropy{}) behind a sigmoid that is meant.
template <loss Loss>
unchecked_loss<Loss> unchecked(const Loss& what) {
    return {what};
}

} // namespace strata

#include "strata/meta/macros_back.hpp"
