// That the golden tests' own tools can fail: the comparison, the formula, the reader.
#include "golden.hpp"

#include <limits>

namespace {

using floats = std::vector<float>;
using doubles = std::vector<double>;

TEST_CASE("the comparison sees what it must see") {
    const doubles theirs{100.0, 1.0, 0.01, 0.0};
    CHECK(golden::compare(theirs, theirs).worst == 0);
    CHECK(golden::compare(floats{100.02f, 1.0f, 0.01f, 0.0f}, theirs).worst > 1e-4);
    CHECK(golden::compare(floats{100.0f, 1.0002f, 0.01f, 0.0f}, theirs).worst >
          1e-4); // small beside its tensor
    CHECK(golden::compare(floats{100.0f, 1.0f, 0.011f, 0.0f}, theirs).worst < 1e-4); // what cancelling leaves
    CHECK(golden::compare(floats{100.0f, 1.0f, 0.03f, 0.0f}, theirs).worst > 1e-4);
    CHECK(golden::compare(floats{100.0f, 1.0f, 0.01f, 1e-9f}, theirs).worst == 1);
    const float nan = std::numeric_limits<float>::quiet_NaN();
    CHECK(golden::compare(floats{nan, 1.0f, 0.01f, 0.0f}, theirs).where == 0);
    CHECK(golden::compare(floats{100.0f, 1.0f, 0.01f, nan}, theirs).worst == 1);
}

TEST_CASE("the formula gives the numbers that golden.py prints") {
    // python3 -c 'import golden; print(golden.numbers(3, 1, 0) * 2**23, golden.numbers(9216, 9, -3)[-1] *
    // 2**26)'
    CHECK(golden::numbers(3, 1, 0) == doubles{3498690 * 0x1p-23, -2064054 * 0x1p-23, 7816610 * 0x1p-23});
    CHECK(golden::numbers(9216, 9, -3).back() == 1125124 * 0x1p-26);
    CHECK(golden::numbers(1000, 9, -3) != golden::numbers(1000, 10, -3));
}

TEST_CASE("a file that is no golden file is refused") {
    CHECK_THROWS_AS(golden::file{STRATA_GOLDEN "/golden.py"}, std::runtime_error);
    CHECK_THROWS_AS(golden::file{STRATA_GOLDEN "/missing.f64"}, std::runtime_error);
    const golden::file layers{STRATA_GOLDEN "/layers.f64"};
    CHECK_THROWS_AS(layers["no such tensor"], std::runtime_error);
}

} // namespace
