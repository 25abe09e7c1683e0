// Packs: lists of types, and the type at a place.
#include "strata/meta/pack.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <type_traits>
#include <utility>

namespace {

using strata::element_t;
using strata::pack;

TEST_CASE("a pack knows its size and takes no room") {
    static_assert(std::is_empty_v<pack<>> && std::is_empty_v<pack<int, double>>);
    CHECK(pack<>::size == 0);
    CHECK(pack<int>::size == 1);
    CHECK(pack<int, int, char>::size == 3);
}

TEST_CASE("the element at a place is that type, also among equal types and qualified ones") {
    using mixed = pack<int, const int, int&, void, int, char[3], int (*)(double)>;
    static_assert(std::is_same_v<element_t<0, mixed>, int>);
    static_assert(std::is_same_v<element_t<1, mixed>, const int>);
    static_assert(std::is_same_v<element_t<2, mixed>, int&>);
    static_assert(std::is_same_v<element_t<3, mixed>, void>);
    static_assert(std::is_same_v<element_t<4, mixed>, int>);
    static_assert(std::is_same_v<element_t<5, mixed>, char[3]>);
    static_assert(std::is_same_v<element_t<6, mixed>, int (*)(double)>);
}

template <std::size_t Value>
struct numbered {
    static constexpr std::size_t value = Value;
};

template <std::size_t... I>
constexpr bool every_place_holds_its_number(std::index_sequence<I...>) {
    using list = pack<numbered<I>...>;
    return ((element_t<I, list>::value == I) && ...);
}

TEST_CASE("elements of a long pack are found without deep recursion") {
    static_assert(every_place_holds_its_number(std::make_index_sequence<200>{}));
}

struct incomplete;

TEST_CASE("types in a pack need not be complete") {
    static_assert(std::is_same_v<element_t<1, pack<int, incomplete>>, incomplete>);
}

} // namespace
