// Gradients cut down to a norm.

#include "strata/train/clip_gradients.hpp"

#include "strata/core.hpp"
#include "support/small_networks.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

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

TEST_CASE("gradients of doubles whose squares overflow are scaled to the limit") {
    struct line : network<strata::input<3>, dense<2>> {};
    for (const double size : {1e150, 1e160, 1e250, 1e308}) {
        CAPTURE(size);
        model<line, double> net;
        workspace<line, batch<1>, training, double> work;
        accumulate(net, work, mse{}, std::vector<double>{1, 2, 3}, std::vector<double>{4, 5});
        const std::span<double> gradients = work.parameter_gradients();
        std::ranges::fill(gradients, 0.0);
        gradients[0] = 0.6 * size;
        gradients[1] = -0.8 * size;
        CHECK(clip_gradients(work, 10.0f) == std::numeric_limits<float>::infinity());
        CHECK(gradients[0] == doctest::Approx(6).epsilon(1e-12));
        CHECK(gradients[1] == doctest::Approx(-8).epsilon(1e-12));
        gradients[1] = std::numeric_limits<double>::infinity();
        CHECK_THROWS_AS(clip_gradients(work, 10.0f), std::runtime_error);
    }
}

TEST_CASE("the norm of huge and tiny gradients is the true one, and so is what is left of them") {
    for (const float size : {1e19f, 3e30f, 1e37f, 1e-30f, 1e-37f, 1e-42f}) {
        CAPTURE(size);
        problem<normalized> p;
        std::uint32_t number = 0;
        p.for_each_gradient([&](std::size_t i, role what_for) {
            p.work.parameter_gradients()[i] =
                what_for == role::running ? 0.5f : size * static_cast<float>(++number % 7) / 7.0f;
        });
        const std::vector<float> before = p.gradients();
        const double norm = p.norm();
        REQUIRE(norm > 0);
        for (const double part : {0.25, 1e-3}) {
            std::ranges::copy(before, p.work.parameter_gradients().begin());
            const auto limit = static_cast<float>(norm * part);
            if (limit < 1e-37f) continue;
            CHECK(static_cast<double>(clip_gradients(p.work, limit)) == doctest::Approx(norm).epsilon(1e-6));
            CHECK(p.norm() == doctest::Approx(static_cast<double>(limit)).epsilon(1e-5));
        }
        std::ranges::copy(before, p.work.parameter_gradients().begin());
        if (norm < 1e38) {
            clip_gradients(p.work, 3e38f);
            CHECK(p.gradients() == before);
        }
    }
}

TEST_CASE("gradients whose norm no float holds are scaled to the limit, too") {
    problem<normalized> p;
    p.for_each_gradient([&](std::size_t i, role what_for) {
        if (what_for == role::trained) p.work.parameter_gradients()[i] = 3e38f;
    });
    CHECK(clip_gradients(p.work, 1.0f) == std::numeric_limits<float>::infinity());
    CHECK(p.norm() == doctest::Approx(1.0).epsilon(1e-5));
}

namespace {

/// Spoils one gradient after another, and looks for its layer and name in what is thrown.
template <class Part, class Net = Part>
void spoiled_gradients_are_named(const std::vector<std::string>& layers) {
    for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
                            -std::numeric_limits<float>::infinity()})
        for (const placed_parameter& at : parameters_of<Part>) {
            if (!at.has_gradient) continue;
            for (const std::size_t index : {std::size_t{0}, at.what.count() / 2, at.what.count() - 1}) {
                problem<Part, Net> p;
                p.work.parameter_gradients()[at.gradient_offset + at.what.place(index)] = bad;
                const std::vector<float> before = p.gradients();
                std::string said;
                try {
                    clip_gradients(p.work, 1e-3f);
                } catch (const std::runtime_error& error) {
                    said = error.what();
                }
                CAPTURE(said);
                CHECK(said.find(std::string{at.what.name} + " of layer " + std::to_string(at.layer_number) +
                                " (" + layers[at.layer_number - 1] + ")") != std::string::npos);
                CHECK_FALSE(p.work.gradients_empty());
                const std::vector<float> after = p.gradients();
                CHECK(std::memcmp(after.data(), before.data(), before.size() * sizeof(float)) == 0);
            }
        }
}

} // namespace

TEST_CASE("a NaN or infinite gradient is an error that names the layer, and nothing is scaled") {
    spoiled_gradients_are_named<normalized>(
        {"dense 20", "batch_norm", "relu", "mark \"code\"", "dense 17", "tanh", "dense 3"});
    spoiled_gradients_are_named<partly_frozen>({"dense 20", "", "", "batch_norm", "dense 3"});
}

TEST_CASE("a norm that is not above 0 is refused, with gradients and without") {
    for (const float norm : {0.0f, -0.0f, -1.0f, -std::numeric_limits<float>::infinity(),
                             std::numeric_limits<float>::quiet_NaN()}) {
        problem<normalized> p;
        const std::vector<float> before = p.gradients();
        CHECK_THROWS_AS(clip_gradients(p.work, norm), std::invalid_argument);
        CHECK(p.gradients() == before);
        p.work.clear_gradients();
        CHECK_THROWS_AS(clip_gradients(p.work, norm), std::invalid_argument);
    }
}
