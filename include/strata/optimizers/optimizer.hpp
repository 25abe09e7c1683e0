// What optimizers share: memory for their state, and a step that applies their rule to every weight.
#pragma once

#include "strata/graph/update_spans.hpp"
#include "strata/kernels/update.hpp"
#include "strata/tensor/arena.hpp"

#include <cstddef>
#include <type_traits>

namespace strata {

/// An optimizer of a network's weights. A Rule has its options, says how many floats of state a weight needs,
/// and updates a range of weights.
template <any_network Net, class Rule>
class optimizer {
public:
    using network = Net;

    /// Takes the memory that the rule needs beside the weights.
    explicit optimizer(const Rule& rule) : rule_{rule}, state_{rule.states() * Net::parameter_floats} {}

    /// Moves the weights against the gradients in the workspace (of the network, of a slice of it, or
    /// thawed), and empties them; running statistics follow. Without gradients it does nothing. Allocates
    /// nothing.
    template <class Arch = arch, class Model, class Work>
    void step(Model& net, Work& work) {
        static_assert(std::is_same_v<typename Model::network, Net>,
                      "strata: this optimizer was made for the model of another network");
        if (work.gradients_empty()) return;
        begin_step();
        for (const update_span& span : update_spans<typename Work::network>) update<Arch>(net, work, span);
        work.clear_gradients();
    }

    /// A step by parts, as train_step makes it: the weights of a span move when its gradients are complete,
    /// and after begin_step.
    void begin_step() { ++steps_; }
    template <class Arch = arch, class Model, class Work>
    void update(Model& net, Work& work, const update_span& span) {
        constexpr std::size_t offset = parameter_offset<typename Work::network, Net>();
        float* weights = net.storage().data() + offset + span.weights;
        const float* gradients = work.parameter_gradients().data() + span.gradients;
        if (span.what_for == role::running)
            kernels::descend<Arch>(span.floats, weights, gradients, 1.0f);
        else
            rule_.template update<Arch>(span.floats, weights, gradients,
                                        rule_.states() == 0 ? nullptr : state_.data() + offset + span.weights,
                                        Net::parameter_floats, steps_);
    }

    /// How many steps it has made.
    [[nodiscard]] std::size_t steps() const { return steps_; }
    [[nodiscard]] float learning_rate() const { return rule_.learning_rate; }
    void learning_rate(float rate) { rule_.learning_rate = rate; }

private:
    Rule rule_;
    arena state_;
    std::size_t steps_ = 0;
};

/// Whether train_step may call begin_step and update for each layer instead of step. Not for a class derived
/// from one of Strata's, whose own step would go unnoticed.
template <class Optimizer>
inline constexpr bool steps_by_layer = false;

} // namespace strata
