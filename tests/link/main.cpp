// Units with different -m flags in one program: each keeps its own kernels, and they agree.

#include "link/unit.hpp"

#include <doctest/doctest.h>

namespace {

void agree(const tests::unit_result& a, const tests::unit_result& b) {
    CHECK(a.architecture != b.architecture);
    REQUIRE(a.prediction.size() == b.prediction.size());
    for (std::size_t i = 0; i < b.prediction.size(); ++i)
        CHECK(a.prediction[i] == doctest::Approx(b.prediction[i]).epsilon(1e-5));
    REQUIRE(a.weights.size() == b.weights.size());
    for (std::size_t i = 0; i < b.weights.size(); ++i)
        CHECK(a.weights[i] == doctest::Approx(b.weights[i]).epsilon(1e-4));
}

TEST_CASE("units of different architectures link and agree") {
    const tests::unit_result wide = tests::run_wide();
    const tests::unit_result portable = tests::run_portable();
    agree(tests::run_baseline(), wide);
    agree(portable, wide);
    CHECK(portable.architecture == "portable");
}

} // namespace
