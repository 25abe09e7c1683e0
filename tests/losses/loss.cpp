// What is a loss, and one of a user's own.
#include "strata/losses/loss.hpp"

#include "losses/loss_case.hpp"
#include "strata/core.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <vector>

namespace {

using namespace strata;

/// The loss of the comment on the concept.
struct half_squared_error {
    template <class Arch>
    float value(const rows_view& y, const rows_view& target, std::size_t samples) const {
        double sum = 0;
        for (std::size_t r = 0; r < y.rows; ++r)
            for (std::size_t i = 0; i < y.width; ++i) sum += 0.5 * std::pow(y[r][i] - target[r][i], 2);
        return static_cast<float>(sum / double(samples));
    }
    template <class Arch>
    float gradient(const rows_view& y, const rows_view& target, std::size_t samples,
                   const padded_rows<float>& out) const {
        const float loss = value<Arch>(y, target, samples);
        for (std::size_t r = 0; r < y.rows; ++r)
            for (std::size_t i = 0; i < y.width; ++i) out[r][i] = (y[r][i] - target[r][i]) / float(samples);
        return loss;
    }
};
static_assert(loss<half_squared_error> && loss<cross_entropy> && !loss<l1>);

TEST_CASE("a loss of a user's own is what its formula says") {
    losses::check_differences(half_squared_error{}, [](const double* y, const double* t, std::size_t width) {
        double sum = 0;
        for (std::size_t i = 0; i < width; ++i) sum += 0.5 * double(width) * (y[i] - t[i]) * (y[i] - t[i]);
        return sum;
    });
}

struct line : network<strata::input<2>, dense<3>> {};

TEST_CASE("a loss of a user's own trains a network, by every verb") {
    const std::vector<float> x{1, 2, -1, 0.5f, 0.25f, -2};
    const std::vector<float> y{1, 0, 2, 0, 1, 1, 3, 2, 1};
    model<line> net{glorot_uniform{}, seed{1}};
    model<line> twin = net.clone();
    workspace<line, batch<2>> work;
    optimizer opt{net, sgd{}}, other{twin, sgd{}};
    const auto same = [&] { // 1.5 is a sample's width over 2
        CHECK(evaluate(net, half_squared_error{}, x, y) ==
              doctest::Approx(evaluate(twin, 1.5f * mse{}, x, y)).epsilon(1e-5));
    };
    same();
    fit(net, work, opt, half_squared_error{}, x, y, {.epochs = 20});
    fit(twin, work, other, 1.5f * mse{}, x, y, {.epochs = 20});
    same();
    const std::vector<float> first(y.begin(), y.begin() + 6), some(x.begin(), x.begin() + 4);
    CHECK(train_step(net, work, opt, half_squared_error{}, some, first) ==
          doctest::Approx(train_step(twin, work, other, 1.5f * mse{}, some, first)).epsilon(1e-5));
    same();
}

} // namespace
