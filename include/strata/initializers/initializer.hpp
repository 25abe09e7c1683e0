// What an initializer is: how the weights of a model are drawn.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/meta/numbers.hpp"
#include "strata/random/philox.hpp"
#include "strata/tensor/extents.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace strata::inline STRATA_TARGET {

/// What an initializer is given: one parameter that is to be drawn, and the numbers to draw it from. Only weights are
/// drawn (dense, conv2d, conv2d_transpose); biases start at 0, and normalizations where their layer says. A model of doubles
/// starts from the same floats.
struct weight_draw {
    std::string_view name;    ///< "weight"
    std::size_t layer_number; ///< of the layer in its network, from 1 on
    extents shape;            ///< dense: inputs x units; conv2d: height x width x channels x filters
    std::size_t fan_in;       ///< values that one output is summed from: inputs; height * width * channels
    std::size_t fan_out;      ///< units; height * width * filters
    std::span<float> values; ///< to be filled, row-major; how weights are stored does not show. Zero at first
    strata::seed seed;       ///< the seed that the user gave
    std::uint64_t stream; ///< the parameter's own: with it a seed gives numbers that no other parameter draws

    /// The random numbers of this parameter; value i is best made from number i, so that it depends on i alone.
    [[nodiscard]] constexpr philox random() const { return philox{seed, stream}; }
};

/// An initializer is called once for each parameter that is drawn, and fills its values. It is an aggregate of its
/// options, or a lambda:
///
///     struct net : network<input<5>, dense<5>> {};
///     model<net> small{[](const weight_draw& w) { // normal, of a deviation of 0.02
///         fill_normal(w.values, 0.0f, 0.02f, w.seed, w.stream);
///     }, seed{1}};
///
/// It may have a check() const that throws std::invalid_argument for options that make no sense; it is called
/// before any weight changes.
template <class I>
concept initializer = requires(const I how, const weight_draw& w) { how(w); };

namespace detail {

/// Uniform numbers from [-limit, limit).
[[gnu::noinline]] inline void draw_uniform(const weight_draw& w, float limit) {
    const philox random = w.random();
    for (std::size_t i = 0; i < w.values.size(); ++i) w.values[i] = limit * (2.0f * random.uniform(i) - 1.0f);
}

} // namespace detail

} // namespace strata

#include "strata/meta/macros_back.hpp"
