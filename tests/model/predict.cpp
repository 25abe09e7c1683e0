// Prediction: any number of rows, wherever they lie, bit for bit the same.

#include "strata/model/predict.hpp"

#include "networks/denoiser.hpp"
#include "strata/losses/mse.hpp"
#include "support/small_networks.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <span>
#include <vector>

using namespace strata;
using examples::decoder, examples::denoiser, examples::encoder;
using tests::conv_net;

TEST_CASE("decoder after encoder is the whole network, bit for bit") {
    const model<denoiser> net{glorot_uniform{}, seed{2}};
    const std::vector<float> x = tests::uniform_rows(37, 784, 1);
    const std::vector<float> codes = predict<encoder>(net, x);
    CHECK(codes.size() == 37 * 32);
    CHECK(predict<decoder>(net, codes) == predict(net, x));
}

TEST_CASE("any number of rows, each as if it were alone") {
    const model<conv_net> net{glorot_uniform{}, seed{2}};
    constexpr std::size_t in = conv_net::input.count();
    constexpr std::size_t out = conv_net::output.count();
    const std::vector<float> all = tests::uniform_rows(1000, in, 3);
    std::vector<float> alone;
    for (std::size_t r = 0; r < 1000; ++r) {
        const std::vector<float> y = predict(net, std::span{all}.subspan(r * in, in));
        alone.insert(alone.end(), y.begin(), y.end());
    }
    for (const std::size_t rows : {0u, 1u, 31u, 32u, 33u, 1000u}) {
        CAPTURE(rows);
        const std::vector<float> y = predict(net, std::span{all}.first(rows * in));
        CHECK(y == std::vector<float>(alone.begin(), alone.begin() + std::ptrdiff_t(rows * out)));
    }
}

TEST_CASE("user data at every offset that a float may have") {
    const model<conv_net> net{glorot_uniform{}, seed{2}};
    constexpr std::size_t in = conv_net::input.count();
    const std::vector<float> x = tests::uniform_rows(3, in, 4);
    const std::vector<float> expected = predict(net, x);
    arena memory{x.size() + 32};
    for (std::size_t offset = 0; offset < 16; ++offset) {
        CAPTURE(offset);
        std::copy(x.begin(), x.end(), memory.data() + offset);
        CHECK(predict(net, std::span<const float>{memory.data() + offset, x.size()}) == expected);
    }
}

TEST_CASE("rows that are apart, and the span of results is filled exactly") {
    const model<conv_net> net{glorot_uniform{}, seed{2}};
    constexpr std::size_t in = conv_net::input.count();
    const std::vector<float> x = tests::uniform_rows(5, in, 4);
    std::vector<float> spread(5 * (in + 3), -7.0f);
    for (std::size_t r = 0; r < 5; ++r)
        std::copy_n(x.begin() + std::ptrdiff_t(r * in), in, spread.begin() + std::ptrdiff_t(r * (in + 3)));
    const rows_view rows{spread.data(), 5, in, in + 3, nullptr};
    const std::vector<float> expected = predict(net, x);
    CHECK(predict(net, rows) == expected);

    workspace<conv_net, batch<2>, inference> work;
    std::vector<float> out(expected.size() + 2, 5.0f);
    predict(net, work, rows, std::span{out}.subspan(1, expected.size()));
    CHECK(std::equal(expected.begin(), expected.end(), out.begin() + 1));
    CHECK(out.front() == 5.0f);
    CHECK(out.back() == 5.0f);
    CHECK_THROWS_WITH_AS(predict(net, work, rows, out), doctest::Contains("do not fit a span of 22 floats"),
                         std::invalid_argument);
}

TEST_CASE("evaluate is the mean loss over all samples, however they are batched") {
    const model<conv_net> net{glorot_uniform{}, seed{2}};
    constexpr std::size_t in = conv_net::input.count();
    const std::vector<float> x = tests::uniform_rows(45, in, 5);
    const std::vector<float> y = tests::uniform_rows(45, 4, 6);
    const std::vector<float> predicted = predict(net, x);
    double sum = 0;
    for (std::size_t i = 0; i < y.size(); ++i) sum += std::pow(double(predicted[i]) - double(y[i]), 2);
    CHECK(evaluate(net, mse{}, x, y) == doctest::Approx(sum / double(y.size())).epsilon(1e-5));
    CHECK_THROWS_AS(evaluate(net, mse{}, x, std::vector<float>(8)), std::invalid_argument);
}

TEST_CASE("predict draws nothing and takes running statistics, in a workspace for training too") {
    struct noisy : network<strata::input<9>, gaussian_noise<0.5>, dense<8>, batch_norm<>, dropout<0.5>,
                           mark<"code">, sample_gaussian, dense<3>> {};
    model<noisy> net{glorot_uniform{}, seed{1}};
    for (const placed_parameter& p : parameters_of<noisy>)
        if (p.what.what_for == role::running) net.write(p, std::vector<float>(p.what.count(), 0.75f));
    const std::vector<float> x = tests::uniform_rows(7, 9, 2);
    const std::vector<float> expected = predict(net, x);
    CHECK(predict(net, x) == expected);

    workspace<noisy, batch<3>> work;
    forward(net, work, std::span{x}.first(9)); // a pass that draws
    std::vector<float> out(expected.size());
    predict(net, work, x, out);
    CHECK(out == expected);
    CHECK(predict<from<noisy, "code">>(net, predict<until<noisy, "code">>(net, x)) == expected);

    // Without its noise, the network gives the code's means, which the last layer takes.
    const std::vector<float> means = predict<until<noisy, "code">>(net, x);
    std::vector<float> first_halves;
    for (std::size_t r = 0; r < 7; ++r)
        first_halves.insert(first_halves.end(), means.begin() + std::ptrdiff_t(8 * r),
                            means.begin() + std::ptrdiff_t(8 * r + 4));
    struct last : network<strata::input<4>, dense<3>> {};
    model<last> end{zeros{}};
    copy_weights<last, from<noisy, "code">>(end, net);
    CHECK(predict(end, first_halves) == expected);
}

TEST_CASE("evaluate measures predictions, batch by batch or all at once, without noise") {
    struct dropping : network<strata::input<9>, dense<20>, dropout<0.5>, dense<3>> {};
    const model<dropping> net{glorot_uniform{}, seed{1}};
    const std::vector<float> x = tests::uniform_rows(40, 9, 2);
    const std::vector<float> predicted = predict(net, x);
    CHECK(evaluate(net, mse{}, x, predicted) == 0.0f);
}

namespace {

/// A network of In inputs and Out outputs.
template <std::size_t In, std::size_t Out>
struct to : network<strata::input<In>, dense<9>, strata::tanh, dense<Out>> {};

/// Outputs written into one block with their samples, `distance` floats behind where those start: refused, or
/// what outputs in a block of their own are. Returns whether they were refused.
template <std::size_t In, std::size_t Out, std::size_t Batch>
bool refused_beside(std::size_t rows, std::size_t stride, std::ptrdiff_t distance, bool ordered) {
    const model<to<In, Out>> net{glorot_uniform{}, seed{4}};
    workspace<to<In, Out>, batch<Batch>, inference> work;
    constexpr std::size_t room = 4096;
    std::vector<float> memory = tests::uniform_rows(1, room, 1);
    std::vector<std::uint32_t> order(rows);
    for (std::size_t r = 0; r < rows; ++r) order[r] = static_cast<std::uint32_t>(rows - 1 - r);
    float* const start = memory.data() + room / 2;
    const rows_view samples{start, rows, In, stride, ordered ? order.data() : nullptr};
    const std::vector<float> expected = predict(net, samples);
    const std::vector<float> before = memory;
    const std::span<float> out{start + distance, rows * Out};
    try {
        predict(net, work, samples, out);
    } catch (const std::invalid_argument& error) {
        CHECK(std::string{error.what()}.find("give it memory of its own") != std::string::npos);
        CHECK(memory == before);
        return true;
    }
    CHECK(std::equal(out.begin(), out.end(), expected.begin()));
    return false;
}

} // namespace

TEST_CASE("outputs that overlap their samples are right, or refused before anything is written") {
    for (const std::size_t rows : {1u, 2u, 5u, 16u})
        for (const bool ordered : {false, true})
            for (std::ptrdiff_t distance = -130; distance <= 130; ++distance) {
                const auto n = static_cast<std::ptrdiff_t>(rows);
                CAPTURE(rows);
                CAPTURE(ordered);
                CAPTURE(distance);
                const bool same = refused_beside<5, 5, 3>(rows, 5, distance, ordered);
                const bool wider = refused_beside<5, 8, 3>(rows, 5, distance, ordered);
                const bool narrower = refused_beside<5, 2, 3>(rows, 7, distance, ordered);
                // Nothing shared is never refused.
                if (distance >= 5 * n || distance <= -5 * n) CHECK_FALSE(same);
                if (distance >= 5 * n || distance <= -8 * n) CHECK_FALSE(wider);
                if (distance == 0) {
                    CHECK(same == ordered);
                    CHECK(narrower == ordered);
                    CHECK(wider);
                }
                if (distance > 0 && distance < 5 * n) CHECK((same && wider));
            }
    CHECK_FALSE(refused_beside<5, 2, 3>(4, 40, 6, false)); // 8 floats between two rows
    CHECK(refused_beside<5, 2, 3>(4, 40, 34, false));      // up to the second row
}

TEST_CASE("outputs in the workspace's memory or among the weights are refused, and change nothing") {
    using net_type = to<5, 3>;
    model<net_type> net{glorot_uniform{}, seed{4}};
    workspace<net_type, batch<4>> work;
    const std::vector<float> x = tests::uniform_rows(4, 5, 1);
    const std::vector<float> weights = tests::weights_of(net);
    forward(net, work, x);
    for (const std::span<float> out :
         {std::span<float>{work.activation(0).data, 12}, std::span<float>{work.activation(2).data, 12},
          std::span<float>{work.gradient(1).data, 12}, work.parameter_gradients().first(12)})
        CHECK_THROWS_WITH_AS(predict(net, work, x, out),
                             doctest::Contains("the span for the outputs lies in the workspace's memory"),
                             std::invalid_argument);
    for (const std::size_t at : {std::size_t{0}, std::size_t{7}, net.storage().size() - 12})
        CHECK_THROWS_WITH_AS(predict(net, work, x, net.storage().subspan(at, 12)),
                             doctest::Contains("the span for the outputs lies in the model's weights"),
                             std::invalid_argument);
    CHECK(tests::weights_of(net) == weights);
}

TEST_CASE("more samples than fit, in the workspace's own memory, are refused") {
    using net_type = to<5, 5>;
    const model<net_type> net{glorot_uniform{}, seed{4}};
    workspace<net_type, batch<4>> work;
    const std::vector<float> x = tests::uniform_rows(4, 5, 1);
    std::vector<float> out(5 * 5);
    const rows_view y = forward(net, work, x);
    const std::vector<float> again = predict(net, y);
    predict(net, work, y, std::span{out}.first(4 * 5));
    CHECK(std::equal(again.begin(), again.end(), out.begin()));
    const rows_view twice{work.output().data, 5, 5, 0}; // one row five times
    CHECK_THROWS_WITH_AS(predict(net, work, twice, out), doctest::Contains("in the workspace's own memory"),
                         std::invalid_argument);
}

TEST_CASE("rows without end do not wrap around to none") {
    using net_type = to<5, 4>;
    const model<net_type> net{glorot_uniform{}, seed{4}};
    workspace<net_type, batch<4>, inference> work;
    const float one_row[5]{};
    for (const int bits : {46, 48, 62, 63}) {
        const rows_view endless{one_row, std::size_t{1} << bits, 5, 0};
        CHECK_THROWS_AS(predict(net, work, endless, std::span<float>{}),
                        std::exception); // the span is too small, or no span is large enough
        if (bits > 46) CHECK_THROWS_AS(predict(net, endless), std::length_error);
    }
}
