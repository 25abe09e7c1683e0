// What optimizers do to weights and state, against the formulas in double, over several steps.
#include "strata/kernels/update.hpp"

#include "support/reference.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

namespace {

using namespace reference;
using strata::arch;
namespace kernels = strata::kernels;

/// Whole numbers of lines, as the kernels ask for.
const std::size_t some_counts[] = {0, 16, 32, 80};

/// A block with these values in it.
output block_of(const std::vector<float>& values) {
    output block{values.size(), 0};
    for (std::size_t i = 0; i < values.size(); ++i) block.start(i, values[i]);
    return block;
}

double at(const std::vector<float>& values, std::size_t i) { return static_cast<double>(values[i]); }

/// Numbers from [0, 1): mean squares.
std::vector<float> random_squares(std::size_t count, std::uint32_t seed) {
    std::vector<float> values = random_floats(count, seed);
    for (float& value : values) value *= value;
    return values;
}

TEST_CASE("descend") {
    for (const std::size_t count : some_counts) {
        const std::vector<float> w = random_floats(count, 1);
        const std::vector<float> g = random_floats(count, 2);
        const float rate = 0.037f;
        output weight = block_of(w);
        for (std::size_t i = 0; i < count; ++i) {
            sum s;
            s.add(at(w, i));
            s.add(-static_cast<double>(rate), at(g, i));
            weight.expect(i, s);
        }
        kernels::descend<arch>(count, weight.data(), g.data(), rate);
        CHECK(weight.wrong() == "");
    }
}

TEST_CASE("descend with momentum, Nesterov's and not") {
    for (const std::size_t count : some_counts)
        for (const bool nesterov : {false, true}) {
            CAPTURE(count);
            CAPTURE(nesterov);
            const std::vector<float> w = random_floats(count, 1);
            const std::vector<float> g = random_floats(count, 2);
            const std::vector<float> v = random_floats(count, 3);
            const float rate = 0.037f;
            const float momentum = 0.93f;
            output weight = block_of(w);
            output velocity = block_of(v);
            for (std::size_t i = 0; i < count; ++i) {
                const auto down = -static_cast<double>(rate);
                const auto keep = static_cast<double>(momentum);
                sum speed;
                speed.add(keep, at(v, i));
                speed.add(at(g, i));
                velocity.expect(i, speed);
                sum s;
                s.add(at(w, i));
                if (nesterov) s.add(down, at(g, i));
                s.add(down * (nesterov ? keep : 1.0), at(g, i));
                s.add(down * (nesterov ? keep : 1.0) * keep, at(v, i));
                weight.expect(i, s);
            }
            kernels::descend_with_momentum<arch>(count, weight.data(), velocity.data(), g.data(), rate,
                                                 momentum, nesterov);
            CHECK(weight.wrong() == "");
            CHECK(velocity.wrong() == "");
        }
}

/// The error that a quotient's roundings, and those of what it is made of, may make.
constexpr double of_quotient = 12 * rounding;

TEST_CASE("adam_update") {
    for (const std::size_t count : some_counts)
        for (const float keep : {1.0f, 0.99f}) {
            CAPTURE(count);
            CAPTURE(keep);
            const std::vector<float> w = random_floats(count, 1);
            const std::vector<float> g = random_floats(count, 2);
            const std::vector<float> m = random_floats(count, 3);
            const std::vector<float> v = random_squares(count, 4);
            const kernels::adam_step<arch> step{.rate = 0.011f,
                                                .beta1 = 0.9f,
                                                .beta2 = 0.999f,
                                                .root_scale = 3.1f,
                                                .epsilon = 1e-4f,
                                                .keep = keep};
            const auto beta1 = static_cast<double>(step.beta1);
            const auto beta2 = static_cast<double>(step.beta2);
            output weight = block_of(w);
            output mean = block_of(m);
            output square = block_of(v);
            for (std::size_t i = 0; i < count; ++i) {
                sum first;
                first.add(beta1, at(m, i));
                first.add(1 - beta1, at(g, i));
                mean.expect(i, first);
                sum second;
                second.add(beta2, at(v, i));
                second.add((1 - beta2) * at(g, i), at(g, i));
                square.expect(i, second);
                const double by = static_cast<double>(step.rate) /
                                  (static_cast<double>(step.root_scale) * std::sqrt(second.value()) +
                                   static_cast<double>(step.epsilon));
                const double kept = static_cast<double>(keep) * at(w, i);
                weight.expect(i, kept - by * first.value(),
                              4 * rounding * (std::abs(kept) + 1e-3) + by * first.tolerance() +
                                  of_quotient * by * std::abs(first.value()));
            }
            kernels::adam_update<arch>(count, weight.data(), mean.data(), square.data(), g.data(), step);
            CHECK(weight.wrong() == "");
            CHECK(mean.wrong() == "");
            CHECK(square.wrong() == "");
        }
}

TEST_CASE("rmsprop_update") {
    for (const std::size_t count : some_counts) {
        CAPTURE(count);
        const std::vector<float> w = random_floats(count, 1);
        const std::vector<float> g = random_floats(count, 2);
        const std::vector<float> v = random_squares(count, 3);
        const float rate = 0.011f;
        const float decay = 0.97f;
        const float epsilon = 1e-4f;
        output weight = block_of(w);
        output square = block_of(v);
        for (std::size_t i = 0; i < count; ++i) {
            const auto keep = static_cast<double>(decay);
            sum second;
            second.add(keep, at(v, i));
            second.add((1 - keep) * at(g, i), at(g, i));
            square.expect(i, second);
            const double move = static_cast<double>(rate) * at(g, i) /
                                (std::sqrt(second.value()) + static_cast<double>(epsilon));
            weight.expect(i, at(w, i) - move,
                          2 * rounding * std::abs(at(w, i)) + of_quotient * std::abs(move));
        }
        kernels::rmsprop_update<arch>(count, weight.data(), square.data(), g.data(), rate, decay, epsilon);
        CHECK(weight.wrong() == "");
        CHECK(square.wrong() == "");
    }
}

TEST_CASE("without memory and epsilon, adam and rmsprop move every weight by the learning rate") {
    // So does arithmetic that rounds once: gradients of 12 bits have exact squares, and roots.
    std::vector<float> g(4096);
    for (std::size_t i = 0; i < g.size(); ++i)
        g[i] = static_cast<float>(i + 1) * (i % 3 == 0 ? -0x1p-9f : i % 3 == 1 ? 0x1p-3f : 0x1p5f);
    std::vector<float> by_adam(g.size());
    std::vector<float> by_rmsprop(g.size());
    std::vector<float> mean(g.size());
    std::vector<float> square(g.size());
    kernels::adam_update<arch>(
        g.size(), by_adam.data(), mean.data(), square.data(), g.data(),
        {.rate = 0.75f, .beta1 = 0.0f, .beta2 = 0.0f, .root_scale = 1.0f, .epsilon = 0.0f, .keep = 1.0f});
    kernels::rmsprop_update<arch>(g.size(), by_rmsprop.data(), square.data(), g.data(), 0.75f, 0.0f, 0.0f);
    std::size_t others = 0;
    for (std::size_t i = 0; i < g.size(); ++i) {
        const float moved = g[i] < 0.0f ? 0.75f : -0.75f;
        if (by_adam[i] != moved || by_rmsprop[i] != moved) ++others;
    }
    CHECK(others == 0);
}

TEST_CASE("padding stays zero, however many steps are made") {
    std::vector<float> gradient = random_floats(16, 1);
    std::fill(gradient.begin() + 5, gradient.end(), 0.0f);
    std::vector<float> weight = gradient;
    std::vector<float> one(16);
    std::vector<float> two(16);
    for (int i = 0; i < 3; ++i) {
        kernels::descend<arch>(16, weight.data(), gradient.data(), 0.1f);
        kernels::descend_with_momentum<arch>(16, weight.data(), one.data(), gradient.data(), 0.1f, 0.9f,
                                             true);
        kernels::adam_update<arch>(16, weight.data(), one.data(), two.data(), gradient.data(),
                                   {.rate = 0.1f,
                                    .beta1 = 0.9f,
                                    .beta2 = 0.999f,
                                    .root_scale = 3.0f,
                                    .epsilon = 1e-8f,
                                    .keep = 0.9f});
        kernels::rmsprop_update<arch>(16, weight.data(), two.data(), gradient.data(), 0.1f, 0.9f, 1e-8f);
    }
    for (std::size_t i = 5; i < 16; ++i) {
        CHECK(weight[i] == 0.0f);
        CHECK(one[i] == 0.0f);
        CHECK(two[i] == 0.0f);
    }
    for (std::size_t i = 0; i < 5; ++i) CHECK(weight[i] != gradient[i]);
}

} // namespace
