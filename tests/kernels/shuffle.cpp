// Orders of lanes of the compilers' own vectors.
#include "strata/kernels/shuffle.hpp"

#include "strata/kernels/vectors.hpp"

#include <doctest/doctest.h>

#include <cstddef>

namespace {

namespace kernels = strata::kernels;
constexpr std::size_t lanes = kernels::lanes<strata::arch>; // wider ones are for other flags
constexpr float counting[] = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15,
                              16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31};

template <std::size_t Lanes>
void check_shuffle() {
    const auto a = kernels::detail::load_raw<Lanes>(counting);
    const auto b = kernels::detail::load_raw<Lanes>(counting + Lanes);
    const auto odd_backwards =
        kernels::detail::shuffle<Lanes>(a, b, [](std::size_t i) { return 2 * Lanes - 1 - 2 * i; });
    for (std::size_t i = 0; i < Lanes; ++i) CHECK(odd_backwards[i] == counting[2 * Lanes - 1 - 2 * i]);
}

TEST_CASE("shuffle takes the lanes that an order names") {
    check_shuffle<4>();
    check_shuffle<lanes>();
}

TEST_CASE("join puts one vector after another") {
    if constexpr (lanes > 4) {
        constexpr std::size_t half = lanes / 2;
        const auto both = kernels::detail::join<half>(kernels::detail::load_raw<half>(counting),
                                                      kernels::detail::load_raw<half>(counting + half));
        for (std::size_t i = 0; i < lanes; ++i) CHECK(both[i] == counting[i]);
    }
}

} // namespace
