// The weights of a network: one aligned block on the heap, and the ways to look into it.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/parameters.hpp"
#include "strata/graph/slice.hpp"
#include "strata/initializers/initializer.hpp"
#include "strata/initializers/zeros.hpp"
#include "strata/meta/raise.hpp"
#include "strata/model/default_initializer.hpp"
#include "strata/random/philox.hpp"
#include "strata/tensor/arena.hpp"
#include "strata/tensor/rows.hpp"

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace strata::inline STRATA_TARGET {

/// One parameter tensor of a network: which layer (numbered from 1), what, and where in the model's block.
struct placed_parameter {
    std::size_t layer_number = 0;    ///< from 1 on
    parameter what{};                ///< name, shape, fans
    std::size_t offset = 0;          ///< floats from the model's first
    bool has_gradient = true;        ///< false in layers that do not learn
    std::size_t gradient_offset = 0; ///< in a workspace's parameter_gradients()
};

namespace detail {

template <any_network Net>
consteval auto list_parameters() {
    constexpr auto& kinds = kinds_of<typename Net::layers>::values;
    std::array<placed_parameter, parameter_count<Net>> list{};
    std::size_t next = 0;
    for (std::size_t i = 0; i < Net::layer_count; ++i) {
        const parameter_list of_layer = kinds[i]->parameters(Net::table.given[i]);
        const bool learns = Net::table.gradient_offset[i + 1] > Net::table.gradient_offset[i];
        std::size_t at = 0;
        for (std::size_t k = 0; k < of_layer.size; ++k) {
            const parameter& p = of_layer.items[k];
            list[next++] = {i + 1, p, Net::table.parameter_offset[i] + at, learns,
                            Net::table.gradient_offset[i] + at};
            at += p.floats();
        }
    }
    return list;
}

} // namespace detail

/// The parameter tensors of a network, in the order of its layers, weight before bias.
template <any_network Net>
inline constexpr auto parameters_of = detail::list_parameters<Net>();

/// How many numbers the parameters of a network are, without padding; in memory they take Net::parameter_floats.
template <any_network Net>
inline constexpr std::size_t count_of_parameters = [] {
    std::size_t sum = 0;
    for (const placed_parameter& p : parameters_of<Net>) sum += p.what.count();
    return sum;
}();

namespace detail {

/// Throws std::invalid_argument if a model was moved from.
template <class Model>
void check_not_moved(const Model& net) {
    if (Model::network::parameter_floats > 0 && net.storage().empty())
        detail::raise<std::invalid_argument>("this model was moved from: it has no weights");
}

} // namespace detail

// What is no network has no model: an incomplete type, about which compilers say little, since a network whose
// definition they refused comes here too.
template <class Net, class Real = float>
class model; // of a struct that inherits network<...>, not called layers, inputs, ..., or of a slice

template <any_network Net, real_number Real = float>
class model_view;

/// The weights of a network. Movable, and what was moved from throws in every verb; clone() copies. Never on
/// the stack, whatever the network's size.
///
///     model<net> weights;                        // drawn by the default, from seed{0}
///     model<net> others{seed{7}};                // by the default
///     model<net> drawn{he_uniform{}, seed{7}};   // by an initializer
///     model<net> empty{zeros{}};                 // to be written
///     model<net, double> exact;                  // computes in double: for checks, at a tenth of the speed
template <any_network Net, real_number Real>
class model<Net, Real> {
    static_assert(sizeof(detail::tie_error<Net>) > 0);

public:
    using network = Net; ///< whose weights these are
    using real = Real;   ///< the number type

    /// Weights of the default, from seed{0}: see initialize(seed).
    model() : model{seed{}} {}

    /// Weights of the default from this seed.
    explicit model(seed s) : model{zeros{}} { initialize(s); }

    /// All weights zero, but those that start elsewhere (weights and variances of normalizations, at 1).
    explicit model(zeros) : weights_{Net::parameter_floats} {
        for (const placed_parameter& p : parameters_of<Net>)
            if (p.what.start != 0.0f)
                detail::place_values<float>(p.what, nullptr, weights_.data() + p.offset);
    }

    /// Weights drawn by an initializer. The same seed gives the same weights: uniform ones everywhere, normal and
    /// orthogonal ones for the same instruction set.
    template <initializer Initializer>
    model(const Initializer& how, seed s) : model{zeros{}} {
        initialize(how, s);
    }
    /// The same from seed{0}.
    template <initializer Initializer>
    explicit model(const Initializer& how) : model{how, seed{}} {}

    /// A number where a seed belongs.
    template <std::integral Number>
    explicit model(Number) : model{} {
        static_assert(sizeof(messages::number_for_a_seed<Number>) > 0);
    }
    template <initializer Initializer, std::integral Number>
    model(Initializer, Number) : model{} {
        static_assert(sizeof(messages::number_for_a_seed<Number>) > 0);
    }

    template <initializer Initializer>
    model(seed, Initializer how) : model{how} {
        static_assert(sizeof(messages::seed_before_initializer<Initializer>) > 0);
    }

    template <class Other>
    requires(!initializer<Other>)
    model(const Other&, seed) : model{} {
        static_assert(sizeof(messages::no_initializer<Other>) > 0);
    }

    model(model&&) = default;
    model& operator=(model&&) = default;
    model(const model&) = delete;            // a copy is asked for by name: net.clone()
    model& operator=(const model&) = delete; // a copy is asked for by name: net.clone()

    /// Draws all weights anew. The value at a logical index does not depend on how weights are stored. What an
    /// initializer throws, std::invalid_argument for options that make no sense, comes before any weight changes.
    template <initializer Initializer>
    void initialize(const Initializer& how, seed s) {
        detail::check_not_moved(*this);
        if constexpr (requires { how.check(); }) how.check();
        draw(how, s);
    }

    /// Draws all weights anew by the default: he_uniform in a layer that a relu or one of its kind
    /// (leaky_relu, elu, gelu) follows before the next layer with a matrix, glorot_uniform in any other.
    void initialize(seed s) { initialize(detail::default_initializer<Net>{}, s); }

    /// A copy with a block of its own. Throws std::invalid_argument if this one was moved from.
    [[nodiscard]] model clone() const {
        detail::check_not_moved(*this);
        model copy{no_weights{}};
        copy.weights_ = weights_.clone();
        return copy;
    }

    /// Copies a parameter tensor out, in row-major order of its logical shape. Throws std::invalid_argument
    /// if `values` has another size or lies among the weights, or if the parameter is another network's.
    void read(const placed_parameter& p, std::span<Real> values) const {
        check(p, values);
        for (std::size_t i = 0; i < values.size(); ++i)
            values[i] = weights_.data()[p.offset + p.what.place(i)];
    }

    /// Copies a parameter tensor in; the counterpart of read().
    void write(const placed_parameter& p, std::span<const Real> values) {
        check(p, values);
        std::fill_n(weights_.data() + p.offset, p.what.floats(), Real(0)); // the padding, too
        detail::place_values(p.what, values.data(), weights_.data() + p.offset);
    }

    /// The block as it lies in memory: padded, matrices in panels; empty once the model was moved from.
    [[nodiscard]] std::span<Real> storage() { return weights_.span(); }
    [[nodiscard]] std::span<const Real> storage() const { return weights_.span(); }

private:
    friend class model_view<Net, Real>;
    struct no_weights {};
    explicit model(no_weights) {}

    /// Draws every tensor, or sets it to where it starts: all or none.
    template <class Initializer>
    void draw(const Initializer& how, seed s) {
        basic_arena<Real> drawn{Net::parameter_floats};
        std::vector<float> values;
        std::uint64_t stream = streams::weights;
        for (const placed_parameter& p : parameters_of<Net>) {
            const parameter& what = p.what;
            values.assign(what.count(), what.fan_in == 0 ? what.start : 0.0f);
            const weight_draw w{what.name,   p.layer_number, what.logical,
                                what.fan_in, what.fan_out,   {values.data(), values.size()},
                                s,           stream++};
            if (what.fan_in != 0) how(w);
            detail::place_values(what, values.data(), drawn.data() + p.offset);
        }
        std::copy_n(drawn.data(), drawn.size(), weights_.data());
    }

    void check(const placed_parameter& p, std::span<const Real> values) const {
        detail::check_not_moved(*this);
        bool ours = false;
        for (const placed_parameter& own : parameters_of<Net>)
            ours |= own.layer_number == p.layer_number && own.offset == p.offset && own.what == p.what;
        if (!ours)
            detail::raise<std::invalid_argument>(
                {p.what.name, " of layer ", p.layer_number, ", ", p.what.logical,
                 ", is not a parameter of this model's network: take it from "
                 "parameters_of<Net> of the same Net"});
        const std::size_t size = values.size();
        if (detail::overlaps(weights_.span(), values))
            detail::raise<std::invalid_argument>("these values lie among the model's own weights: copy them "
                                                 "first");
        if (size != p.what.count())
            detail::raise<std::invalid_argument>({p.what.name, " of layer ", p.layer_number, " is ",
                                                  p.what.logical, " = ", p.what.count(), " values, not ",
                                                  size});
    }

    basic_arena<Real> weights_;
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
