// The memory a network runs in: activations, gradients and scratch for up to Batch samples, by the plan.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/operand_messages.hpp"
#include "strata/graph/plan.hpp"
#include "strata/meta/raise.hpp"
#include "strata/model/batch.hpp"
#include "strata/random/philox.hpp"
#include "strata/tensor/arena.hpp"
#include "strata/tensor/rows.hpp"
#include "strata/tensor/several_rows.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

namespace strata::inline STRATA_TARGET {

template <class Net, class size_as_batch_of_32 = messages::no_batch, class Purpose = training,
          class Real = float>
class workspace; // of a struct that inherits network<...>, not called layers, inputs, ..., or of a slice

/// What one network (or slice) needs in order to run on up to Batch samples at a time. One thread uses it at
/// a time; any number of workspaces may share one model. All memory is taken at construction. One of a
/// model<Net, double> is workspace<Net, batch<32>, training, double>.
template <any_network Net, detail::sized_batch Batch, class Purpose, real_number Real>
class workspace<Net, Batch, Purpose, Real> {
public:
    using network = Net;                                                  ///< that runs in it
    using real = Real;                                                    ///< the number type
    static constexpr std::size_t capacity = Batch::rows;                  ///< samples at a time
    static constexpr bool trains = std::is_same_v<Purpose, training>;     ///< whether it is for training
    static constexpr auto& plan = memory_plan_of<Net, capacity, Purpose>; ///< what lies where in its memory

    workspace() : memory_{plan.floats}, parameter_gradients_{trains ? Net::gradient_floats : 0} {
        if constexpr (plan.floats > most_floats)
            static_assert(sizeof(messages::workspace_too_large<Net, Batch>) > 0);
    }

    workspace(const workspace&) = delete;            // make another: workspace<Net, batch<32>> second
    workspace& operator=(const workspace&) = delete; // make another: workspace<Net, batch<32>> second
    /// What was moved from throws std::invalid_argument when it is to run, and has 0 rows().
    workspace(workspace&& other) noexcept
        : memory_{std::move(other.memory_)},
          parameter_gradients_{std::move(other.parameter_gradients_)},
          rows_{std::exchange(other.rows_, 0)},
          place_{other.place_},
          seed_{other.seed_},
          pass_{other.pass_},
          gradients_empty_{other.gradients_empty_},
          ran_{other.ran_} {}
    workspace& operator=(workspace&& other) noexcept {
        memory_ = std::move(other.memory_);
        parameter_gradients_ = std::move(other.parameter_gradients_);
        rows_ = this == &other ? rows_ : std::exchange(other.rows_, 0);
        place_ = other.place_;
        seed_ = other.seed_;
        pass_ = other.pass_;
        gradients_empty_ = other.gradients_empty_;
        ran_ = other.ran_;
        return *this;
    }
    ~workspace() = default;

    /// How many samples the last pass had.
    [[nodiscard]] std::size_t rows() const { return rows_; }

    /// Takes the samples of the next forward pass: rows, of several inputs several_rows. Rows that a pass has left in this
    /// workspace may be taken, too, where there is one input. Throws std::length_error if there are more than there is
    /// room for, std::invalid_argument if they are rows of this workspace that copying would overwrite before they are
    /// read.
    template <class Samples>
    void load(const Samples& x) {
        static_assert(detail::is_for<Samples, Net::inputs.size()>);
        check_not_moved();
        if (x.rows > capacity)
            detail::raise<std::length_error>({x.rows, " samples for a workspace of batch<", capacity, ">"});
        const auto place = [&](std::size_t k) {
            const std::size_t value = Net::input_values[k];
            return padded_rows<Real>{memory_.data() + plan.activation(value).offset, x.rows,
                                     Net::table.shapes[value].count()};
        };
        detail::for_each_part(x, [&](std::size_t k, const basic_rows_view<Real>& rows) {
            if (!copies_in_order(rows, place(k)))
                detail::raise<std::invalid_argument>(
                    "these samples lie in the workspace's own memory, but in "
                    "another order: copy them first");
        });
        rows_ = x.rows;
        ran_ = false;
        detail::for_each_part(x, [&](std::size_t k, const basic_rows_view<Real>& rows) {
            copy_rows(rows, place(k));
            clear_padding(place(k));
        });
    }

    /// A value (see graph/topology.hpp) as rows of so many numbers.
    [[nodiscard]] padded_rows<Real> activation(std::size_t value, std::size_t width) {
        return {memory_.data() + plan.activation(value).offset, rows_, width};
    }
    [[nodiscard]] padded_rows<Real> activation(std::size_t value) {
        return activation(value, Net::table.shapes[value].count());
    }

    /// The gradient of the loss by that.
    [[nodiscard]] padded_rows<Real> gradient(std::size_t value, std::size_t width)
    requires trains
    {
        return {memory_.data() + plan.gradient(value).offset, rows_, width};
    }
    [[nodiscard]] padded_rows<Real> gradient(std::size_t value)
    requires trains
    {
        return gradient(value, Net::table.shapes[value].count());
    }
    /// Where a layer leaves the gradient of what it reads until it is added to what other readers left.
    [[nodiscard]] padded_rows<Real> addend(std::size_t layer)
    requires trains
    {
        return {memory_.data() + plan.addends[layer].offset, rows_, Net::table.given[layer].count()};
    }

    /// The scratch of a layer, forwards.
    [[nodiscard]] Real* forward_scratch(std::size_t layer) {
        return memory_.data() + plan.forward_scratch(layer).offset;
    }
    /// The same, backwards.
    [[nodiscard]] Real* backward_scratch(std::size_t layer) {
        return memory_.data() + plan.backward_scratch(layer).offset;
    }
    /// What a layer's forward leaves for its gradients.
    [[nodiscard]] Real* saved(std::size_t layer) { return memory_.data() + plan.saved(layer).offset; }

    /// Starts the random numbers of dropout, gaussian_noise and sample_gaussian anew: the same passes after
    /// the same seed draw the same ones. Workspaces that work on one task together need a seed each.
    /// `passes` says how many passes of training have drawn theirs already.
    void seed(strata::seed s, std::uint64_t passes = 0) {
        seed_ = s;
        pass_ = passes;
    }
    /// How many have: with these a training that goes on from a file is seeded.
    [[nodiscard]] std::uint64_t passes() const { return pass_; }
    /// Each pass of training draws numbers of its own.
    void begin_pass() { ++pass_; }
    /// The next pass draws the numbers of the last one once more.
    void repeat_noise() { --pass_; }
    /// What a layer draws in the pass.
    [[nodiscard]] noise_source noise(std::size_t layer) const {
        return {seed_.value, streams::layers + layer, pass_, place_.first_row};
    }

    /// Its samples are a part of a batch that several workspaces share: means go over the whole of it, and samples draw
    /// noise by their numbers in it. Until told otherwise they are a batch.
    void take_part(const detail::part_of_batch& place) { place_ = place; }
    /// How many samples means go over.
    [[nodiscard]] std::size_t batch_rows() const {
        return place_.batch_rows == 0 ? rows_ : place_.batch_rows;
    }
    /// Whether the batch's first sample is among these: what counts once a batch is counted here.
    [[nodiscard]] bool begins_batch() const { return place_.first_row == 0; }
    /// How much of the batch these samples are.
    [[nodiscard]] Real share() const {
        return rows_ == batch_rows() ? Real(1) : static_cast<Real>(rows_) / static_cast<Real>(batch_rows());
    }

    /// A pass of training is complete: one backward pass may go back through it.
    void note_forward() { ran_ = true; }
    /// Throws std::logic_error unless the last thing that ran in here was a forward pass of training.
    void check_forward() const {
        check_not_moved();
        if (!ran_)
            detail::raise<std::logic_error>("a backward pass goes back through the forward pass of training "
                                            "before it, once, and there "
                                            "is none: call forward(net, work, x) first");
    }
    /// A backward pass has gone back: another one needs a forward pass first.
    void note_backward() { ran_ = false; }

    /// What came out: of several outputs number k, from 0, in the list's order.
    [[nodiscard]] padded_rows<const Real> output(std::size_t k = 0) {
        return activation(Net::output_values[k]);
    }
    /// The gradient of the loss by it, and by what went in.
    [[nodiscard]] padded_rows<Real> output_gradient(std::size_t k = 0)
    requires trains
    {
        return gradient(Net::output_values[k]);
    }
    /// The gradient of the loss by what went in: of several inputs number k.
    [[nodiscard]] padded_rows<Real> input_gradient(std::size_t k = 0)
    requires trains
    {
        return gradient(Net::input_values[k]);
    }

    /// The gradients of the weights, laid out like them, but without those of frozen layers. They add up
    /// until an optimizer has stepped; before the first backward pass after that, what is in here is old and
    /// `gradients_empty()`.
    [[nodiscard]] std::span<Real> parameter_gradients()
    requires trains
    {
        return parameter_gradients_.span();
    }
    /// Whether the next backward pass overwrites the weights' gradients instead of adding to them.
    [[nodiscard]] bool gradients_empty() const {
        check_not_moved();
        return gradients_empty_;
    }
    /// From now on it does.
    void clear_gradients() { gradients_empty_ = true; }
    /// From now on it adds.
    void note_gradients() { gradients_empty_ = false; }

    /// Whether one of these floats is in this workspace's memory.
    template <class Number>
    [[nodiscard]] bool overlaps(std::span<Number> floats) const {
        return detail::overlaps(memory_.span(), floats) ||
               detail::overlaps(parameter_gradients_.span(), floats);
    }

    /// Memory in bytes, weights' gradients included.
    [[nodiscard]] std::size_t bytes() const { return memory_.bytes() + parameter_gradients_.bytes(); }

protected:
    /// In memory of somebody else, for inference: at least plan.floats, aligned as an arena is.
    explicit workspace(std::span<Real> memory)
    requires(!trains)
        : memory_{basic_arena<Real>::over(memory)}, parameter_gradients_{} {
        memory_.zero();
    }

private:
    /// Whether copy_rows may copy these samples to the place of the input.
    bool copies_in_order(const basic_rows_view<Real>& x, const padded_rows<Real>& to) const {
        if (x.rows == 0 || !detail::overlaps(memory_.span(), std::span{x.data, 1})) return true;
        if constexpr (Net::inputs.size() > 1) return false;
        const bool forwards = !detail::before(x.data, to.data);
        return (x.order == nullptr && (x.stride == to.stride || (forwards && x.stride > to.stride))) ||
               !detail::overlaps(x, std::span{to.data, to.rows * to.stride});
    }

    void check_not_moved() const {
        if (memory_.size() == 0)
            detail::raise<std::invalid_argument>("this workspace was moved from: it has no memory to run in");
    }

    basic_arena<Real> memory_;
    basic_arena<Real> parameter_gradients_;
    std::size_t rows_ = 0;
    detail::part_of_batch place_{};
    strata::seed seed_{};
    std::uint64_t pass_ = 0;
    bool gradients_empty_ = true;
    bool ran_ = false;
};

/// The memory of a workspace in bytes, weights' gradients included: what its bytes() are, as a constant.
/// static_assert(workspace_bytes<net, batch<1>, inference> <= 64 * 1024).
template <any_network Net, detail::sized_batch Batch, class Purpose = training, real_number Real = float>
inline constexpr std::size_t workspace_bytes =
    (memory_plan_of<Net, Batch::rows, Purpose>.floats +
     (std::is_same_v<Purpose, training> ? Net::gradient_floats : 0)) *
    sizeof(Real);

/// A workspace of anything but batch<n> samples. It stands in for one, so that its uses add no messages.
template <any_network Net, class Batch, class Purpose, real_number Real>
class workspace<Net, Batch, Purpose, Real> : public workspace<Net, batch<1>, Purpose, Real> {
    static_assert(sizeof(messages::workspace_without_batch<Net, Batch>) > 0);
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
