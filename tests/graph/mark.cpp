// Finding marks by their names.

#include "strata/graph/mark.hpp"

#include "strata/graph/network.hpp"
#include "strata/layers/dense.hpp"
#include "strata/layers/relu.hpp"

#include <doctest/doctest.h>

#include <type_traits>

using namespace strata;

namespace {

using layers = type_list<dense<4>, mark<"code">, relu, mark<"coda">, mark<"">, dense<3>>;
using without_marks = type_list<dense<4>, relu>;

} // namespace

static_assert(detail::is_mark<mark<"code">> && !detail::is_mark<dense<4>> && !detail::is_mark<int>);
static_assert(detail::text_of_mark<mark<"code">>().is_mark &&
              detail::text_of_mark<mark<"code">>().name == "code");
static_assert(!detail::text_of_mark<relu>().is_mark);

TEST_CASE("a mark's place is the number of layers before it, marks included") {
    CHECK(detail::find_mark("code", layers{}) == 1);
    CHECK(detail::find_mark("coda", layers{}) == 3);
}

TEST_CASE("a name is found whole and as it is written, or not at all") {
    CHECK(detail::find_mark("cod", layers{}) == 6);
    CHECK(detail::find_mark("codes", layers{}) == 6);
    CHECK(detail::find_mark("Code", layers{}) == 6);
    CHECK(detail::find_mark("code", without_marks{}) == 2);
}

TEST_CASE("an empty name is a mark's, not every other layer's") {
    CHECK(detail::find_mark("", layers{}) == 4);
}

TEST_CASE("messages list the marks in their order") {
    CHECK(std::is_same_v<detail::known_marks_of<layers>::type, messages::known_marks<"code", "coda", "">>);
    CHECK(std::is_same_v<detail::known_marks_of<without_marks>::type, messages::known_marks<>>);
}

using doubled = type_list<mark<"b">, mark<"a">, relu, mark<"longer">, mark<"a">, mark<"b">>;

TEST_CASE("the first of two marks of one name is found; marks without a name are marks, too") {
    CHECK(detail::find_doubled_mark<layers>() == 6);
    CHECK(detail::find_doubled_mark<doubled>() == 0);
    CHECK(detail::find_doubled_mark<type_list<relu, mark<"">, relu, mark<"">>>() == 1);
    CHECK(detail::find_doubled_mark<type_list<relu, relu>>() == 2);
}
