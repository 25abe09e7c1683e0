// Gradients cut down to a norm.

#include "strata/train/clip_gradients.hpp"

#include "strata/core.hpp"
#include "support/small_networks.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

using namespace strata;

namespace {

constexpr std::size_t rows = 8;

struct normalized : network<strata::input<9>, dense<20>, batch_norm<>, relu, mark<"code">, dense<17>,
                            strata::tanh, dense<3>> {};
struct partly_frozen
    : network<strata::input<9>, dense<20>, frozen<dense<30>, batch_norm<>>, batch_norm<>, dense<3>> {};

template <class Part, class Net = Part>
struct problem {
    model<Net> net{glorot_uniform{}, seed{1}};
    workspace<Part, batch<rows>> work;

    problem() {
        const std::vector<float> x = tests::uniform_rows(rows, Part::input.count(), 2);
        accumulate(net, work, mse{}, x, 3.0f);
    }
    std::vector<float> gradients() {
        return {work.parameter_gradients().begin(), work.parameter_gradients().end()};
    }
    /// Calls f(index into the gradients, role) for every weight that has one.
    template <class Function>
    void for_each_gradient(const Function& f) {
        for (const placed_parameter& p : parameters_of<Part>)
            for (std::size_t i = 0; p.has_gradient && i < p.what.count(); ++i)
                f(p.gradient_offset + p.what.place(i), p.what.what_for);
    }
    double norm() {
        double sum = 0;
        for_each_gradient([&](std::size_t i, role what_for) {
            const auto value = static_cast<double>(work.parameter_gradients()[i]);
            if (what_for == role::trained) sum += value * value;
        });
        return std::sqrt(sum);
    }
};

template <class Part, class Net = Part>
void check_clipping() {
    problem<Part, Net> p;
    const std::vector<float> before = p.gradients();
    const double norm = p.norm();
    REQUIRE(norm > 0.5);

    const auto limit = static_cast<float>(norm / 4);
    CHECK(static_cast<double>(clip_gradients(p.work, limit)) == doctest::Approx(norm).epsilon(1e-5));
    CHECK(p.norm() == doctest::Approx(norm / 4).epsilon(1e-5));
    p.for_each_gradient([&](std::size_t i, role what_for) {
        const float after = p.work.parameter_gradients()[i];
        if (what_for == role::running)
            CHECK(after == before[i]);
        else
            CHECK(after == doctest::Approx(before[i] / 4).epsilon(1e-5));
    });
    CHECK_FALSE(p.work.gradients_empty());
}

} // namespace

TEST_CASE("the norm is returned, and the gradients are scaled to the limit") {
    check_clipping<normalized>();
    check_clipping<tests::conv_net>();
    check_clipping<partly_frozen>();
    check_clipping<thawed<partly_frozen>, partly_frozen>();
    check_clipping<from<normalized, "code">, normalized>();
}

TEST_CASE("gradients below the limit stay as they are, bit for bit") {
    problem<normalized> p;
    const std::vector<float> before = p.gradients();
    const auto norm = static_cast<float>(p.norm());
    CHECK(clip_gradients(p.work, 1.001f * norm) == doctest::Approx(norm).epsilon(1e-5));
    CHECK(p.gradients() == before);
    clip_gradients(p.work, std::numeric_limits<float>::infinity());
    CHECK(p.gradients() == before);
}

TEST_CASE("running statistics do not count, however far they are to move") {
    problem<normalized> p;
    const auto norm = static_cast<float>(p.norm());
    for (const update_span& span : update_spans<normalized>)
        if (span.what_for == role::running) p.work.parameter_gradients()[span.gradients] = 1e6f;
    CHECK(clip_gradients(p.work, 2 * norm) == doctest::Approx(norm).epsilon(1e-5));
    CHECK(static_cast<double>(norm) == doctest::Approx(p.norm()).epsilon(1e-6));
}

TEST_CASE("where there are no gradients, the norm is 0, and what is old stays") {
    problem<normalized> p;
    const std::vector<float> before = p.gradients();
    p.work.clear_gradients();
    CHECK(clip_gradients(p.work, 1e-3f) == 0.0f);
    CHECK(p.gradients() == before);
    CHECK(p.work.gradients_empty());
}
