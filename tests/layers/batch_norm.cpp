// batch_norm: batch statistics in training, running ones in predict, and who moves what.
#include "strata/layers/batch_norm.hpp"
#include "strata/layers/dense.hpp"
#include "strata/layers/tanh.hpp"
#include "strata/losses/mse.hpp"
#include "strata/optimizers/adamw.hpp"
#include "strata/optimizers/sgd.hpp"
#include "strata/train/predict.hpp"

#include "support/networks.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

namespace {

using namespace strata;

static_assert(batch_norm<>::output(shape<3, 5, 7>) == shape<3, 5, 7>);
static_assert(batch_norm<>::parameters(shape<3, 5, 7>).count() == 28);
static_assert(batch_norm<>::parameters(shape<9>).items[2].what_for == role::running);

struct rows_net : network<input<19>, batch_norm<>> {};
struct image_net : network<input<3, 2, 5>, batch_norm<>> {};

struct column {
    double mean = 0, variance = 0;
};

/// Mean and biased variance of every column of rows of pixels of `width` values.
std::vector<column> columns_of(const std::vector<float>& x, std::size_t width) {
    std::vector<column> found(width);
    const double count = static_cast<double>(x.size() / width);
    for (std::size_t i = 0; i < x.size(); ++i) found[i % width].mean += static_cast<double>(x[i]) / count;
    for (std::size_t i = 0; i < x.size(); ++i)
        found[i % width].variance += std::pow(static_cast<double>(x[i]) - found[i % width].mean, 2) / count;
    return found;
}

std::vector<float> numbers(std::size_t count, std::uint64_t s) {
    std::vector<float> x(count);
    fill_uniform(x, 2.0f, 5.0f, seed{s});
    return x;
}

template <class Net>
std::vector<float> parameter_of(const model<Net>& net, std::size_t which) {
    std::vector<float> values(parameters_of<Net>[which].what.count());
    net.read(parameters_of<Net>[which], values);
    return values;
}

template <class Net>
void comes_out_normal(std::size_t width) {
    workspace<Net, batch<8>> work;
    const std::vector<float> x = numbers(6 * Net::input.count(), 1); // fewer rows than there is room for
    const rows_view y = forward(model<Net>{}, work, x);
    std::vector<float> all;
    for (std::size_t r = 0; r < y.rows; ++r) all.insert(all.end(), y[r].begin(), y[r].end());
    const std::vector<column> before = columns_of(x, width);
    const std::vector<column> after = columns_of(all, width);
    for (std::size_t c = 0; c < width; ++c) {
        CHECK(std::abs(after[c].mean) < 1e-5);
        CHECK(after[c].variance ==
              doctest::Approx(before[c].variance / (before[c].variance + 1e-5)).epsilon(1e-4));
    }
}

TEST_CASE("in training every column comes out with mean 0 and variance 1") {
    comes_out_normal<rows_net>(19);
    comes_out_normal<image_net>(5);
}

/// Steps on batches and follows the running statistics by PyTorch's formula.
template <class Net, class Optimizer>
void statistics_follow(Optimizer& optimizer, model<Net>& net, std::size_t width) {
    workspace<Net, batch<6>> work;
    std::vector<double> mean(width, 0.0);
    std::vector<double> variance(width, 1.0);
    const double count = static_cast<double>(6 * Net::input.count() / width);
    for (std::uint64_t s = 1; s <= 3; ++s) {
        const std::vector<float> x = numbers(6 * Net::input.count(), s);
        train_step(net, work, optimizer, mse{}, x, 0.5f);
        const std::vector<column> batch = columns_of(x, width);
        for (std::size_t c = 0; c < width; ++c) {
            mean[c] += 0.1 * (batch[c].mean - mean[c]);
            variance[c] += 0.1 * (batch[c].variance * count / (count - 1) - variance[c]);
        }
    }
    const std::vector<float> got_mean = parameter_of(net, 2);
    const std::vector<float> got_variance = parameter_of(net, 3);
    for (std::size_t c = 0; c < width; ++c) {
        CHECK(static_cast<double>(got_mean[c]) == doctest::Approx(mean[c]).epsilon(1e-5));
        CHECK(static_cast<double>(got_variance[c]) == doctest::Approx(variance[c]).epsilon(1e-5));
    }
    CHECK(parameter_of(net, 1) != std::vector<float>(width, 0.0f)); // the shifts were learned meanwhile
}

TEST_CASE("running statistics follow the batches, whatever the optimizer does to weights") {
    model<rows_net> first{zeros{}};
    sgd momentum{first, {.learning_rate = 0.1f, .momentum = 0.9f}};
    statistics_follow(momentum, first, 19);
    model<image_net> second{zeros{}};
    adamw decay{second, {.learning_rate = 0.1f, .weight_decay = 0.5f}};
    statistics_follow(decay, second, 5);
}

TEST_CASE("predict uses the running statistics, row by row") {
    model<rows_net> net{zeros{}};
    net.write(parameters_of<rows_net>[0], std::vector<float>(19, 3.0f));
    net.write(parameters_of<rows_net>[1], std::vector<float>(19, 1.0f));
    net.write(parameters_of<rows_net>[2], std::vector<float>(19, 2.0f));
    net.write(parameters_of<rows_net>[3], std::vector<float>(19, 4.0f));
    const std::vector<float> x = numbers(2 * 19, 1);
    const std::vector<float> y = predict(net, x);
    for (std::size_t i = 0; i < x.size(); ++i)
        CHECK(y[i] == doctest::Approx((x[i] - 2.0f) / std::sqrt(4.0f + 1e-5f) * 3.0f + 1.0f));
}

TEST_CASE("frozen, it uses the running statistics in training as well, and nothing moves") {
    struct net_type : network<input<19>, dense<19>, frozen<batch_norm<>>> {};
    model<net_type> net{zeros{}};
    net.write(parameters_of<net_type>[0], numbers(19 * 19, 1));
    workspace<net_type, batch<4>> work;
    sgd optimizer{net, {.learning_rate = 0.01f}};
    const std::vector<float> x = numbers(4 * 19, 2);
    const std::vector<float> expected = predict(net, x);
    const rows_view y = forward(net, work, x);
    for (std::size_t r = 0; r < 4; ++r)
        for (std::size_t i = 0; i < 19; ++i) CHECK(y[r][i] == expected[r * 19 + i]);
    train_step(net, work, optimizer, mse{}, x, 0.0f);
    CHECK(parameter_of(net, 4) == std::vector<float>(19, 0.0f));
    CHECK(parameter_of(net, 5) == std::vector<float>(19, 1.0f));
    gradients_are_right<net_type>();
}

TEST_CASE("momentum is the part by which both statistics move") {
    struct quick : network<input<19>, batch_norm<0.5>> {};
    model<quick> net{zeros{}};
    workspace<quick, batch<6>> work;
    sgd optimizer{net, {.learning_rate = 0.1f}};
    const std::vector<float> x = numbers(6 * 19, 1);
    train_step(net, work, optimizer, mse{}, x, 0.5f);
    const std::vector<column> batch = columns_of(x, 19);
    for (std::size_t c = 0; c < 19; ++c) {
        CHECK(static_cast<double>(parameter_of(net, 2)[c]) == doctest::Approx(0.5 * batch[c].mean));
        CHECK(static_cast<double>(parameter_of(net, 3)[c]) ==
              doctest::Approx(0.5 + 0.5 * batch[c].variance * 6 / 5));
    }
}

TEST_CASE("a batch of one row comes out as the shift, with gradients that are numbers") {
    model<rows_net> net{zeros{}};
    workspace<rows_net, batch<1>> work;
    sgd optimizer{net, {.learning_rate = 0.1f}};
    CHECK(train_step(net, work, optimizer, mse{}, numbers(19, 1), 1.0f) == 1.0f);
    for (std::size_t which = 0; which < 4; ++which)
        for (const float value : parameter_of(net, which)) CHECK(std::isfinite(value));
}

TEST_CASE("batch_norm describes itself") { CHECK(batch_norm<>::describe() == "batch_norm"); }

TEST_CASE("gradients of batch_norm, alone, of images, and between other layers") {
    gradients_are_right<rows_net, 5>();
    gradients_add_up<rows_net, 5>();
    gradients_are_right<image_net>();
    struct sixteen : network<input<16>, batch_norm<>> {};
    gradients_are_right<sixteen, 7>();
    struct between : network<input<5>, dense<17>, strata::tanh, batch_norm<>, dense<3>> {};
    gradients_are_right<between, 5>();
}

} // namespace
