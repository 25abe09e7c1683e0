// Passes of a team: its loss and its gradients are the whole batch's.
#include "parallel/teams.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

using namespace strata;
using namespace tests::teams;

namespace {

/// A loss that throws for samples whose first target is negative.
struct picky {
    template <class Arch>
    real_of<Arch> value(const rows_of<Arch>& y, const rows_of<Arch>& target, std::size_t samples) const {
        return mse{}.value<Arch>(y, target, samples);
    }
    template <class Arch>
    real_of<Arch> gradient(const rows_of<Arch>& y, const rows_of<Arch>& target, std::size_t samples,
                           const padded_rows<real_of<Arch>>& out) const {
        for (std::size_t r = 0; r < y.rows; ++r)
            if (target[r][0] < 0)
                throw std::domain_error{"row " + std::to_string(static_cast<int>(target[r][1]))};
        return mse{}.gradient<Arch>(y, target, samples, out);
    }
};

} // namespace

TEST_CASE("the loss and the gradients are the whole batch's") {
    const auto check = [&]<class Net>(Net, const auto& loss, std::size_t rows) {
        const std::vector<float> floats_x = uniform_rows(rows, Net::input.count(), 5),
                                 floats_y = uniform_rows(rows, Net::output.count(), 6);
        const std::vector<double> x(floats_x.begin(), floats_x.end()), y(floats_y.begin(), floats_y.end());
        model<Net, double> net{seed{4}};
        workspace<Net, batch<40>, training, double> alone;
        team<Net, batch<40>, shards<6>, training, double> work{so_many(2)};
        for (int times = 0; times < 2; ++times) // gradients add up
            CHECK(accumulate(net, work, loss, x, y) ==
                  doctest::Approx(accumulate(net, alone, loss, x, y)).epsilon(1e-12));
        for (std::size_t i = 0; i < Net::gradient_floats; ++i)
            REQUIRE(work.parameter_gradients()[i] ==
                    doctest::Approx(alone.parameter_gradients()[i]).epsilon(1e-9).scale(1e-3));
        const auto by_x = input_gradient(net, work, loss, x, y);
        const auto expected = input_gradient(net, alone, loss, x, y);
        CHECK(by_x.loss == doctest::Approx(expected.loss).epsilon(1e-12));
        for (std::size_t r = 0; r < rows; ++r)
            for (std::size_t i = 0; i < by_x.width; ++i)
                REQUIRE(by_x[r][i] == doctest::Approx(expected[r][i]).epsilon(1e-9).scale(1e-6));
        const auto out = forward(net, work, x);
        const auto one = forward(net, alone, x);
        for (std::size_t r = 0; r < rows; ++r)
            for (std::size_t i = 0; i < out.width; ++i)
                REQUIRE(out[r][i] == doctest::Approx(one[r][i]).epsilon(1e-12));
    };
    for (const std::size_t rows : {1u, 2u, 5u, 6u, 7u, 39u, 40u}) {
        check(plain{}, mse{}, rows);
        check(noisy{}, mse{} + 0.1f * at<"code">(l1{}) + 0.1f * on_weights(l2{}), rows);
        check(codes{}, bce{} + 0.1f * at<"gaussian">(gaussian_kl{}), rows);
    }
}

TEST_CASE("several inputs and outputs, and class indices") {
    const std::vector<float> left = uniform_rows(20, 9, 1), right = uniform_rows(20, 4, 2),
                             style = uniform_rows(20, 2, 3);
    std::vector<int> digits;
    for (int r = 0; r < 20; ++r) digits.push_back(r % 3);
    const auto loss = at<"digit">(cross_entropy{}) + 0.1f * at<"style">(mse{});
    const auto run = [&](auto& work) {
        model<two_heads> net{seed{1}};
        optimizer opt{net, sgd{.learning_rate = 0.1f}};
        std::vector<float> losses;
        for (int step = 0; step < 5; ++step)
            losses.push_back(
                train_step(net, work, opt, loss, std::tie(left, right), std::tie(digits, style)));
        fit(net, work, opt, loss, std::tie(left, right), std::tie(digits, style),
            {.epochs = 2, .metrics = {at<"digit">(accuracy{})}});
        return weights_of(net) ^ hash_of(std::span<const float>{losses});
    };
    workspace<two_heads, batch<20>> alone;
    team<two_heads, batch<20>, shards<1>> one{so_many(1)};
    CHECK(run(one) == run(alone));
    team<two_heads, batch<20>, shards<3>> first{so_many(1)}, third{so_many(3)};
    CHECK(run(third) == run(first));
    model<two_heads> net{seed{1}};
    const auto [digit, drawn] = predict(net, third, std::tie(left, right));
    const auto [other_digit, other_drawn] = predict(net, std::tie(left, right));
    CHECK(digit == other_digit);
    CHECK(drawn == other_drawn);
    CHECK(evaluate(net, third, loss, std::tie(left, right), std::tie(digits, style)) ==
          evaluate(net, loss, std::tie(left, right), std::tie(digits, style)));
    // A gradient of each output, or one number for all.
    forward(net, third, std::tie(left, right));
    backward(net, third, std::tuple{uniform_rows(20, 3, 8), 0.5f});
    forward(net, third, std::tie(left, right));
    backward(net, third, 1.0f);
    CHECK_FALSE(third.gradients_empty());
}

TEST_CASE("what is wrong is said, and changes nothing") {
    model<plain> net{seed{1}};
    optimizer opt{net, sgd{}};
    team<plain, batch<12>, shards<3>> work{so_many(3)};
    const std::uint64_t before = weights_of(net);
    std::vector<float> x = uniform_rows(12, 17, 2), y = uniform_rows(12, 5, 3);
    CHECK_THROWS_WITH_AS(train_step(net, work, opt, mse{}, uniform_rows(13, 17, 1), y),
                         "strata: 12 targets for 13 samples", std::invalid_argument);
    CHECK_THROWS_WITH_AS(forward(net, work, uniform_rows(13, 17, 1)),
                         "strata: 13 samples for a team of batch<12>", std::length_error);
    CHECK_THROWS_AS(train_step(net, work, opt, mse{}, uniform_rows(12, 16, 1), y), std::invalid_argument);
    x[9 * 17 + 3] = std::numeric_limits<float>::quiet_NaN();
    CHECK_THROWS_WITH_AS(
        train_step(net, work, opt, mse{}, x, y),
        "strata: the samples have nan in row 9, value 3 (both from 0): no weight was changed",
        std::runtime_error);
    CHECK(work.gradients_empty());
    CHECK_THROWS_WITH_AS(
        fit(net, work, opt, mse{}, x, y, {.epochs = 1, .shuffle = false}),
        doctest::Contains("the samples have nan in row 9, value 3 (both from 0): mend the data"),
        std::runtime_error);
    x[9 * 17 + 3] = 1e30f;
    y[7] = std::numeric_limits<float>::infinity();
    CHECK_THROWS_WITH_AS(train_step(net, work, opt, mse{}, x, y), doctest::Contains("the loss is inf"),
                         std::runtime_error);
    CHECK(weights_of(net) == before);
    CHECK(opt.steps() == 0);
    team<plain, batch<12>, shards<3>> taken{std::move(work)};
    CHECK_THROWS_WITH_AS(forward(net, work, x),
                         "strata: this team was moved from: it has no memory to run in",
                         std::invalid_argument);
    CHECK(work.rows() == 0);
    CHECK(work.output().rows == 0);
    CHECK(work.input_gradient().rows == 0);
    const auto gone = doctest::Contains("strata: this team was moved from");
    CHECK_THROWS_WITH_AS(clip_gradients(work, 1.0f), gone, std::invalid_argument);
    CHECK_THROWS_WITH_AS(static_cast<void>(work.parameter_gradients()), gone, std::invalid_argument);
    CHECK_THROWS_WITH_AS(opt.step(net, work), gone, std::invalid_argument);
    CHECK_THROWS_WITH_AS(backward(net, work, 1.0f), gone, std::invalid_argument);
    CHECK_THROWS_WITH_AS(backward_step(net, work, opt, 1.0f), gone, std::invalid_argument);
    auto& itself = taken;
    taken = std::move(itself);
    CHECK_THROWS_WITH_AS(forward(net, taken, taken.output(0)), doctest::Contains("floats"),
                         std::invalid_argument);
    CHECK(forward(net, taken, x).rows == 12);
    CHECK_THROWS_AS(backward(net, taken, uniform_rows(11, 5, 1)), std::invalid_argument);
    backward(net, taken, uniform_rows(12, 5, 1));
    team<plain, batch<12>, shards<3>> last{std::move(taken)};
    for (team<plain, batch<12>, shards<3>>* moved : {&work, &taken}) {
        auto& none = *moved;
        CHECK(none.rows() == 0);
        CHECK_THROWS_AS(clip_gradients(none, 1.0f), std::invalid_argument);
        CHECK_THROWS_AS(static_cast<void>(none.parameter_gradients()), std::invalid_argument);
        CHECK_THROWS_AS(opt.step(net, none), std::invalid_argument);
        CHECK_THROWS_AS(backward(net, none, uniform_rows(12, 5, 1)), std::invalid_argument);
        CHECK_THROWS_AS(predict(net, none, x), std::invalid_argument);
    }
    CHECK(clip_gradients(last, 1e-6f) > 0);
}

TEST_CASE("an exception in a thread reaches the caller: that of the first shard that throws") {
    model<plain> net{seed{1}};
    optimizer opt{net, sgd{}};
    const std::vector<float> x = uniform_rows(12, 17, 2);
    std::vector<float> y(12 * 5);
    for (std::size_t r = 0; r < 12; ++r) y[r * 5 + 1] = static_cast<float>(r);
    for (const std::size_t count : {1u, 2u, 6u}) {
        team<plain, batch<12>, shards<6>> work{so_many(count)};
        y[5 * 5] = y[11 * 5] = -1; // of shards 2 and 5
        for (int times = 0; times < 3; ++times)
            CHECK_THROWS_WITH_AS(train_step(net, work, opt, picky{}, x, y), "row 5", std::domain_error);
        CHECK(work.gradients_empty());
        y[5 * 5] = y[11 * 5] = 1;
        CHECK_NOTHROW(train_step(net, work, opt, picky{}, x, y));
    }
}
