// Lists of types, and the type at a place.
#include "strata/meta/type_list.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <type_traits>
#include <utility>

namespace {

using strata::element_t;
using strata::type_list;

TEST_CASE("a list knows its size and takes no room") {
    static_assert(std::is_empty_v<type_list<>> && std::is_empty_v<type_list<int, double>>);
    CHECK(type_list<>::size == 0);
    CHECK(type_list<int>::size == 1);
    CHECK(type_list<int, int, char>::size == 3);
}

TEST_CASE("the element at a place is that type, also among equal types and qualified ones") {
    using mixed = type_list<int, const int, int&, void, int, char[3], int (*)(double)>;
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
    using list = type_list<numbered<I>...>;
    for (const bool holds : {(element_t<I, list>::value == I)...})
        if (!holds) return false;
    return true;
}

TEST_CASE("elements of a long list are found without deep recursion") {
    static_assert(every_place_holds_its_number(std::make_index_sequence<1000>{}));
}

TEST_CASE("lists are joined and reversed, short and long ones") {
    static_assert(std::is_same_v<strata::detail::join_t<>, type_list<>>);
    static_assert(std::is_same_v<strata::detail::join_t<type_list<int>, type_list<>, type_list<char, int>>,
                                 type_list<int, char, int>>);
    static_assert(std::is_same_v<strata::detail::reverse_t<type_list<>>, type_list<>>);
    static_assert(
        std::is_same_v<strata::detail::reverse_t<type_list<int, char, void>>, type_list<void, char, int>>);
    []<std::size_t... I>(std::index_sequence<I...>) {
        using list = type_list<numbered<I>...>;
        static_assert(std::is_same_v<strata::detail::join_t<type_list<numbered<I>>...>, list>);
        static_assert(
            std::is_same_v<strata::detail::reverse_t<list>, type_list<numbered<sizeof...(I) - 1 - I>...>>);
    }(std::make_index_sequence<1001>{});
}

struct incomplete;

TEST_CASE("types in a list need not be complete") {
    static_assert(std::is_same_v<element_t<1, type_list<int, incomplete>>, incomplete>);
}

} // namespace
