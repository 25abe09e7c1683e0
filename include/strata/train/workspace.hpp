// The memory a network runs in: activations, gradients and scratch for up to Batch samples, by the plan.
#pragma once

#include "strata/graph/plan.hpp"
#include "strata/random/philox.hpp"
#include "strata/tensor/arena.hpp"
#include "strata/tensor/rows.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <type_traits>

namespace strata {

/// How many samples a workspace has room for.
template <std::size_t Rows>
requires(Rows > 0) struct batch {
    static constexpr std::size_t rows = Rows;
};

/// What one network (or slice) needs in order to run on up to Batch samples at a time. One thread uses it at
/// a time; any number of workspaces may share one model. All memory is taken at construction.
template <any_network Net, class Batch, class Purpose = training>
class workspace {
public:
    using network = Net;
    static constexpr std::size_t capacity = Batch::rows;
    static constexpr bool trains = std::is_same_v<Purpose, training>;
    static constexpr auto& plan = memory_plan_of<Net, capacity, Purpose>;

    workspace() : memory_{plan.floats}, parameter_gradients_{trains ? Net::gradient_floats : 0} {}

    [[nodiscard]] std::size_t rows() const { return rows_; }

    /// Takes the samples of the next forward pass. Throws std::length_error if there are more than there is
    /// room for.
    void load(const rows_view& x) {
        if (x.rows > capacity)
            throw std::length_error{"strata: " + std::to_string(x.rows) +
                                    " samples for a workspace of batch<" + std::to_string(capacity) + ">"};
        rows_ = x.rows;
        const padded_rows<float> to = activation<0>();
        copy_rows(x, to);
        clear_padding(to);
    }

    /// What layer Index reads; activation<layer_count>() is the network's output.
    template <std::size_t Index>
    [[nodiscard]] padded_rows<float> activation() {
        return {memory_.data() + plan.activation(Index).offset, rows_, Net::table.shapes[Index].count()};
    }

    /// The gradient of the loss by activation Index.
    template <std::size_t Index>
    [[nodiscard]] padded_rows<float> gradient() requires trains {
        return {memory_.data() + plan.gradient(Index).offset, rows_, Net::table.shapes[Index].count()};
    }

    template <std::size_t Index>
    [[nodiscard]] float* forward_scratch() {
        return memory_.data() + plan.forward_scratch(Index).offset;
    }
    template <std::size_t Index>
    [[nodiscard]] float* backward_scratch() {
        return memory_.data() + plan.backward_scratch(Index).offset;
    }
    template <std::size_t Index>
    [[nodiscard]] float* kept() {
        return memory_.data() + plan.kept(Index).offset;
    }

    /// Starts the random numbers of dropout, gaussian_noise and sample_gaussian anew: the same passes after
    /// the same seed draw the same ones. Workspaces that work on one task together need a seed each.
    /// `passes` says how many passes of training have drawn theirs already.
    void seed(strata::seed s, std::uint64_t passes = 0) {
        seed_ = s;
        pass_ = passes;
    }
    /// Each pass of training draws numbers of its own.
    void begin_pass() { ++pass_; }
    /// The next pass draws the numbers of the last one once more.
    void repeat_noise() { --pass_; }
    [[nodiscard]] noise_source noise(std::size_t layer) const {
        return {seed_.value, streams::layers + layer, pass_};
    }

    [[nodiscard]] padded_rows<const float> output() { return activation<Net::layer_count>(); }

    /// The gradients of the weights, laid out like them, but without those of frozen layers. They add up
    /// until an optimizer has stepped; before the first backward pass after that, what is in here is old and
    /// `gradients_empty()`.
    [[nodiscard]] std::span<float> parameter_gradients() requires trains {
        return parameter_gradients_.span();
    }
    [[nodiscard]] bool gradients_empty() const { return gradients_empty_; }
    void clear_gradients() { gradients_empty_ = true; }
    void note_gradients() { gradients_empty_ = false; }

    /// Memory in bytes, weights' gradients included.
    [[nodiscard]] std::size_t bytes() const { return memory_.bytes() + parameter_gradients_.bytes(); }

private:
    arena memory_;
    arena parameter_gradients_;
    std::size_t rows_ = 0;
    strata::seed seed_{};
    std::uint64_t pass_ = 0;
    bool gradients_empty_ = true;
};

} // namespace strata
