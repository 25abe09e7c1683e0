// Floats as template arguments.
#include "strata/meta/float_constant.hpp"

#include <doctest/doctest.h>

#include <type_traits>

namespace {

using strata::float_constant;

template <float_constant Value>
struct holder {
    static constexpr float value = Value.value;
};

static_assert(holder<0.25>::value == 0.25f);
static_assert(holder<2>::value == 2.0f);
static_assert(std::is_same_v<holder<0.5>, holder<0.5>>);
static_assert(!std::is_same_v<holder<0.5>, holder<0.25>>);

TEST_CASE("a number is spelt as short as can be") {
    CHECK(to_string(float_constant{0.3}) == "0.3");
    CHECK(to_string(float_constant{2}) == "2");
    CHECK(to_string(float_constant{10}) == "10");
    CHECK(to_string(float_constant{-0.125}) == "-0.125");
    CHECK(to_string(float_constant{0}) == "0");
    CHECK(to_string(float_constant{1e-7}) == "1e-07");
}

} // namespace
