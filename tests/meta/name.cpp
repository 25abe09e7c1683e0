// Names: literals as template arguments.
#include "strata/meta/name.hpp"

#include <doctest/doctest.h>

#include <string_view>
#include <type_traits>

namespace {

using strata::name;

template <name Name>
struct labelled {};

TEST_CASE("a name is its letters, without the literal's final zero") {
    constexpr name code{"code"};
    static_assert(code.view() == std::string_view{"code"});
    CHECK(code.view().size() == 4);
    CHECK(name{""}.view().empty());
    CHECK(name{"a\0b"}.view() == std::string_view{"a\0b", 3});
}

TEST_CASE("two names are equal exactly when their letters are") {
    CHECK(name{"code"} == name{"code"});
    CHECK_FALSE(name{"code"} == name{"cope"});
    CHECK_FALSE(name{"code"} == name{"cod"});
    CHECK_FALSE(name{"cod"} == name{"code"});
    CHECK_FALSE(name{""} == name{"code"});
}

TEST_CASE("types with equal names are one type, whichever literal they were written with") {
    static constexpr char letters[] = {'c', 'o', 'd', 'e', '\0'};
    static_assert(std::is_same_v<labelled<"code">, labelled<name{letters}>>);
    static_assert(!std::is_same_v<labelled<"code">, labelled<"Code">>);
    static_assert(!std::is_same_v<labelled<"code">, labelled<"code ">>);
    static_assert(!std::is_same_v<labelled<"">, labelled<"code">>);
}

} // namespace
