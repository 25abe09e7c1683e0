// The optimizer of a model: memory for its rule's state, and a step that applies the rule to every weight.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/parameter_padding.hpp"
#include "strata/graph/parameters.hpp"
#include "strata/graph/update_spans.hpp"
#include "strata/kernels/update.hpp"
#include "strata/meta/numbers.hpp"
#include "strata/meta/raise.hpp"
#include "strata/optimizers/rule.hpp"
#include "strata/tensor/arena.hpp"

#include <algorithm>
#include <cstddef>
#include <span>
#include <stdexcept>
#include <type_traits>
#include <utility>
#include <vector>

namespace strata::inline STRATA_TARGET {

/// An optimizer of one model's weights, by a rule: optimizer opt{model, adam{.learning_rate = 1e-3f}}.
template <any_network Net, optimizer_rule Rule, real_number Real = float>
class optimizer final {
public:
    using network = Net; ///< whose weights it moves
    using real = Real;   ///< the number type

    /// Takes the memory that the rule needs beside the weights. The optimizer is that model's from then on, also
    /// when the model moves; a clone, and a model that is assigned to this one, are others. Throws
    /// std::invalid_argument if a number of the rule makes no sense, or if the model was moved from.
    template <class Model>
    optimizer(const Model& net, const Rule& rule)
        : rule_{checked(rule)},
          state_{rule.states() * Net::parameter_floats},
          made_(detail::parameter_count<Net>),
          weights_{net.storage().data()} {
        static_assert(std::is_same_v<typename Model::network, Net>,
                      "strata: this optimizer is made for the model of another network");
        if (Net::parameter_floats > 0 && weights_ == nullptr)
            detail::raise<std::invalid_argument>(
                "an optimizer cannot be made for a model that was moved from");
    }

    optimizer(const optimizer&) = delete; // a second one is made from the model: optimizer b{model, sgd{}}
    optimizer& operator=(const optimizer&) = delete; // a second one is made from the model
    /// What was moved from throws std::invalid_argument when it is to step.
    optimizer(optimizer&& other) noexcept
        : rule_{other.rule_},
          state_{std::move(other.state_)},
          made_{std::move(other.made_)},
          weights_{std::exchange(other.weights_, nullptr)},
          steps_{other.steps_} {}
    optimizer& operator=(optimizer&& other) noexcept {
        if (this == &other) return *this; // a vector that is moved to itself may be empty then
        rule_ = other.rule_;
        state_ = std::move(other.state_);
        made_ = std::move(other.made_);
        weights_ = std::exchange(other.weights_, nullptr);
        steps_ = other.steps_;
        return *this;
    }
    ~optimizer() = default;

    /// Moves the weights against the gradients in the workspace (of the network, of a slice of it, or
    /// thawed), and empties them; running statistics follow. Without gradients it does nothing. Allocates
    /// nothing. Throws std::invalid_argument if the optimizer was made for another model.
    template <class Arch = arch, class Model, class Work>
    void step(Model& net, Work& work) {
        static_assert(std::is_same_v<typename Model::network, Net>,
                      "strata: this optimizer was made for the model of another network");
        check_model(net);
        if (work.gradients_empty()) return;
        begin_step();
        using part = typename Work::network;
        constexpr auto& spans = update_spans<part>;
        if constexpr (requires { work.sum_gradients(); }) { // of shards, side by side
            for (const update_span& span : spans) count_step<part>(span);
            work.for_each_gradient_sum([&](std::size_t begin, std::size_t count, const Real* sums) {
                for (const update_span& span : spans) {
                    const std::size_t first = std::max(begin, span.gradients);
                    const std::size_t last = std::min(begin + count, span.gradients + span.floats);
                    if (first < last)
                        move<Arch, part>(net, sums + (first - begin), span, first - span.gradients,
                                         last - span.gradients);
                }
            });
        } else {
            for (const update_span& span : spans) update<Arch>(net, work, span);
        }
        work.clear_gradients();
    }

    /// A step by parts, as train_step makes it: the weights of a span move when its gradients are complete,
    /// and after begin_step. Afterwards the padding of weights and state is zero, whatever the rule.
    void begin_step() { ++steps_; }
    template <class Arch = arch, class Model, class Work>
    void update(Model& net, Work& work, const update_span& span) {
        check_model(net);
        using part = typename Work::network;
        count_step<part>(span);
        move<Arch, part>(net, work.parameter_gradients().data() + span.gradients, span, 0, span.floats);
    }

    /// update by parts, which threads may do side by side: first count_step, then move for each part, floats `begin` to
    /// `end` of the span, both multiples of 16. `gradients` are those of that part alone, of a network, or slice, Part.
    template <class Part>
    void count_step(const update_span& span) {
        const std::size_t first = detail::first_parameter_of<Part, Net> + span.first;
        for (std::size_t i = first; i < first + span.parameters; ++i) ++made_[i];
    }
    /// The second half of update by parts: moves the weights of one part.
    template <class Arch, class Part, class Model>
    [[gnu::noinline]] void move(Model& net, const Real* gradients, const update_span& span, std::size_t begin,
                                std::size_t end) {
        using on = machine_of<Arch, Real>;
        constexpr auto& places = detail::parameter_places<Net>;
        Real* weights = net.storage().data();
        const std::size_t offset = parameter_offset<Part, Net>() + span.weights;
        if (begin == end) return;
        begin += offset, end += offset;
        const std::size_t start = begin;
        std::size_t first = detail::first_parameter_of<Part, Net> + span.first;
        while (places[first + 1].begin <= begin) ++first;
        while (begin < end) { // as far as all have made as many steps: mostly to the end
            std::size_t last = first + 1;
            while (places[last].begin < end && made_[last] == made_[first]) ++last;
            const std::size_t until = std::min(places[last].begin, end);
            if (span.what_for == role::running)
                kernels::descend<on>(until - begin, weights + begin, gradients + (begin - start), Real(1));
            else
                rule_.template update<on>({.count = until - begin,
                                           .weights = weights + begin,
                                           .gradients = gradients + (begin - start),
                                           .states = state_.size() == 0 ? nullptr : state_.data() + begin,
                                           .distance = Net::parameter_floats,
                                           .step = made_[first]});
            const auto clear = [&](Real* block) {
                detail::clear_padding_within<on>(places.data() + first, places.data() + last, begin, until,
                                                 block);
            };
            clear(weights);
            for (std::size_t s = 0; s < state_.size(); s += Net::parameter_floats) clear(state_.data() + s);
            begin = until;
            first = last;
        }
    }

    /// Throws std::invalid_argument unless this is the model that the optimizer was made for.
    template <class Model>
    void check_model(const Model& net) const {
        if (net.storage().data() == weights_ && (weights_ != nullptr || Net::parameter_floats == 0)) return;
        detail::raise<std::invalid_argument>(
            weights_ == nullptr ? "this optimizer was moved from"
                                : "this optimizer was made for another model of the same "
                                  "network: its state belongs to "
                                  "that model's weights. Make one from the model that is to learn, "
                                  "optimizer opt{model, adam{}}, and "
                                  "make it anew after the model was assigned to; copy_weights "
                                  "changes weights and keeps the optimizer");
    }

    /// How many steps it has made.
    [[nodiscard]] std::size_t steps() const { return steps_; }
    /// The rule's rate.
    [[nodiscard]] float learning_rate() const { return rule_.learning_rate; }
    /// Throws std::invalid_argument unless the rate is a finite number, at least 0.
    void learning_rate(float rate) {
        detail::check_not_negative("the learning rate", rate);
        rule_.learning_rate = rate;
    }
    /// The rule's state: so many blocks as it has floats a weight, each laid out like the weights.
    [[nodiscard]] std::span<const Real> state() const { return state_.span(); }
    /// How many steps each parameter has made, in the order of parameters_of<Net>.
    [[nodiscard]] std::span<const std::size_t> steps_of_parameters() const {
        return {made_.data(), made_.size()};
    }
    /// Goes on from where another one of the same rule stood. Throws std::invalid_argument for sizes of another network or
    /// rule, and for a rate that is not a finite number, at least 0; nothing has changed then.
    void go_on(std::span<const Real> state, std::span<const std::size_t> steps_of_parameters,
               std::size_t steps, float rate) {
        if (state.size() != state_.size() || steps_of_parameters.size() != made_.size())
            detail::raise<std::invalid_argument>(
                {"an optimizer with a state of ", state_.size(), " floats for ", made_.size(),
                 " parameters cannot go on from one of ", state.size(), " for ", steps_of_parameters.size()});
        learning_rate(rate);
        std::copy(state.begin(), state.end(), state_.data());
        made_.assign(steps_of_parameters.begin(), steps_of_parameters.end());
        steps_ = steps;
    }

private:
    static Rule checked(Rule rule) {
        if constexpr (requires { rule.check(); }) rule.check();
        return rule;
    }

    Rule rule_;
    basic_arena<Real> state_;
    std::vector<std::size_t> made_; // steps, of each parameter
    const Real* weights_ = nullptr; // of the model that this is for: only to know it again
    std::size_t steps_ = 0;
};

template <class Model, class Rule>
optimizer(const Model&, const Rule&) -> optimizer<typename Model::network, Rule, typename Model::real>;

namespace detail {

/// Whether this is Strata's optimizer, which train_step may tell to update layer by layer, and not a user's own.
template <class Optimizer>
inline constexpr bool is_optimizer = false;
template <class Net, class Rule, class Real>
inline constexpr bool is_optimizer<optimizer<Net, Rule, Real>> = true;

} // namespace detail

} // namespace strata

#include "strata/meta/macros_back.hpp"
