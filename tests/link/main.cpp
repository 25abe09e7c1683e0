// Two units with different -m flags in one program: each keeps its own kernels, and they agree.

#include "link/unit.hpp"

#include <doctest/doctest.h>

TEST_CASE("units of different architectures link and agree") {
    const tests::unit_result narrow = tests::run_baseline();
    const tests::unit_result wide = tests::run_wide();
    CHECK(narrow.architecture != wide.architecture);
    REQUIRE(narrow.prediction.size() == wide.prediction.size());
    for (std::size_t i = 0; i < wide.prediction.size(); ++i)
        CHECK(narrow.prediction[i] == doctest::Approx(wide.prediction[i]).epsilon(1e-5));
    REQUIRE(narrow.weights.size() == wide.weights.size());
    for (std::size_t i = 0; i < wide.weights.size(); ++i)
        CHECK(narrow.weights[i] == doctest::Approx(wide.weights[i]).epsilon(1e-4));
}
