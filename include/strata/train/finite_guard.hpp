// What fit looks at in each step, for loops of one's own: a step in which a number is a NaN or infinite ends the training, or
// is left out, and is told where that number was first seen.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/train/find_in_step.hpp"
#include "strata/train/fit_step.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>

namespace strata::inline STRATA_TARGET {

/// What a finite_guard does with a step in which a number is a NaN or infinite.
enum class if_not_finite {
    raise, ///< throws a not_finite_error
    skip,  ///< leaves the step out
    off    ///< nothing: its steps are train_step's, or the optimizer's
};

/// Where in a step of training the first number that is a NaN or infinite was seen.
struct not_finite {
    std::size_t step = 0;   ///< the guard's, from 1
    step_stage stage{};     ///< data, forward, loss, backward or weights
    std::size_t layer = 0;  ///< the layer's number, from 1; 0 if it is no layer's
    std::string layer_type; ///< "dense 32"
    std::string_view mark;  ///< the last before the layer, as files name its weights
    std::string text;       ///< all of it, for people, with what to do
};

/// What a finite_guard throws.
class not_finite_error : public std::runtime_error {
public:
    /// With the sentence that what() says.
    not_finite_error(const std::string& text, const not_finite& found)
        : std::runtime_error{text}, found_{found} {}
    /// Where it was seen.
    [[nodiscard]] const not_finite& found() const { return found_; }

private:
    not_finite found_;
};

/// Steps of training in a loop of one's own that look at what fit looks at, in a workspace or a team:
///
///     finite_guard guard{if_not_finite::skip};
///     for (auto [x, y] : minibatches<32>(images, labels, seed{epoch}))
///         if (auto loss = guard.step(net, work, opt, cross_entropy{}, x, y)) sum += *loss;
///
/// A step looks at its samples, its loss and all gradients before the optimizer steps. If one of them is a NaN or infinite,
/// the pass is run once more to find the first layer that has one. Weights, running statistics and the optimizer are then
/// as they were before the step, and the workspace has no gradients. Numbers that a layer squashes, tanh an infinity for
/// instance, are not seen if loss and gradients are finite. At the weights it looks in every 64th step, in a step where
/// something else is not finite, and in check(net), for the end of an epoch: weights that earlier steps have left so are an
/// error under either policy, since no step left out mends them. A step that is not made has drawn its noise as any other,
/// so that the next one draws new. Allocates nothing while all is finite.
class finite_guard {
public:
    /// Throws, leaves such steps out, or does not look.
    explicit finite_guard(if_not_finite policy = if_not_finite::raise) : policy_{policy} {}

    /// train_step with the same bits. Returns the loss before the step; nothing if the step was left out. Throws
    /// not_finite_error where the policy says so; besides as train_step does, and std::invalid_argument for samples that
    /// lie in the workspace's own memory. Under policy off it is train_step, which looks at the samples, the loss and its
    /// gradient.
    template <class Arch = arch, any_network Net, class Real, class Work, class Optimizer, class Loss,
              class X, class Target>
    std::optional<Real> step(model<Net, Real>& net, Work& work, Optimizer& optimizer, const Loss& loss,
                             const X& x, const Target& target) {
        using part = typename Work::network;
        using on = machine_of<Arch, Real>;
        using in = detail::fit_in<typename detail::work_in_fit<Work>::type>;
        static_assert(sizeof(detail::tie_error<part>) > 0);
        static_assert(sizeof(detail::part_error<part, Net>) > 0);
        static_assert(sizeof(detail::targets_error<part, Target>) > 0);
        static_assert(sizeof(detail::output_error<part, Loss>) > 0);
        static_assert(sizeof(detail::terms_error<part, Loss>) > 0);
        static_assert(sizeof(detail::optimizer_error<Optimizer, Net>) > 0);
        if constexpr (!detail::optimizer_fits<Optimizer, Net> || !detail::targets_fit<part, Loss, Target>) {
            return {};
        } else {
            ++steps_;
            const auto& seen_x = detail::see_samples<part, Real>(x);
            const auto& samples = detail::view_of(seen_x);
            if (policy_ == if_not_finite::off || samples.rows == 0)
                return train_step<Arch>(net, work, optimizer, loss, x, target);
            const auto& seen_y = detail::see_targets_or_numbers<part, Loss, Real>(target, samples.rows);
            const auto& targets = detail::view_of(seen_y);
            detail::require_rows(samples, targets, "a step");
            detail::require_optimizer_of(optimizer, net);
            detail::for_each_part(samples, [&](auto, const auto& rows) {
                if (work.overlaps(std::span{rows.data, 1}))
                    detail::raise<std::invalid_argument>(
                        "samples of a finite_guard lie in the workspace's own memory: copy them first");
            });
            const batch_of<decltype(samples), decltype(targets)> batch{samples, targets};
            const auto outcome =
                in::template step<on>(net, work, optimizer, loss, batch, std::nullopt, nullptr);
            if (outcome.finite) {
                if (steps_ % steps_to_weights == 0) look_at_weights<on, part>(net);
                return outcome.loss;
            }
            work.repeat_noise();
            // Of the whole batch: a team's shards would count rows from their own first one.
            const detail::found_cause data = detail::find_bad_data<on>(samples, targets);
            const detail::found_cause found =
                in::template cause<on>(net, work, loss, samples, targets, detail::find_in_step{});
            work.clear_gradients();
            leave_out<part>(data.text.empty() ? found : data);
            return {};
        }
    }

    /// The optimizer's step alone, behind accumulate and whatever a program does with the gradients: looks at these first.
    /// Returns whether the step was made.
    template <class Arch = arch, any_network Net, class Real, class Work, class Optimizer>
    bool step(model<Net, Real>& net, Work& work, Optimizer& optimizer) {
        using part = typename Work::network;
        using on = machine_of<Arch, Real>;
        static_assert(sizeof(detail::tie_error<part>) > 0);
        static_assert(sizeof(detail::optimizer_error<Optimizer, Net>) > 0);
        if constexpr (!detail::optimizer_fits<Optimizer, Net>) {
            return false;
        } else {
            ++steps_;
            detail::require_optimizer_of(optimizer, net);
            if (policy_ != if_not_finite::off && !work.gradients_empty()) {
                const std::span<Real> gradients = work.parameter_gradients();
                if (!kernels::all_finite<on>(gradients.size(), gradients.data())) {
                    work.clear_gradients();
                    auto found = detail::find_bad_weights<on, part>(detail::weights_of<part>(net));
                    if (found.text.empty())
                        found = detail::find_cause_in_gradients<on, part>(gradients.data());
                    leave_out<part>(found);
                    return false;
                }
            }
            detail::make_step<on>(net, work, optimizer);
            if (policy_ != if_not_finite::off && steps_ % steps_to_weights == 0)
                look_at_weights<on, part>(net);
            return true;
        }
    }

    /// Throws not_finite_error if a weight of the model that learns is not finite, and names the first layer that has one,
    /// unless the policy is off. `Part` is the slice that learns, if it is not all.
    template <class Part = void, class Arch = arch, any_network Net, class Real>
    void check(const model<Net, Real>& net) {
        if (policy_ != if_not_finite::off)
            look_at_weights<machine_of<Arch, Real>, std::conditional_t<std::is_void_v<Part>, Net, Part>>(net);
    }

    /// What it was made with.
    [[nodiscard]] if_not_finite policy() const { return policy_; }
    /// How many steps it was asked for.
    [[nodiscard]] std::size_t steps() const { return steps_; }
    /// How many of these it has left out.
    [[nodiscard]] std::size_t skipped() const { return skipped_; }
    /// What was found in the last step that was not finite; nothing if all were.
    [[nodiscard]] const std::optional<not_finite>& last_found() const { return last_; }

private:
    static constexpr std::size_t steps_to_weights = 64;

    template <class Samples, class Targets>
    struct batch_of {
        Samples x;
        Targets y;
    };

    template <class Arch, class Part, class Net, class Real>
    void look_at_weights(const model<Net, Real>& net) {
        const detail::found_cause found =
            detail::find_bad_weights<Arch, Part, true>(detail::weights_of<Part>(net));
        if (!found.text.empty()) fail<Part>(found);
    }

    template <class Part>
    void leave_out(const detail::found_cause& cause) {
        if (policy_ == if_not_finite::raise || cause.stage == step_stage::weights) fail<Part>(cause);
        ++skipped_;
        note<Part>(cause);
    }
    template <class Part>
    void note(const detail::found_cause& cause) {
        last_ = not_finite{steps_, cause.stage, cause.layer, {}, {}, cause.text};
        if (cause.layer > 0) {
            last_->layer_type = detail::describe_layer<Part>(cause.layer - 1);
            last_->mark =
                detail::last_mark_before(cause.layer - 1, detail::marks_of<typename Part::layers>::texts);
        }
    }
    template <class Part>
    [[noreturn]] void fail(const detail::found_cause& cause) {
        note<Part>(cause);
        detail::raise_with<not_finite_error>(detail::text_of({"step ", steps_, " of training: ", cause.text}),
                                             *last_);
    }

    if_not_finite policy_;
    std::size_t steps_ = 0;
    std::size_t skipped_ = 0;
    std::optional<not_finite> last_;
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
