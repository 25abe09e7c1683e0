// What losses do to a row: the loss and its gradient against the formulas in double, at every length.
#include "strata/kernels/loss.hpp"

#include "support/reference.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

namespace {

using namespace reference;
using strata::arch;
namespace kernels = strata::kernels;

/// One, primes, and around one and two vectors.
const std::size_t some_counts[] = {1, 2, 3, 4, 5, 7, 8, 9, 10, 15, 16, 17, 31, 33, 100};

const float scale = 0.37f;
const auto exact_scale = static_cast<double>(scale);

/// The loss of one value and its derivative, in double, and what rounding may do to each.
struct exact {
    double loss, gradient;
    double loss_error, gradient_error;
};

/// Runs a kernel on predictions and targets; wants `formula` of every pair, and no write beyond the row.
template <class Kernel, class Formula>
void check_row(const Kernel& kernel, const std::vector<float>& y, const std::vector<float>& t,
               const Formula& formula) {
    const std::size_t count = y.size();
    CAPTURE(count);
    output gradient{count, count % 16};
    double loss = 0;
    double loss_error = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const exact e = formula(static_cast<double>(y[i]), static_cast<double>(t[i]));
        loss += e.loss;
        loss_error += e.loss_error + static_cast<double>(count) * rounding * std::abs(e.loss);
        gradient.start(i, t[i]);
        gradient.expect(i, exact_scale * e.gradient, exact_scale * e.gradient_error);
    }
    const auto got = static_cast<double>(kernel(count, y.data(), gradient.data(), gradient.data(), scale));
    CHECK(kernel(count, y.data(), t.data(), nullptr, scale) == got); // and nothing is written
    CAPTURE(got);
    CAPTURE(loss);
    CHECK(std::abs(got - loss) <= loss_error);
    CHECK(gradient.wrong() == "");
}

/// `count` numbers from [low, high).
std::vector<float> spread(std::size_t count, float low, float high, std::uint32_t seed) {
    std::vector<float> values = random_floats(count, seed);
    for (float& value : values) value = low + (high - low) * 0.5f * (value + 1.0f);
    return values;
}

TEST_CASE("squared_error") {
    for (const std::size_t count : some_counts)
        check_row(kernels::squared_error<arch>, random_floats(count, 1), random_floats(count, 2),
                  [](double y, double t) {
                      const double d = y - t;
                      return exact{d * d, 2 * d, 4 * rounding * d * d, 4 * rounding * std::abs(d)};
                  });
}

exact cross_entropy_of_probability(double p, double t) {
    const double loss = -(t * std::max(-100.0, std::log(p)) + (1 - t) * std::max(-100.0, std::log(1 - p)));
    const double gradient = (p - t) / std::max(1e-12, p * (1 - p));
    // 1 - p is rounded, and one rounding of it is one of the logarithm, absolutely.
    return {loss, gradient, rounding * (4 + 8 * std::abs(loss)), 8 * rounding * std::abs(gradient)};
}

TEST_CASE("binary_cross_entropy") {
    for (const std::size_t count : some_counts) {
        check_row(kernels::binary_cross_entropy<arch>, spread(count, 0.001f, 0.999f, 1),
                  spread(count, 0.0f, 1.0f, 2), cross_entropy_of_probability);
        std::vector<float> hard = spread(count, 0.0f, 1.0f, 3);
        for (float& t : hard) t = std::round(t);
        check_row(kernels::binary_cross_entropy<arch>, spread(count, 0.001f, 0.999f, 4), hard,
                  cross_entropy_of_probability);
    }
}

TEST_CASE("binary_cross_entropy of certainties: 0 if right, 100 if wrong, and a finite gradient") {
    const std::vector<float> y{0.0f, 1.0f, 0.0f, 1.0f};
    const std::vector<float> t{0.0f, 1.0f, 1.0f, 0.0f};
    for (std::size_t i = 0; i < 4; ++i) {
        CAPTURE(i);
        float gradient = t[i];
        const double loss = kernels::binary_cross_entropy<arch>(1, &y[i], &gradient, &gradient, 1.0f);
        CHECK(loss == (i < 2 ? 0.0 : 100.0));
        CHECK(gradient == (i < 2 ? 0.0f : i == 2 ? -1.0f / 1e-12f : 1.0f / 1e-12f));
    }
}

exact cross_entropy_of_logit(double x, double t) {
    const double loss = std::max(x, 0.0) - x * t + std::log1p(std::exp(-std::abs(x)));
    const double gradient = 1 / (1 + std::exp(-x)) - t;
    return {loss, gradient, rounding * (8 + 8 * std::abs(x)), 4 * rounding};
}

TEST_CASE("binary_cross_entropy_of_logits") {
    for (const std::size_t count : some_counts)
        for (const float range : {1.0f, 20.0f, 1000.0f}) {
            CAPTURE(range);
            check_row(kernels::binary_cross_entropy_of_logits<arch>, spread(count, -range, range, 1),
                      spread(count, 0.0f, 1.0f, 2), cross_entropy_of_logit);
        }
}

TEST_CASE("logits of any size give finite losses and gradients") {
    const std::vector<float> x{3e38f, -3e38f, 3e38f, -3e38f, 0.0f};
    std::vector<float> t{1.0f, 0.0f, 0.0f, 1.0f, 0.5f};
    const double right = kernels::binary_cross_entropy_of_logits<arch>(2, x.data(), t.data(), t.data(), 1.0f);
    CHECK(right == 0.0);
    CHECK(t[0] == 0.0f);
    CHECK(t[1] == 0.0f);
    const double wrong = kernels::binary_cross_entropy_of_logits<arch>(1, &x[2], &t[2], &t[2], 1.0f);
    CHECK(static_cast<float>(wrong) == 3e38f);
    CHECK(t[2] == 1.0f);
    kernels::binary_cross_entropy_of_logits<arch>(1, &x[3], &t[3], &t[3], 1.0f);
    CHECK(t[3] == -1.0f);
    kernels::binary_cross_entropy_of_logits<arch>(1, &x[4], &t[4], &t[4], 1.0f);
    CHECK(t[4] == 0.0f);
}

/// Checks cross_entropy_of_logits on one row of logits and targets.
void check_softmax(const std::vector<float>& x, const std::vector<float>& t) {
    const std::size_t count = x.size();
    CAPTURE(count);
    double largest = -1e300;
    double targets = 0;
    for (std::size_t i = 0; i < count; ++i) {
        largest = std::max(largest, static_cast<double>(x[i]));
        targets += static_cast<double>(t[i]);
    }
    double exponentials = 0;
    for (const float value : x) exponentials += std::exp(static_cast<double>(value) - largest);
    output gradient{count, count % 16};
    sum loss;
    loss.add(targets, std::log(exponentials));
    const auto n = static_cast<double>(count);
    for (std::size_t i = 0; i < count; ++i) {
        const auto target = static_cast<double>(t[i]);
        const double distance = static_cast<double>(x[i]) - largest;
        loss.add(-target, distance);
        const double softmax = std::exp(distance) / exponentials;
        gradient.start(i, t[i]);
        gradient.expect(i, exact_scale * (softmax * targets - target),
                        // An exponential that is no normal number may be zero.
                        0x1p-126 * targets +
                            exact_scale * rounding *
                                ((n + 10 + std::abs(distance)) * softmax * targets + 4 * target));
    }
    const auto got = static_cast<double>(
        kernels::cross_entropy_of_logits<arch>(count, x.data(), gradient.data(), gradient.data(), scale));
    CHECK(kernels::cross_entropy_of_logits<arch>(count, x.data(), t.data(), nullptr, scale) == got);
    CAPTURE(got);
    CAPTURE(loss.value());
    CHECK(std::abs(got - loss.value()) <= loss.tolerance() + (n + 10) * rounding * targets);
    CHECK(gradient.wrong() == "");
}

TEST_CASE("cross_entropy_of_logits, one-hot and not") {
    for (const std::size_t count : some_counts)
        for (const float range : {1.0f, 10.0f, 80.0f}) {
            CAPTURE(range);
            const std::vector<float> x = spread(count, -range, range, 1);
            for (std::size_t hot = 0; hot < count; hot += 3) {
                std::vector<float> t(count);
                t[hot] = 1.0f;
                check_softmax(x, t);
            }
            check_softmax(x, spread(count, 0.0f, 1.0f, 2));
        }
}

TEST_CASE("cross_entropy_of_logits: all equal is log count; one far ahead is certain; size does not matter") {
    for (const float level : {0.0f, -1e4f, 3e38f}) {
        CAPTURE(level);
        const std::vector<float> x(10, level);
        std::vector<float> t(10);
        t[9] = 1.0f;
        const double loss = kernels::cross_entropy_of_logits<arch>(10, x.data(), t.data(), t.data(), 1.0f);
        CHECK(loss == doctest::Approx(std::log(10.0)));
        CHECK(t[0] == doctest::Approx(0.1));
        CHECK(t[9] == doctest::Approx(-0.9));
    }
    const std::vector<float> x{-5e4f, 5e4f};
    std::vector<float> right{0.0f, 1.0f};
    CHECK(kernels::cross_entropy_of_logits<arch>(2, x.data(), right.data(), right.data(), 1.0f) == 0.0f);
    CHECK(right == std::vector<float>{0.0f, 0.0f});
    std::vector<float> wrong{1.0f, 0.0f};
    CHECK(kernels::cross_entropy_of_logits<arch>(2, x.data(), wrong.data(), wrong.data(), 1.0f) == 1e5f);
    CHECK(wrong == std::vector<float>{-1.0f, 1.0f});
}

TEST_CASE("a NaN anywhere in a row makes its loss NaN") {
    for (const std::size_t count : sizes{1, 7, 8, 9})
        for (std::size_t at = 0; at < count; ++at) {
            CAPTURE(count);
            CAPTURE(at);
            std::vector<float> y(count, 0.5f);
            y[at] = not_a_number;
            for (const auto kernel :
                 {kernels::squared_error<arch>, kernels::binary_cross_entropy<arch>,
                  kernels::binary_cross_entropy_of_logits<arch>, kernels::cross_entropy_of_logits<arch>}) {
                std::vector<float> t(count, 0.25f);
                CHECK(std::isnan(kernel(count, y.data(), t.data(), t.data(), 1.0f)));
                CHECK(std::isnan(t[at]));
            }
        }
}

} // namespace
