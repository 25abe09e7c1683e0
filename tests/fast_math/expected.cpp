// What -ffast-math leaves of the library: functions within 4 units of the last place, NaNs that stay NaNs, and
// infinities that are seen. This unit is compiled without it.
#include "fast_math/fast.hpp"

#include "support/functions.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr float not_a_number = std::numeric_limits<float>::quiet_NaN();

TEST_CASE("activations and their derivatives are as exact as without, twice as far off at most") {
    // What is no normal number may be 0.
    for (const functions::kernel& k : fast::functions()) functions::check(k, 2, 0x1p-125);
    for (const functions::kernel& k : fast::reassociated_functions()) functions::check(k, 2, 0x1p-125);
}

TEST_CASE("infinities and NaNs are seen") {
    CHECK(fast::all_finite({0.0f, -1.0f, 3.4e38f, 1e-40f}));
    CHECK(!fast::all_finite({0.0f, infinity}));
    CHECK(!fast::all_finite({-infinity, 0.0f}));
    CHECK(!fast::all_finite({0.0f, not_a_number, 1.0f}));
    CHECK(!fast::all_finite({-not_a_number}));
    for (const float finite : {1.5f, -3.4e38f})
        for (const std::size_t at : {0u, 17u, 70u, 99u}) {
            std::vector<float> many(100, finite);
            CHECK(fast::all_finite(many));
            for (const float bad : {infinity, -infinity, not_a_number, -not_a_number}) {
                many[at] = bad;
                CHECK(!fast::all_finite(many));
            }
        }
}

TEST_CASE("normal numbers are numbers, with mean 0 and variance 1") {
    const std::vector<float> x = fast::normal_numbers(100'000);
    double sum = 0;
    double squares = 0;
    for (const float value : x) {
        sum += static_cast<double>(value);
        squares += static_cast<double>(value) * static_cast<double>(value);
    }
    CHECK(std::abs(sum / 1e5) < 0.02);
    CHECK(std::abs(squares / 1e5 - 1) < 0.02);
}

TEST_CASE("a NaN that goes into a network comes out") {
    for (std::size_t at = 0; at < 4; ++at) {
        CAPTURE(at);
        std::vector<float> x{0.5f, -1.0f, 2.0f, 0.25f};
        for (const float value : fast::predictions(x)) CHECK(std::isfinite(value));
        x[at] = not_a_number;
        for (const float value : fast::predictions(x)) CHECK(std::isnan(value));
    }
    for (std::size_t at = 0; at < 16; ++at) {
        CAPTURE(at);
        std::vector<float> x(16, 0.5f);
        x[at] = not_a_number;
        const std::vector<float> y = fast::image_predictions(x); // 2 x 2 x 3
        const std::size_t pixel = at / 8 * 2 + at % 4 / 2;
        for (std::size_t i = 0; i < 12; ++i) CHECK(std::isnan(y[i]) == (i / 3 == pixel));
        x[at] = 0.5f;
        for (const float value : fast::product_predictions(x)) CHECK(std::isfinite(value));
        x[at] = not_a_number;
        for (const float value : fast::product_predictions(x)) CHECK(std::isnan(value));
    }
}

TEST_CASE("a sum without a relu has no lower bound, infinity neither") {
    for (const float x : {1.0f, -1.0f, -3e38f, -infinity, infinity, not_a_number})
        for (const float sum : fast::sums({0.5f, x, -0.5f})) {
            CAPTURE(x);
            CHECK((std::isnan(x) ? std::isnan(sum) : sum == x));
        }
}

TEST_CASE("the gradient of a maximum goes to the first NaN, or to the first largest value") {
    for (std::size_t at = 0; at < 16; ++at)
        for (const float value : {not_a_number, infinity, 2.0f}) {
            CAPTURE(at);
            CAPTURE(value);
            std::vector<float> x(16, 1.0f);
            const std::size_t window = at / 8 * 8 + at % 4 / 2 * 2; // its first pixel
            x[at] = value;
            std::vector<float> expected(16);
            for (const std::size_t first : {0u, 2u, 8u, 10u}) expected[first == window ? at : first] = 1.0f;
            CHECK(fast::pool_gradient(x) == expected);
            x[window + 5] = value;
            CHECK(fast::pool_gradient(x) == expected);
        }
}

TEST_CASE("check_gradients fails gradients that are no numbers") {
    CHECK(fast::check_passes(0.0f));
    CHECK(!fast::check_passes(0.5f));
    CHECK(!fast::check_passes(not_a_number));
    CHECK(!fast::check_passes(infinity));
    CHECK(!fast::check_passes(-infinity));
}

TEST_CASE("senseless numbers are refused") {
    for (std::size_t door = 0; door < fast::doors; ++door) {
        CAPTURE(door);
        CHECK(!fast::is_refused(door, 0.25f));
        CHECK(fast::is_refused(door, not_a_number));
        CHECK(fast::is_refused(door, -not_a_number));
        if (door != 9) CHECK(fast::is_refused(door, infinity)); // huber without a bound is mse / 2
        CHECK(fast::is_refused(door, -infinity));
    }
}

TEST_CASE("a NaN among outputs stands for no class, an infinity may") {
    for (const std::size_t classes : {1u, 2u, 4u})
        for (std::size_t at = 0; at < 8; ++at) {
            std::vector<float> outputs(8, 1.0f);
            CHECK(!fast::accuracy_refuses(outputs, classes));
            outputs[at] = infinity;
            CHECK(!fast::accuracy_refuses(outputs, classes));
            outputs[at] = not_a_number;
            CHECK(fast::accuracy_refuses(outputs, classes));
            CHECK(fast::argmax_refuses(outputs, classes));
        }
}

TEST_CASE("losses are what they are without, and a NaN makes them one") {
    const std::vector<float> y{0.25f, 0.75f, 0.5f, 0.125f, 0.875f};
    const std::vector<float> t{0, 1, 0, 0, 1};
    const double expected[fast::losses]{(0.0625 + 0.0625 + 0.25 + 0.015625 + 0.015625) / 5,
                                        (0.25 + 0.25 + 0.5 + 0.125 + 0.125) / 5,
                                        (0.0625 + 0.0625 + 0.25 + 0.015625 + 0.015625) / 10,
                                        -(std::log(0.75) * 2 + std::log(0.5) + std::log(0.875) * 2) / 5,
                                        [&] {
                                            double sum = 0;
                                            for (std::size_t i = 0; i < 5; ++i)
                                                sum += functions::softplus(t[i] == 1
                                                                               ? -static_cast<double>(y[i])
                                                                               : static_cast<double>(y[i]));
                                            return sum / 5;
                                        }(),
                                        [&] {
                                            double sum = 0;
                                            for (const float value : y)
                                                sum += std::exp(static_cast<double>(value));
                                            return 2 * std::log(sum) - 0.75 - 0.875;
                                        }()};
    for (std::size_t number = 0; number < fast::losses; ++number) {
        CAPTURE(number);
        CHECK(static_cast<double>(fast::loss(number, y, t)) ==
              doctest::Approx(expected[number]).epsilon(1e-6));
        for (std::size_t at = 0; at < 5; ++at) {
            std::vector<float> bad = y;
            bad[at] = not_a_number;
            CHECK(std::isnan(fast::loss(number, bad, t)));
        }
    }
    // Certainties cost 0 if right and much if wrong.
    CHECK(fast::loss(3, {0, 1}, {0, 1}) == 0.0f);
    CHECK(fast::loss(3, {0, 1}, {1, 0}) == doctest::Approx(100.0));
    CHECK(fast::loss(4, {infinity, -infinity}, {1, 0}) == 0.0f);
    CHECK(fast::loss(5, {-infinity, 0, 1}, {0, 1, 0}) == doctest::Approx(1.3132617).epsilon(1e-6));
}

TEST_CASE("what has no value is a NaN: a metric of outputs that are one, a share of no samples") {
    CHECK(fast::validation_metric(1.0f) == 1.0);
    CHECK(std::isnan(fast::validation_metric(1e20f)));
    for (const double share : fast::shares_of_no_sample()) CHECK(std::isnan(share));
}

} // namespace
