// Fixed strings: literals as template arguments.
#include "strata/meta/fixed_string.hpp"

#include <doctest/doctest.h>

#include <string_view>
#include <type_traits>

namespace {

using strata::fixed_string;

template <fixed_string Name>
struct labelled {};

TEST_CASE("a name is its letters, without the literal's final zero") {
    constexpr fixed_string code{"code"};
    static_assert(code.view() == std::string_view{"code"});
    CHECK(code.view().size() == 4);
    CHECK(fixed_string{""}.view().empty());
    CHECK(fixed_string{"a\0b"}.view() == std::string_view{"a\0b", 3});
}

TEST_CASE("two names are equal exactly when their letters are") {
    CHECK(fixed_string{"code"} == fixed_string{"code"});
    CHECK_FALSE(fixed_string{"code"} == fixed_string{"cope"});
    CHECK_FALSE(fixed_string{"code"} == fixed_string{"cod"});
    CHECK_FALSE(fixed_string{"cod"} == fixed_string{"code"});
    CHECK_FALSE(fixed_string{""} == fixed_string{"code"});
}

TEST_CASE("types with equal names are one type, whichever literal they were written with") {
    static constexpr char letters[] = {'c', 'o', 'd', 'e', '\0'};
    static_assert(std::is_same_v<labelled<"code">, labelled<fixed_string{letters}>>);
    static_assert(!std::is_same_v<labelled<"code">, labelled<"Code">>);
    static_assert(!std::is_same_v<labelled<"code">, labelled<"code ">>);
    static_assert(!std::is_same_v<labelled<"">, labelled<"code">>);
}

} // namespace
