// AdamW: Adam with weight decay by default.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/optimizers/adam.hpp"

#include <cstddef>

namespace strata::inline STRATA_TARGET {

/// A rule (see rule.hpp): adam, with its options, but for weight_decay, which is 0.01 unless chosen otherwise, as in
/// PyTorch.
struct adamw {
    float learning_rate = 0.001f; ///< at least 0
    float beta1 = 0.9f;           ///< as adam's
    float beta2 = 0.999f;         ///< as adam's
    float epsilon = 1e-8f;        ///< as adam's
    float weight_decay = 0.01f;   ///< each step takes this part, times the rate, off every weight

    [[nodiscard]] std::size_t states() const { return as_adam().states(); }

    /// Throws std::invalid_argument for a number that makes no sense.
    void check() const { as_adam().check(); }

    template <class Arch>
    void update(const weight_update<Arch>& u) const {
        as_adam().update<Arch>(u);
    }

private:
    [[nodiscard]] adam as_adam() const { return {learning_rate, beta1, beta2, epsilon, weight_decay}; }
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
