// Spectral normalization against singular values found in double.

#include "strata/train/spectral_norm.hpp"

#include "strata/core.hpp"
#include "support/small_networks.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <stdexcept>
#include <utility>
#include <vector>

using namespace strata;

namespace {

struct odd : network<strata::input<19>, dense<33>, relu, dense<7>, batch_norm<>, dense<1>> {};
struct image : network<strata::input<7, 6, 3>, conv2d<5, 3>, relu, conv2d<18, 2>, flatten, dense<4>> {};
struct upwards : network<strata::input<3, 2, 7>, conv2d_transpose<17, 3, stride<2>>> {};
struct single : network<strata::input<9>, dense<20>> {};

/// The largest singular value of a weight, rows by columns as it is read: the power iteration in double,
/// until it stands still.
template <class Net>
double largest_singular_value(const model<Net>& net, const placed_parameter& p) {
    std::vector<float> weights(p.what.count());
    net.read(p, weights);
    const std::size_t columns = p.what.columns();
    const std::size_t rows = p.what.rows();
    std::vector<double> right(columns);
    for (std::size_t c = 0; c < columns; ++c) right[c] = 1.0 + 0.1 * static_cast<double>(c % 7);
    double value = 0;
    for (int i = 0; i < 100000; ++i) {
        std::vector<double> left(rows, 0.0), next(columns, 0.0);
        double length = 0;
        for (const double x : right) length += x * x;
        for (std::size_t r = 0; r < rows; ++r)
            for (std::size_t c = 0; c < columns; ++c)
                left[r] += static_cast<double>(weights[r * columns + c]) * right[c] / std::sqrt(length);
        double square = 0;
        for (const double x : left) square += x * x;
        for (std::size_t r = 0; r < rows; ++r)
            for (std::size_t c = 0; c < columns; ++c)
                next[c] += static_cast<double>(weights[r * columns + c]) * left[r];
        right = next;
        const double before = value;
        value = std::sqrt(square);
        if (value == 0 || (i > 100 && value - before <= 1e-13 * value)) break;
    }
    return value;
}

template <class Net>
std::vector<placed_parameter> matrices_of() {
    std::vector<placed_parameter> list;
    for (const placed_parameter& p : parameters_of<Net>)
        if (p.what.fan_in != 0) list.push_back(p);
    return list;
}

template <class Net>
void check_limit(float limit) {
    model<Net> net{he_uniform{}, seed{1}};
    const std::vector<float> before = tests::weights_of(net);
    std::vector<double> values;
    for (const placed_parameter& p : matrices_of<Net>()) values.push_back(largest_singular_value(net, p));
    REQUIRE(*std::max_element(values.begin(), values.end()) > 1.2 * static_cast<double>(limit));
    spectral_norm<Net> bound{net, limit};
    bound.apply(net, 300);
    std::size_t k = 0;
    for (const placed_parameter& p : matrices_of<Net>()) {
        CAPTURE(p.layer_number);
        const double after = largest_singular_value(net, p);
        CHECK(after <= static_cast<double>(limit) * 1.001);
        CHECK(after == doctest::Approx(std::min(values[k], static_cast<double>(limit))).epsilon(0.001));
        CHECK(static_cast<double>(bound.value(k)) == doctest::Approx(after).epsilon(0.001));
        // Scaled by one factor, or not touched at all.
        const double factor = std::min(1.0, static_cast<double>(limit) / values[k]);
        for (std::size_t i = 0; i < p.what.count(); ++i) {
            const std::size_t at = p.offset + p.what.place(i);
            if (factor == 1.0)
                CHECK(net.storage()[at] == before[at]);
            else
                CHECK(static_cast<double>(net.storage()[at]) ==
                      doctest::Approx(factor * static_cast<double>(before[at])).epsilon(0.001));
        }
        ++k;
    }
}

} // namespace

TEST_CASE("no matrix stretches by more than the limit, at any number of columns") {
    check_limit<odd>(1.0f);
    check_limit<odd>(0.5f);
    check_limit<image>(1.0f);
    check_limit<upwards>(0.7f);
    check_limit<tests::conv_net>(0.9f);
}

TEST_CASE("what is no matrix stays as it is: biases, weights of normalizations, statistics, padding") {
    model<odd> net{he_uniform{}, seed{1}};
    for (const placed_parameter& p : parameters_of<odd>)
        if (p.what.fan_in == 0) net.write(p, std::vector<float>(p.what.count(), 3.0f));
    const std::vector<float> before = tests::weights_of(net);
    std::vector<bool> may_change(before.size(), false);
    for (const placed_parameter& p : matrices_of<odd>())
        for (std::size_t i = 0; i < p.what.count(); ++i) may_change[p.offset + p.what.place(i)] = true;
    spectral_norm<odd> bound{net, 0.1f};
    bound.apply(net, 20);
    for (std::size_t i = 0; i < before.size(); ++i)
        CHECK((net.storage()[i] != before[i]) == (may_change[i] && before[i] != 0.0f));
}

TEST_CASE("small matrices stay as they are, bit for bit") {
    model<odd> net{he_uniform{}, seed{1}};
    const std::vector<float> before = tests::weights_of(net);
    spectral_norm<odd> bound{net, 100.0f};
    for (int i = 0; i < 10; ++i) bound.apply(net);
    CHECK(tests::weights_of(net) == before);
    CHECK(bound.value(0) > 0.5f);
}

TEST_CASE("one step of the iteration after each step of training is enough") {
    model<single> net{glorot_uniform{}, seed{1}};
    workspace<single, batch<8>> work;
    optimizer opt{net, sgd{.learning_rate = 0.1f}};
    spectral_norm<single> bound{net, 1.0f, seed{3}};
    const std::vector<float> x = tests::uniform_rows(8, 9, 2);
    model<single> unbound = net.clone();
    optimizer other{unbound, sgd{.learning_rate = 0.1f}};
    for (int i = 0; i < 200; ++i) {
        train_step(net, work, opt, mse{}, x, 4.0f);
        bound.apply(net);
        train_step(unbound, work, other, mse{}, x, 4.0f);
    }
    const placed_parameter& weight = parameters_of<single>[0];
    CHECK(largest_singular_value(unbound, weight) > 1.3);
    CHECK(largest_singular_value(net, weight) <= 1.01);
    CHECK(largest_singular_value(net, weight) > 0.9);
}

TEST_CASE("weights that follow zeros are bound like others") {
    model<single> net{zeros{}};
    spectral_norm<single> bound{net, 1.0f};
    bound.apply(net, 3);
    CHECK(bound.value(0) == 0.0f);
    for (const float weight : net.storage()) CHECK(weight == 0.0f);
    net.write(parameters_of<single>[0], tests::uniform_rows(9, 20, 1));
    bound.apply(net, 300);
    CHECK(largest_singular_value(net, parameters_of<single>[0]) == doctest::Approx(1.0).epsilon(0.001));
}

TEST_CASE("a limit that is not above 0 is refused, and so is what was moved from") {
    model<odd> net{glorot_uniform{}, seed{1}};
    for (const float limit : {0.0f, -0.0f, -1.0f, -1e-30f, -std::numeric_limits<float>::infinity(),
                              std::numeric_limits<float>::quiet_NaN()})
        CHECK_THROWS_AS((spectral_norm{net, limit}), std::invalid_argument);
    CHECK_NOTHROW(spectral_norm{net, 1e-30f});

    spectral_norm limit{net};
    spectral_norm other = std::move(limit);
    CHECK_THROWS_AS(limit.apply(net), std::invalid_argument);
    CHECK_NOTHROW(other.apply(net));
    limit = std::move(other);
    CHECK_THROWS_AS(other.apply(net), std::invalid_argument);
    CHECK_NOTHROW(limit.apply(net));
}

TEST_CASE("a matrix with a NaN or infinity stays as it is, and healed weights are bound again") {
    for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
                            -std::numeric_limits<float>::infinity()})
        for (const std::size_t where : {0u, 1u, 2u}) {
            model<odd> net{he_uniform{}, seed{1}};
            spectral_norm limit{net, 0.5f};
            const placed_parameter p = matrices_of<odd>().at(where);
            std::vector<float> weights(p.what.count());
            net.read(p, weights);
            weights[weights.size() / 2] = bad;
            net.write(p, weights);
            for (int i = 0; i < 3; ++i) limit.apply(net, 10);
            std::vector<float> after(p.what.count());
            net.read(p, after);
            for (std::size_t i = 0; i < after.size(); ++i)
                CHECK((after[i] == weights[i] || (std::isnan(after[i]) && std::isnan(weights[i]))));

            net.initialize(he_uniform{}, seed{2});
            limit.apply(net, 300);
            for (const placed_parameter& each : matrices_of<odd>())
                CHECK(largest_singular_value(net, each) <= 0.5 * (1 + 1e-3));
        }
}

TEST_CASE("a limit that goes on where another one stood does what that would have done") {
    model<odd> net{he_uniform{}, seed{1}}, copy{he_uniform{}, seed{1}};
    spectral_norm limit{net, 0.5f, seed{2}}, other{copy, 0.5f, seed{3}};
    limit.apply(net);
    other.apply(copy);
    REQUIRE(other.directions() != limit.directions());
    std::copy(net.storage().begin(), net.storage().end(), copy.storage().begin());
    other.directions(limit.directions());
    limit.apply(net);
    other.apply(copy);
    CHECK(std::equal(net.storage().begin(), net.storage().end(), copy.storage().begin()));
    std::vector<double> short_one = limit.directions();
    const std::vector<double> before = short_one;
    short_one.pop_back();
    CHECK_THROWS_AS(limit.directions(short_one), std::invalid_argument);
    CHECK(limit.directions() == before);
}
