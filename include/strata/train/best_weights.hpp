// The weights of the best epoch, which the model gets back however its training ends.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/finite.hpp"
#include "strata/meta/raise.hpp"
#include "strata/model/model.hpp"

#include <algorithm>
#include <optional>
#include <span>
#include <stdexcept>
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

    [[nodiscard]] std::optional<float> least() const { return any_ ? std::optional{least_} : std::nullopt; }
    [[nodiscard]] std::span<const Real> weights() const {
        return {weights_.data(), any_ ? weights_.size() : 0};
    }
    /// Goes on from what another one had. Throws std::invalid_argument if it kept other weights than this one is to.
    void go_on(std::optional<float> least, std::span<const Real> weights) {
        if (least && weights.size() != weights_.size())
            raise<std::invalid_argument>({"fit is to go on from a state with ", weights.size(),
                                          " best weights, and keeps ", weights_.size(),
                                          ": restore_best_weights is another option there"});
        any_ = least.has_value();
        least_ = least.value_or(0.0f);
        if (any_) std::copy(weights.begin(), weights.end(), weights_.begin());
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
