// batch_norm: batch statistics in training, running ones in predict, and who moves what.
#include "strata/layers/batch_norm.hpp"
#include "strata/graph/resume.hpp"
#include "strata/initializers/glorot_uniform.hpp"
#include "strata/layers/dense.hpp"
#include "strata/layers/tanh.hpp"
#include "strata/losses/mse.hpp"
#include "strata/model/predict.hpp"
#include "strata/optimizers/adamw.hpp"
#include "strata/optimizers/sgd.hpp"
#include "strata/train/accumulate.hpp"
#include "strata/train/fit.hpp"

#include "support/networks.hpp"
#include "support/reference.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <type_traits>
#include <vector>

namespace {

using namespace strata;

static_assert(batch_norm<>::output(shape<3, 5, 7>) == shape<3, 5, 7>);
static_assert(batch_norm<>::parameters(shape<3, 5, 7>).count() == 28);
static_assert(batch_norm<>::parameters(shape<9>).items[2].what_for == role::running);
static_assert(batch_norm<>::parameters(shape<9>).items[0].name == "weight");
static_assert(batch_norm<>::parameters(shape<9>).items[1].name == "bias");
static_assert(batch_norm<>::parameters(shape<9>).items[2].name == "running_mean");
static_assert(batch_norm<>::parameters(shape<9>).items[3].name == "running_var");
static_assert(batch_norm<0.0>::accepts(shape<9>) == layer_error::none);
static_assert(batch_norm<1.0>::accepts(shape<9>) == layer_error::none);
static_assert(batch_norm<-0.1>::accepts(shape<9>) == layer_error::own);
static_assert(batch_norm<1.1>::accepts(shape<9>) == layer_error::own);
static_assert(batch_norm<0.1, 0.0>::accepts(shape<9>) == layer_error::own);
static_assert(batch_norm<0.1, std::numeric_limits<double>::infinity()>::accepts(shape<9>) ==
              layer_error::own);

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
    CHECK(parameter_of(net, 1) != std::vector<float>(width, 0.0f)); // the biases were learned meanwhile
}

TEST_CASE("running statistics follow the batches, whatever the optimizer does to weights") {
    model<rows_net> first{zeros{}};
    optimizer momentum{first, sgd{.learning_rate = 0.1f, .momentum = 0.9f}};
    statistics_follow(momentum, first, 19);
    model<image_net> second{zeros{}};
    optimizer decay{second, adamw{.learning_rate = 0.1f, .weight_decay = 0.5f}};
    statistics_follow(decay, second, 5);
}

/// Twelve batches whose gradients add up, after one that shrinks the variance: at the default momentum, moves from the
/// same start would come to more than the whole way, to a variance below 0.
template <class Net, class Real>
void statistics_follow_batches_of_one_step(std::size_t width, std::size_t rows) {
    model<Net, Real> net;
    workspace<Net, batch<6>, training, Real> work;
    optimizer opt{net, sgd{}};
    const double momentum = static_cast<double>(0.1f);
    const double close = std::is_same_v<Real, float> ? 1e-5 : 1e-12;
    std::vector<double> mean(width, 0.0);
    std::vector<double> variance(width, 1.0);
    const double count = static_cast<double>(rows * Net::input.count() / width);
    for (int step = 0; step < 2; ++step) {
        for (std::uint64_t s = 1; s <= 12; ++s) {
            std::vector<float> x = numbers(rows * Net::input.count(), s);
            for (float& value : x) value *= 0.01f;
            accumulate(net, work, mse{}, std::vector<Real>(x.begin(), x.end()), Real(0.5));
            const std::vector<column> batch = columns_of(x, width);
            for (std::size_t c = 0; c < width; ++c) {
                mean[c] += momentum * (batch[c].mean - mean[c]);
                variance[c] += momentum * (batch[c].variance * count / (count - 1) - variance[c]);
            }
        }
        opt.step(net, work);
    }
    std::vector<Real> got_mean(width), got_variance(width);
    net.read(parameters_of<Net>[2], got_mean);
    net.read(parameters_of<Net>[3], got_variance);
    for (std::size_t c = 0; c < width; ++c) {
        CHECK(static_cast<double>(got_mean[c]) == doctest::Approx(mean[c]).epsilon(close));
        CHECK(static_cast<double>(got_variance[c]) == doctest::Approx(variance[c]).epsilon(close));
        CHECK(got_variance[c] > 0);
    }
}

TEST_CASE("batches whose gradients add up move running statistics one after the other") {
    statistics_follow_batches_of_one_step<rows_net, float>(19, 6);
    statistics_follow_batches_of_one_step<rows_net, double>(19, 5);
    statistics_follow_batches_of_one_step<image_net, float>(5, 3);
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

TEST_CASE("statistics of a layer that no gradient reaches stay as they are") {
    struct held : network<input<5>, batch_norm<>, stop_gradient, dense<2>> {};
    model<held> net;
    workspace<held, batch<6>> work;
    optimizer opt{net, sgd{}};
    const std::vector<float> first = parameter_of(net, 4);
    train_step(net, work, opt, mse{}, numbers(6 * 5, 1), 0.5f);
    CHECK(parameter_of(net, 2) == std::vector<float>(5, 0.0f));
    CHECK(parameter_of(net, 3) == std::vector<float>(5, 1.0f));
    CHECK(parameter_of(net, 4) != first); // dense learned
}

TEST_CASE("frozen, it uses the running statistics in training as well, and nothing moves") {
    struct net_type : network<input<19>, dense<19>, frozen<batch_norm<>>> {};
    model<net_type> net{zeros{}};
    net.write(parameters_of<net_type>[0], numbers(19 * 19, 1));
    workspace<net_type, batch<4>> work;
    optimizer opt{net, sgd{.learning_rate = 0.01f}};
    const std::vector<float> x = numbers(4 * 19, 2);
    const std::vector<float> expected = predict(net, x);
    const rows_view y = forward(net, work, x);
    for (std::size_t r = 0; r < 4; ++r)
        for (std::size_t i = 0; i < 19; ++i) CHECK(y[r][i] == expected[r * 19 + i]);
    train_step(net, work, opt, mse{}, x, 0.0f);
    CHECK(parameter_of(net, 4) == std::vector<float>(19, 0.0f));
    CHECK(parameter_of(net, 5) == std::vector<float>(19, 1.0f));
    gradients_are_right<net_type>();
}

TEST_CASE("momentum is the part by which both statistics move") {
    struct quick : network<input<19>, batch_norm<0.5>> {};
    model<quick> net{zeros{}};
    workspace<quick, batch<6>> work;
    optimizer opt{net, sgd{.learning_rate = 0.1f}};
    const std::vector<float> x = numbers(6 * 19, 1);
    train_step(net, work, opt, mse{}, x, 0.5f);
    const std::vector<column> batch = columns_of(x, 19);
    for (std::size_t c = 0; c < 19; ++c) {
        CHECK(static_cast<double>(parameter_of(net, 2)[c]) == doctest::Approx(0.5 * batch[c].mean));
        CHECK(static_cast<double>(parameter_of(net, 3)[c]) ==
              doctest::Approx(0.5 + 0.5 * batch[c].variance * 6 / 5));
    }
}

TEST_CASE("a batch of one row comes out as the bias, with gradients that are numbers") {
    model<rows_net> net{zeros{}};
    workspace<rows_net, batch<1>> work;
    optimizer opt{net, sgd{.learning_rate = 0.1f}};
    CHECK(train_step(net, work, opt, mse{}, numbers(19, 1), 1.0f) == 1.0f);
    for (std::size_t which = 0; which < 4; ++which)
        for (const float value : parameter_of(net, which)) CHECK(std::isfinite(value));
}

/// In place of a loss: the target is the gradient.
struct given_gradient {
    template <class Arch>
    float value(const rows_view&, const rows_view&, std::size_t) const {
        return 0.0f;
    }
    template <class Arch>
    float gradient(const rows_view&, const rows_view& target, std::size_t,
                   const padded_rows<float>& out) const {
        copy_rows(target, out);
        return 0.0f;
    }
};

/// What becomes of a batch with weights 1.5, 2.5, ... and biases 0.25, 1.25, ...: outputs, the gradients by x, and
/// those of weights and biases, from this gradient of the outputs.
struct results {
    std::vector<float> y, x_gradient, weights, biases;
};

template <class Net, std::size_t Rows>
results run_batch(const std::vector<float>& x, const std::vector<float>& y_gradient) {
    constexpr std::size_t width = Net::input.last();
    model<Net> net;
    std::vector<float> weight(width), bias(width);
    for (std::size_t c = 0; c < width; ++c) {
        weight[c] = 1.5f + static_cast<float>(c);
        bias[c] = 0.25f + static_cast<float>(c);
    }
    net.write(parameters_of<Net>[0], weight);
    net.write(parameters_of<Net>[1], bias);
    workspace<Net, batch<Rows>> work;
    results found;
    const auto take = [](const rows_view& rows, std::vector<float>& to) {
        for (std::size_t r = 0; r < rows.rows; ++r) to.insert(to.end(), rows[r].begin(), rows[r].end());
    };
    take(forward(net, work, x), found.y);
    backward(net, work, y_gradient);
    for (std::size_t c = 0; c < width; ++c) {
        found.weights.push_back(work.parameter_gradients()[c]);
        found.biases.push_back(work.parameter_gradients()[padded(width) + c]);
    }
    take(input_gradient(net, work, given_gradient{}, x, y_gradient), found.x_gradient);
    return found;
}

/// Compares with the same in double: errors of at most 2 ulp of the magnitudes for sums, of 4 for what is
/// computed from several of them.
template <class Net, std::size_t Rows>
void agrees_with_double(float size, float middle, std::uint64_t s) {
    constexpr std::size_t width = Net::input.last();
    std::vector<float> x(Rows * Net::input.count());
    std::vector<float> g(x.size());
    fill_uniform(x, middle - 1.0f, middle + 1.0f, seed{s});
    fill_uniform(g, -0.5f, 1.0f, seed{s + 1});
    for (float& value : x) value *= size;
    const results got = run_batch<Net, Rows>(x, g);
    const std::vector<column> columns = columns_of(x, width);
    const double count = static_cast<double>(x.size() / width);
    std::vector<reference::sum> slopes(width), products(width);
    const auto normal = [&](std::size_t i) {
        const column& c = columns[i % width];
        return (static_cast<double>(x[i]) - c.mean) / std::sqrt(c.variance + static_cast<double>(1e-5f));
    };
    for (std::size_t i = 0; i < x.size(); ++i) {
        slopes[i % width].add(static_cast<double>(g[i]));
        products[i % width].add(static_cast<double>(g[i]), normal(i));
    }
    std::size_t wrong_y = 0;
    std::size_t wrong_x = 0;
    for (std::size_t c = 0; c < width; ++c) {
        CHECK(slopes[c].is(got.biases[c]));
        CHECK(products[c].is(got.weights[c]));
        const double weight = 1.5 + static_cast<double>(c);
        const double inverse = 1 / std::sqrt(columns[c].variance + static_cast<double>(1e-5f));
        for (std::size_t i = c; i < x.size(); i += width) {
            reference::sum y, slope;
            y.add(weight, normal(i));
            y.add(0.25 + static_cast<double>(c));
            wrong_y += !y.is(got.y[i], 4);
            slope.add(static_cast<double>(g[i]), weight * inverse);
            slope.add(-slopes[c].value() / count, weight * inverse);
            slope.add(-normal(i) * products[c].value() / count, weight * inverse);
            wrong_x += !slope.is(got.x_gradient[i], 4);
        }
    }
    CHECK(wrong_y == 0);
    CHECK(wrong_x == 0);
}

struct one_net : network<input<1>, batch_norm<>> {};
struct wide_net : network<input<33>, batch_norm<>> {};
struct colours_net : network<input<64, 64, 3>, batch_norm<>> {};
struct channels_net : network<input<9, 7, 16>, batch_norm<>> {};

TEST_CASE("results are those of double precision, for values of any size and middle") {
    std::uint64_t s = 10;
    for (const float size : {1.0f, 1e-3f, 255.0f, 1e19f, 1e30f, 1e37f})
        for (const float middle : {0.0f, 0.5f, 2.0f, 1000.0f}) {
            if (size > 1e36f && middle > 2.0f) continue;
            CAPTURE(size);
            CAPTURE(middle);
            agrees_with_double<rows_net, 2>(size, middle, ++s);
            agrees_with_double<rows_net, 7>(size, middle, ++s);
            agrees_with_double<wide_net, 64>(size, middle, ++s);
            agrees_with_double<one_net, 500>(size, middle, ++s);
            agrees_with_double<image_net, 1>(size, middle, ++s);
            agrees_with_double<channels_net, 32>(size, middle, ++s);
        }
    agrees_with_double<colours_net, 32>(1.0f, 1.0f, ++s);
    agrees_with_double<colours_net, 32>(1.0f, 0.0f, ++s);
}

/// Channel c of every value is `value` + c.
template <class Net, std::size_t Rows>
void constants_come_out_as_the_bias(float value) {
    constexpr std::size_t width = Net::input.last();
    CAPTURE(value);
    CAPTURE(Rows);
    std::vector<float> x(Rows * Net::input.count());
    std::vector<float> g(x.size());
    fill_uniform(g, -0.5f, 1.0f, seed{7});
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = value + static_cast<float>(i % width);
    const results got = run_batch<Net, Rows>(x, g);
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < x.size(); ++i) wrong += got.y[i] != 0.25f + static_cast<float>(i % width);
    CHECK(wrong == 0);
    CHECK(got.weights == std::vector<float>(width, 0.0f));
}

TEST_CASE("in training a channel of equal values comes out as the bias, whatever their size and number") {
    for (const float value : {0.7f, 255.0f, 12345.678f, -0.1f, 1e-40f, 1e19f, 3e38f}) {
        constants_come_out_as_the_bias<one_net, 1>(value);
        constants_come_out_as_the_bias<one_net, 3>(value);
        constants_come_out_as_the_bias<one_net, 1001>(value);
        constants_come_out_as_the_bias<rows_net, 64>(value);
        constants_come_out_as_the_bias<wide_net, 7>(value);
        constants_come_out_as_the_bias<image_net, 5>(value);
        constants_come_out_as_the_bias<channels_net, 33>(value);
        constants_come_out_as_the_bias<colours_net, 64>(value);
    }
}

TEST_CASE("the batch's mean and unbiased variance are those of double precision") {
    struct follows : network<input<16, 16, 3>, batch_norm<1.0>> {};
    model<follows> net;
    workspace<follows, batch<512>> work;
    optimizer opt{net, sgd{.learning_rate = 0.1f}};
    for (const float middle : {0.0f, 0.5f, 10.0f, 255.0f}) {
        std::vector<float> x(512 * follows::input.count());
        fill_uniform(x, middle - 0.5f, middle + 0.5f, seed{3});
        for (std::size_t which = 2; which < 4; ++which)
            net.write(parameters_of<follows>[which], std::vector<float>(3, 0.0f));
        train_step(net, work, opt, mse{}, x, 0.5f);
        const std::vector<column> batch = columns_of(x, 3);
        const double count = 512 * 256;
        for (std::size_t c = 0; c < 3; ++c) {
            const double variance = batch[c].variance * count / (count - 1);
            CHECK(std::abs(static_cast<double>(parameter_of(net, 2)[c]) - batch[c].mean) <=
                  2 * reference::ulp(std::max(0.25, static_cast<double>(middle))));
            CHECK(std::abs(static_cast<double>(parameter_of(net, 3)[c]) - variance) <=
                  2 * reference::ulp(variance));
        }
    }
}

TEST_CASE("values whose variance no float holds leave running statistics that are numbers") {
    model<rows_net> net;
    workspace<rows_net, batch<8>> work;
    optimizer opt{net, sgd{.learning_rate = 0.0f}};
    std::vector<float> x(8 * 19);
    fill_uniform(x, -1.0f, 1.0f, seed{3});
    for (float& value : x) value *= 1e30f;
    for (int step = 0; step < 30; ++step) train_step(net, work, opt, mse{}, x, 0.0f);
    for (std::size_t which = 2; which < 4; ++which)
        for (const float value : parameter_of(net, which)) CHECK(std::isfinite(value));
}

/// A batch with one value a channel: no gradient by x, none of the weight, and statistics as they were.
template <class Net>
void single_values_move_nothing() {
    for (const float value : {0.0f, 0.7f, -3.0f, 1e19f}) {
        const std::vector<float> x = [&] {
            std::vector<float> drawn = numbers(Net::input.count(), 5);
            for (float& number : drawn) number += value;
            return drawn;
        }();
        const std::vector<float> g = numbers(Net::input.count(), 6);
        const results got = run_batch<Net, 1>(x, g);
        CHECK(got.x_gradient == std::vector<float>(x.size(), 0.0f));
        CHECK(got.weights == std::vector<float>(x.size(), 0.0f));
        CHECK(got.biases == g);

        model<Net> net;
        workspace<Net, batch<4>> work; // a last batch that is short
        optimizer opt{net, sgd{.learning_rate = 0.1f}};
        train_step(net, work, opt, mse{}, numbers(4 * Net::input.count(), 2), 0.5f);
        const std::vector<float> mean = parameter_of(net, 2);
        const std::vector<float> variance = parameter_of(net, 3);
        CHECK(mean != std::vector<float>(x.size(), 0.0f));
        for (int step = 0; step < 3; ++step) train_step(net, work, opt, mse{}, x, 0.5f);
        CHECK(parameter_of(net, 2) == mean);
        CHECK(parameter_of(net, 3) == variance);
    }
}

TEST_CASE("with one value a channel the gradient is 0, and the running statistics stay") {
    single_values_move_nothing<one_net>();
    single_values_move_nothing<rows_net>();
    single_values_move_nothing<wide_net>();
    struct pixel_net : network<input<1, 1, 5>, batch_norm<>> {};
    single_values_move_nothing<pixel_net>();
}

TEST_CASE("weights before a batch_norm of single rows do not move, whatever the optimizer") {
    struct between : network<input<5>, dense<17>, batch_norm<>, dense<3>> {};
    model<between> net{glorot_uniform{}, seed{1}};
    workspace<between, batch<8>> work;
    optimizer opt{net, adamw{.learning_rate = 0.1f, .weight_decay = 0.0f}};
    const std::vector<float> weight = parameter_of(net, 0);
    const std::vector<float> bias = parameter_of(net, 1);
    for (std::uint64_t s = 1; s < 20; ++s) train_step(net, work, opt, mse{}, numbers(5, s), 0.5f);
    CHECK(parameter_of(net, 0) == weight);
    CHECK(parameter_of(net, 1) == bias);
}

TEST_CASE("a last batch of one row leaves what predict returns right") {
    struct net_type : network<input<1>, batch_norm<>> {};
    model<net_type> net;
    workspace<net_type, batch<16>> work;
    optimizer opt{net, sgd{.learning_rate = 0.0f}};
    std::vector<float> x(33); // 16, 16 and 1
    fill_uniform(x, 2.0f, 5.0f, seed{1});
    fit(net, work, opt, mse{}, x, std::vector<float>(33, 0.0f), {.epochs = 300});
    const column whole = columns_of(x, 1)[0];
    const auto mean_after = static_cast<double>(parameter_of(net, 2)[0]);
    const auto variance_after = static_cast<double>(parameter_of(net, 3)[0]);
    CHECK(std::abs(mean_after - whole.mean) < 0.3);
    CHECK(variance_after > 0.85 * whole.variance);
    CHECK(variance_after < 1.25 * whole.variance);
    double square = 0;
    for (const float y : predict(net, x)) square += static_cast<double>(y) * static_cast<double>(y) / 33;
    CHECK(square > 0.8);
    CHECK(square < 1.25);
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
