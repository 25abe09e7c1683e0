// Networks with several inputs and outputs, and data for them.
#pragma once

#include "support/small_networks.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <tuple>
#include <vector>

namespace tests {

/// Two inputs, one output: noise of a class becomes an image.
struct conditional
    : strata::network<strata::input<7>, strata::mark<"noise">, strata::input<5>, strata::concat<"noise">,
                      strata::dense<9>, strata::tanh, strata::dense<4>> {};

/// One input, two outputs.
struct two_heads : strata::network<strata::input<7>, strata::dense<9>, strata::tanh, strata::mark<"trunk">,
                                   strata::dense<5>, strata::mark<"digit">, strata::resume<"trunk">,
                                   strata::dense<3>, strata::tanh, strata::mark<"style">> {};

/// Three inputs, the last of them late, and two outputs: "digit" depends on the first two alone.
struct three_in_two_out
    : strata::network<strata::input<7>, strata::dense<6>, strata::tanh, strata::mark<"left">,
                      strata::input<4, 3, 2>, strata::conv2d<3, 2>, strata::relu, strata::flatten,
                      strata::dense<6>, strata::add<"left">, strata::mark<"code">, strata::dense<5>,
                      strata::mark<"digit">, strata::input<3>, strata::concat<"code">, strata::dense<4>,
                      strata::tanh, strata::mark<"style">> {};

/// Rows for each input of a network, by themselves in a tuple.
template <class Net, std::size_t... K>
auto samples_for(std::size_t rows, std::uint64_t seed, std::index_sequence<K...>) {
    return std::tuple{uniform_rows(rows, Net::inputs[K].count(), seed + K)...};
}
/// A std::tuple of vectors, one for each input.
template <class Net>
auto samples_for(std::size_t rows, std::uint64_t seed) {
    return samples_for<Net>(rows, seed, std::make_index_sequence<Net::inputs.size()>{});
}
template <class Net, std::size_t... K>
auto targets_for(std::size_t rows, std::uint64_t seed, std::index_sequence<K...>) {
    return std::tuple{uniform_rows(rows, Net::outputs[K].count(), seed + K)...};
}
/// The same for each output.
template <class Net>
auto targets_for(std::size_t rows, std::uint64_t seed) {
    return targets_for<Net>(rows, seed, std::make_index_sequence<Net::outputs.size()>{});
}

/// A tuple's vectors in double.
template <class... Vectors>
auto in_double(const std::tuple<Vectors...>& all) {
    return std::apply(
        [](const auto&... one) { return std::tuple{std::vector<double>(one.begin(), one.end())...}; }, all);
}

} // namespace tests
