// Learning rates that change with the step.
#include "strata/optimizers/schedule.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <functional>
#include <limits>
#include <numbers>
#include <stdexcept>

namespace {

using namespace strata;

TEST_CASE("constant: the same rate at every step") {
    const constant_rate rate{0.3f};
    for (const std::size_t step : {0u, 1u, 1000000u}) CHECK(rate(step) == 0.3f);
}

TEST_CASE("step decay: times the factor after so many steps, and again after as many") {
    const step_decay rate{.rate = 0.5f, .every = 10, .factor = 0.25f};
    CHECK(rate(0) == 0.5f);
    CHECK(rate(9) == 0.5f);
    CHECK(rate(10) == 0.125f);
    CHECK(rate(19) == 0.125f);
    CHECK(rate(20) == 0.03125f);
    CHECK(rate(39) == 0.0078125f);
    const step_decay by_default{.rate = 1.0f, .every = 1};
    CHECK(by_default(2) == doctest::Approx(0.01f));
}

TEST_CASE("cosine decay: from the rate to the last one, half way in the middle, and then it stays") {
    const cosine_decay rate{.rate = 0.9f, .steps = 1000, .last = 0.1f};
    CHECK(rate(0) == doctest::Approx(0.9f));
    CHECK(rate(500) == doctest::Approx(0.5f));
    CHECK(rate(1000) == 0.1f);
    CHECK(rate(1001) == 0.1f);
    CHECK(rate(1000000) == 0.1f);
    for (const std::size_t step : {1u, 250u, 333u, 999u}) {
        CAPTURE(step);
        const double wave = std::cos(std::numbers::pi * static_cast<double>(step) / 1000);
        CHECK(static_cast<double>(rate(step)) == doctest::Approx(0.1 + 0.8 * (1 + wave) / 2).epsilon(1e-5));
    }
    for (std::size_t step = 0; step < 1000; ++step) CHECK(rate(step + 1) < rate(step));
    CHECK(cosine_decay{.rate = 0.9f, .steps = 7}(7) == doctest::Approx(0.0));
}

TEST_CASE("warm-up: rises in equal parts to the full rate; then the other schedule begins") {
    const warm_up rate{4, step_decay{.rate = 0.5f, .every = 3, .factor = 0.5f}};
    CHECK(rate(0) == 0.125f);
    CHECK(rate(1) == 0.25f);
    CHECK(rate(2) == 0.375f);
    CHECK(rate(3) == 0.5f);
    CHECK(rate(4) == 0.5f); // its step 0
    CHECK(rate(6) == 0.5f);
    CHECK(rate(7) == 0.25f); // its step 3
    for (const std::size_t step : {0u, 1u, 5u}) {
        CHECK(warm_up{0, constant_rate{0.3f}}(step) == 0.3f);
        const step_decay decay{.rate = 1.0f, .every = 2, .factor = 0.5f};
        CHECK(warm_up{0, decay}(step) == decay(step));
    }
}

TEST_CASE("warm-ups of functions, and schedules as functions") {
    const warm_up rate{2, [](std::size_t step) { return 1.0f + static_cast<float>(step); }};
    CHECK(rate(0) == 0.5f);
    CHECK(rate(5) == 4.0f);
    const std::function<float(std::size_t)> as_option = warm_up{2, cosine_decay{0.5f, 10}};
    CHECK(as_option(1) == doctest::Approx(0.5f));
    CHECK(as_option(12) == doctest::Approx(0.0));
}

TEST_CASE("schedules of senseless numbers throw when they are asked for a rate, wherever they stand") {
    constexpr float nan = std::numeric_limits<float>::quiet_NaN();
    constexpr float infinity = std::numeric_limits<float>::infinity();
    for (const std::size_t step : {0u, 1u, 7u, 1000u}) {
        CAPTURE(step);
        for (const float wrong : {nan, infinity, -infinity, -1.0f, -1e-30f}) {
            CAPTURE(wrong);
            CHECK_THROWS_WITH_AS(constant_rate{wrong}(step), doctest::Contains("constant_rate's rate is"),
                                 std::invalid_argument);
            CHECK_THROWS_WITH_AS((step_decay{wrong, 3}(step)), doctest::Contains("step_decay's rate is"),
                                 std::invalid_argument);
            CHECK_THROWS_WITH_AS((step_decay{0.1f, 3, wrong}(step)),
                                 doctest::Contains("step_decay's factor is"), std::invalid_argument);
            CHECK_THROWS_WITH_AS((cosine_decay{wrong, 10}(step)), doctest::Contains("cosine_decay's rate is"),
                                 std::invalid_argument);
            CHECK_THROWS_WITH_AS((cosine_decay{0.1f, 10, wrong}(step)),
                                 doctest::Contains("cosine_decay's last is"), std::invalid_argument);
            CHECK_THROWS_AS((warm_up{5, constant_rate{wrong}}(step)), std::invalid_argument);
            CHECK_THROWS_AS((warm_up{0, cosine_decay{wrong, 10}}(step)), std::invalid_argument);
        }
        CHECK_THROWS_WITH_AS((step_decay{0.1f, 0}(step)),
                             doctest::Contains("step_decay's every is 0, but must be at least 1"),
                             std::invalid_argument);
        CHECK_THROWS_AS((warm_up{3, step_decay{0.1f, 0}}(step)), std::invalid_argument);
        // Odd, but sense: no rate, no decay, a last rate above the first, no time to get there.
        CHECK(constant_rate{0}(step) == 0.0f);
        CHECK(step_decay{0.5f, 1, 1.0f}(step) == 0.5f);
        CHECK(step_decay{0.5f, 1, 0.0f}(step) == (step == 0 ? 0.5f : 0.0f));
        CHECK(cosine_decay{0.5f, 0, 0.25f}(step) == 0.25f);
        CHECK(cosine_decay{0.1f, 10, 0.5f}(step) > 0.09f);
    }
}

} // namespace
