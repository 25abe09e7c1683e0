// Networks and helpers for tests of teams.
#pragma once

#include "strata/core.hpp"
#include "strata/meta/hash.hpp"
#include "strata/parallel/team.hpp"
#include "support/small_networks.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace tests::teams {

using namespace strata;
using tests::uniform_rows;

struct plain : network<input<17>, dense<29>, tanh_, dense<5>> {};
struct noisy
    : network<input<17>, gaussian_noise<0.1>, dense<33>, relu, dropout<0.3>, mark<"code">, dense<5>> {};
struct normed : network<input<17>, dense<24>, batch_norm<>, relu, layer_norm<>, dense<5>> {};
struct convs
    : network<input<6, 6, 2>, conv2d<7, 3, same>, batch_norm<>, relu, max_pool2d<2>, flatten, dense<5>> {};
struct fast_convs : network<input<7, 8, 2>, conv2d<16, 3, same>, relu, conv2d<17, 3, same>, relu,
                            conv2d<16, 3>, flatten, dense<5>> {}; // the second by Winograd's algorithm
struct codes : network<input<17>, dense<12>, mark<"gaussian">, sample_gaussian, dense<17>, sigmoid> {};
struct wide : network<input<64>, dense<600>, relu, dense<600>, relu, dense<5>> {}; // worth threads

struct two_heads : network<input<9>, mark<"left">, input<4>, concat<"left">, dense<20>, tanh_, mark<"trunk">,
                           dense<3>, mark<"digit">, resume<"trunk">, dense<2>, mark<"style">> {};

/// Threads that share even the smallest work.
inline threads so_many(std::size_t count) { return {.count = count, .always = true}; }

template <class Real>
std::uint64_t hash_of(std::span<const Real> numbers) {
    detail::fnv1a hash;
    hash.add(std::as_bytes(numbers));
    return hash.value();
}
template <class Model>
std::uint64_t weights_of(const Model& net) {
    return hash_of(net.storage());
}

} // namespace tests::teams
