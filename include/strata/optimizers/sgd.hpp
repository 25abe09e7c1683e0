// Stochastic gradient descent, with momentum and Nesterov's variant of it.
#pragma once

#include "strata/graph/slice.hpp"
#include "strata/kernels/update.hpp"
#include "strata/tensor/arena.hpp"

#include <span>

namespace strata {

struct sgd_options {
    float learning_rate = 0.01f;
    float momentum = 0.0f; ///< how much of the last step is kept
    bool nesterov = false; ///< look ahead along the momentum (Sutskever and others, ICML 2013)
};

/// velocity = momentum * velocity + gradient; weight -= learning_rate * velocity. The formula of PyTorch, and
/// for a constant rate that of Keras.
template <any_network Net>
class sgd {
public:
    /// Takes memory for one velocity a weight, if there is momentum. Model is model<Net>.
    template <class Model>
    explicit sgd(const Model&, const sgd_options& options = {})
        : options_{options}, velocity_{options.momentum != 0.0f ? Net::parameter_floats : 0} {}

    /// Moves the weights against the gradients in the workspace (of the network, or of a slice of it), and
    /// empties them. Without gradients it does nothing.
    template <class Arch = arch, class Model, class Work>
    void step(Model& net, Work& work) {
        if (work.gradients_empty()) return;
        constexpr std::size_t offset = parameter_offset<typename Work::network, Net>();
        const std::span<const float> gradients = work.parameter_gradients();
        float* weights = net.storage().data() + offset;
        if (options_.momentum == 0.0f)
            kernels::descend<Arch>(gradients.size(), weights, gradients.data(), options_.learning_rate);
        else
            kernels::descend_with_momentum<Arch>(gradients.size(), weights, velocity_.data() + offset,
                                                 gradients.data(), options_.learning_rate, options_.momentum,
                                                 options_.nesterov);
        work.clear_gradients();
    }

    [[nodiscard]] float learning_rate() const { return options_.learning_rate; }
    void learning_rate(float rate) { options_.learning_rate = rate; }

private:
    sgd_options options_;
    arena velocity_;
};

template <class Model>
sgd(const Model&) -> sgd<typename Model::network>;
template <class Model>
sgd(const Model&, const sgd_options&) -> sgd<typename Model::network>;

} // namespace strata
