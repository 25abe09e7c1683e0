// The weights of the best epoch, which the model gets back however its training ends.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/finite.hpp"
#include "strata/model/model.hpp"

#include <algorithm>
#include <vector>

namespace strata::inline STRATA_TARGET::detail {

/// Keeps the weights of the epoch with the least loss so far, if they are wanted, and gives them back to the
/// model at its own end, by an exception too. Without a best epoch the model stays as it is.
template <class Net, class Real>
class best_weights {
public:
    best_weights(model<Net, Real>& net, bool wanted) : net_{net} {
        if (wanted) weights_.assign(net.storage().begin(), net.storage().end());
    }
    best_weights(const best_weights&) = delete;
    best_weights& operator=(const best_weights&) = delete;
    ~best_weights() {
        if (restores()) std::copy(weights_.begin(), weights_.end(), net_.storage().begin());
    }

    /// Whether this loss is the least so far; one that is a NaN or infinite is not.
    template <class Arch>
    bool offer(float loss) {
        if (!kernels::is_finite<Arch>(loss) || (any_ && !(loss < least_))) return false;
        any_ = true;
        least_ = loss;
        if (!weights_.empty()) std::copy_n(net_.storage().data(), weights_.size(), weights_.begin());
        return true;
    }

    /// Whether the model gets other weights back than those of its last step.
    [[nodiscard]] bool restores() const { return any_ && !weights_.empty(); }

private:
    model<Net, Real>& net_;
    std::vector<Real> weights_;
    float least_ = 0;
    bool any_ = false;
};

} // namespace strata::detail

#include "strata/meta/macros_back.hpp"
