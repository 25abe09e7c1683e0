// The weights of a network: one aligned block on the heap, and the ways to look into it.
#pragma once

#include "strata/graph/slice.hpp"
#include "strata/graph/walk.hpp"
#include "strata/random/philox.hpp"
#include "strata/tensor/arena.hpp"

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>

namespace strata {

/// An initializer gives the half-width of the uniform distribution that a weight is drawn from.
template <class I>
concept initializer = requires(const I i, std::size_t fan) {
    { i.limit(fan, fan) } -> std::convertible_to<float>;
};

/// One parameter tensor of a network: which layer (numbered from 1), what, and where in the model's block.
struct placed_parameter {
    std::size_t layer_number = 0;
    parameter what{};
    std::size_t offset = 0;
    bool has_gradient = true;        ///< false in frozen layers
    std::size_t gradient_offset = 0; ///< in a workspace's parameter_gradients()
};

namespace detail {

template <any_network Net>
consteval auto list_parameters() {
    constexpr std::size_t count = [] {
        std::size_t sum = 0;
        walk_forward<Net>([&]<class Step>(Step) { sum += Step::parameters.size; });
        return sum;
    }();
    std::array<placed_parameter, count> list{};
    std::size_t i = 0;
    walk_forward<Net>([&]<class Step>(Step) {
        std::size_t offset = Step::parameter_begin;
        for (std::size_t k = 0; k < Step::parameters.size; ++k) {
            list[i++] = {Step::index + 1, Step::parameters.items[k], offset, Step::learns,
                         Step::gradient_begin + offset - Step::parameter_begin};
            offset += Step::parameters.items[k].floats();
        }
    });
    return list;
}

} // namespace detail

/// The parameter tensors of a network, in the order of its layers, weight before bias.
template <any_network Net>
inline constexpr auto parameters_of = detail::list_parameters<Net>();

/// The weights of a network. Movable; clone() copies. Never on the stack, whatever the network's size. (What is no
/// network has no model: an incomplete type, about which compilers say little, since a network whose definition
/// they refused comes here too.)
template <class Net>
class model; // of a struct that inherits network<...>, or of a slice of one

template <any_network Net>
class model<Net> {
public:
    using network = Net;

    /// All weights zero, but those that start elsewhere (factors and variances of normalizations, at 1).
    model() : weights_{Net::parameter_floats} {
        if constexpr (!ties_are_within<Net>) static_assert(sizeof(messages::weights_tied_outside<Net>) > 0);
        for (const placed_parameter& p : parameters_of<Net>)
            if (p.what.start != 0.0f)
                for (std::size_t i = 0; i < p.what.count(); ++i)
                    weights_.data()[p.offset + p.what.place(i)] = p.what.start;
    }

    /// Weights drawn by an initializer; the same seed gives the same weights everywhere.
    template <initializer Initializer>
    model(Initializer how, seed s) : model{} {
        initialize(how, s);
    }

    /// A number where a seed belongs.
    template <std::integral Number>
    explicit model(Number) : model{} {
        static_assert(sizeof(messages::number_for_a_seed<Number>) > 0);
    }
    template <initializer Initializer, std::integral Number>
    model(Initializer, Number) : model{} {
        static_assert(sizeof(messages::number_for_a_seed<Number>) > 0);
    }

    model(model&&) = default;
    model& operator=(model&&) = default;
    model(const model&) = delete;            // a copy is asked for by name: net.clone()
    model& operator=(const model&) = delete; // a copy is asked for by name: net.clone()

    /// Draws all weights anew. The value at a logical index does not depend on how weights are stored.
    template <initializer Initializer>
    void initialize(Initializer how, seed s) {
        std::uint64_t stream = streams::weights;
        for (const placed_parameter& p : parameters_of<Net>) {
            const philox random{s, stream++};
            const bool drawn = p.what.fan_in != 0;
            const float limit = drawn ? how.limit(p.what.fan_in, p.what.fan_out) : 0.0f;
            float* to = weights_.data() + p.offset;
            for (std::size_t i = 0; i < p.what.count(); ++i)
                to[p.what.place(i)] = drawn ? limit * (2.0f * random.uniform(i) - 1.0f) : p.what.start;
        }
    }

    [[nodiscard]] model clone() const {
        model copy{no_weights{}};
        copy.weights_ = weights_.clone();
        return copy;
    }

    /// Copies a parameter tensor out, in row-major order of its logical shape.
    /// Throws std::invalid_argument if `values` has another size.
    void read(const placed_parameter& p, std::span<float> values) const {
        check(p, values.size());
        for (std::size_t i = 0; i < values.size(); ++i)
            values[i] = weights_.data()[p.offset + p.what.place(i)];
    }

    /// Copies a parameter tensor in; the counterpart of read().
    void write(const placed_parameter& p, std::span<const float> values) {
        check(p, values.size());
        for (std::size_t i = 0; i < values.size(); ++i)
            weights_.data()[p.offset + p.what.place(i)] = values[i];
    }

    /// The block as it lies in memory: padded, matrices in panels.
    [[nodiscard]] std::span<float> storage() { return weights_.span(); }
    [[nodiscard]] std::span<const float> storage() const { return weights_.span(); }

private:
    struct no_weights {};
    explicit model(no_weights) {}

    static void check(const placed_parameter& p, std::size_t size) {
        if (size != p.what.count())
            throw std::invalid_argument{"strata: " + std::string{p.what.name} + " of layer " +
                                        std::to_string(p.layer_number) + " is " + to_string(p.what.logical) +
                                        " = " + std::to_string(p.what.count()) + " values, not " +
                                        std::to_string(size)};
    }

    arena weights_;
};

} // namespace strata
