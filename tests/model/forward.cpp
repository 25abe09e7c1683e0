// Running networks and slices forwards, and what is refused at run time.

#include "strata/model/forward.hpp"

#include "networks/denoiser.hpp"
#include "strata/model/predict.hpp"
#include "support/small_networks.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <stdexcept>
#include <vector>

using namespace strata;
using tests::conv_net, tests::dense_net;

TEST_CASE("a slice's workspace runs on its parent's model") {
    using code = until<dense_net, "code">;
    const model<dense_net> net{glorot_uniform{}, seed{1}};
    const std::vector<float> x = tests::uniform_rows(3, 17, 2);
    workspace<code, batch<4>, inference> work;
    const rows_view codes = forward(net, work, x);
    CHECK(codes.rows == 3);
    CHECK(codes.width == 33);
    const std::vector<float> expected = predict<code>(net, x);
    for (std::size_t r = 0; r < 3; ++r)
        for (std::size_t i = 0; i < 33; ++i) CHECK(codes[r][i] == expected[r * 33 + i]);
}

TEST_CASE("a slice by itself is a network with weights of its own") {
    using head = from<dense_net, "code">;
    model<head> net{glorot_uniform{}, seed{1}};
    const model<dense_net> whole{glorot_uniform{}, seed{9}};
    constexpr std::size_t offset = parameter_offset<head, dense_net>();
    std::copy_n(whole.storage().data() + offset, net.storage().size(), net.storage().data());
    const std::vector<float> x = tests::uniform_rows(2, 33, 2);
    CHECK(predict(net, x) == predict<head>(whole, x));
}

TEST_CASE("training and inference workspaces give the same outputs") {
    const model<conv_net> net{he_uniform{}, seed{3}};
    const std::vector<float> x = tests::uniform_rows(5, conv_net::input.count(), 4);
    workspace<conv_net, batch<5>> training_work;
    workspace<conv_net, batch<8>, inference> inference_work;
    const rows_view a = forward(net, training_work, x);
    const rows_view b = forward(net, inference_work, x);
    for (std::size_t r = 0; r < 5; ++r) CHECK(std::ranges::equal(a[r], b[r]));
}

TEST_CASE("samples of another size are refused with both sizes in the message") {
    const model<dense_net> net{zeros{}};
    workspace<dense_net, batch<2>> work;
    CHECK_THROWS_WITH_AS(forward(net, work, std::vector<float>(18)),
                         doctest::Contains("18 floats does not hold whole samples of 17"),
                         std::invalid_argument);
    CHECK_THROWS_WITH_AS(forward(net, work, rows_view{nullptr, 1, 16, 16, nullptr}),
                         doctest::Contains("rows of 16 floats are no samples of 17"), std::invalid_argument);
    CHECK_THROWS_WITH_AS(forward(net, work, std::vector<float>(3 * 17)),
                         doctest::Contains("3 samples for a workspace of batch<2>"), std::length_error);
}

TEST_CASE("NaN in a sample reaches its own output and no other") {
    const model<examples::denoiser> net{glorot_uniform{}, seed{1}};
    std::vector<float> x = tests::uniform_rows(3, 784, 2);
    const std::vector<float> clean = predict(net, x);
    for (std::size_t i = 784; i < 2 * 784; ++i) x[i] = std::nanf("");
    const std::vector<float> dirty = predict(net, x);
    for (std::size_t i = 0; i < 784; ++i) {
        CHECK(dirty[i] == clean[i]);
        // The last row and column see only the output padding of the layer before, which is its bias alone.
        CHECK(std::isnan(dirty[784 + i]) == (i / 28 < 27 && i % 28 < 27));
        CHECK(dirty[2 * 784 + i] == clean[2 * 784 + i]);
    }
}

TEST_CASE("in training, layers drop values and use the batch's statistics; frozen ones predict") {
    struct free : network<strata::input<9>, dense<20>, batch_norm<>, dropout<0.5>, gaussian_noise<0.3>> {};
    struct frozen_too
        : network<strata::input<9>, frozen<dense<20>, batch_norm<>, dropout<0.5>, gaussian_noise<0.3>>> {};
    model<frozen_too> net{glorot_uniform{}, seed{1}};
    for (const placed_parameter& p : parameters_of<frozen_too>)
        if (p.what.what_for == role::running) net.write(p, std::vector<float>(p.what.count(), 0.75f));
    const std::vector<float> x = tests::uniform_rows(5, 9, 2);
    const std::vector<float> expected = predict(net, x);
    workspace<frozen_too, batch<5>> work;
    for (int i = 0; i < 2; ++i) {
        const rows_view y = forward(net, work, x);
        for (std::size_t r = 0; r < 5; ++r)
            CHECK(std::ranges::equal(y[r], std::span{expected}.subspan(r * 20, 20)));
    }

    model<free> other{zeros{}};
    std::ranges::copy(net.storage(), other.storage().begin());
    workspace<free, batch<5>> other_work;
    const rows_view y = forward(other, other_work, x);
    std::size_t same = 0;
    for (std::size_t r = 0; r < 5; ++r)
        for (std::size_t i = 0; i < 20; ++i) same += y[r][i] == expected[r * 20 + i];
    CHECK(same == 0);
    CHECK(predict(other, x) == expected);
}

TEST_CASE(
    "each pass draws noise of its own; the same seed draws the same again, and so does a repeated pass") {
    struct noisy : network<strata::input<9>, dense<20>, dropout<0.5>> {};
    const model<noisy> net{glorot_uniform{}, seed{1}};
    workspace<noisy, batch<5>> work;
    const std::vector<float> x = tests::uniform_rows(5, 9, 2);
    const auto run = [&] {
        const rows_view y = forward(net, work, x);
        std::vector<float> all;
        for (std::size_t r = 0; r < y.rows; ++r) all.insert(all.end(), y[r].begin(), y[r].end());
        return all;
    };
    work.seed(seed{3});
    const std::vector<float> first = run();
    const std::vector<float> second = run();
    CHECK(first != second);
    work.repeat_noise();
    CHECK(run() == second);
    work.seed(seed{3});
    CHECK(run() == first);
    work.seed(seed{4});
    CHECK(run() != first);
}

TEST_CASE("rows of the workspace itself, in any order: the right outputs, or an exception") {
    struct square : network<strata::input<6>, dense<6>, strata::tanh> {};
    const model<square> net{glorot_uniform{}, seed{1}};
    const std::vector<float> x = tests::uniform_rows(8, 6, 2);
    std::size_t refused = 0, ran = 0;
    for (std::uint64_t draw = 0; draw < 40; ++draw)
        for (const bool of_input : {false, true})
            for (const std::size_t apart : {1u, 2u})
                for (const bool ordered : {false, true}) {
                    workspace<square, batch<8>> work;
                    rows_view rows = forward(net, work, x);
                    if (of_input) rows = work.activation(0);
                    std::vector<std::uint32_t> order(8 / apart);
                    std::iota(order.begin(), order.end(), 0u);
                    shuffle(order, seed{draw});
                    rows.rows = order.size();
                    rows.stride *= apart;
                    if (ordered) rows.order = order.data();
                    std::vector<float> copy;
                    for (std::size_t r = 0; r < rows.rows; ++r)
                        copy.insert(copy.end(), rows[r].begin(), rows[r].end());
                    const std::vector<float> expected = predict(net, copy);
                    try {
                        const rows_view y = forward(net, work, rows);
                        for (std::size_t r = 0; r < y.rows; ++r)
                            CHECK(std::ranges::equal(y[r], std::span{expected}.subspan(r * 6, 6)));
                        ++ran;
                    } catch (const std::invalid_argument&) {
                        CHECK((of_input && ordered));
                        ++refused;
                    }
                }
    CHECK(ran >= 240);
    CHECK(refused == 80);
}
