// What is a penalty, means of penalties, and one of a user's own.
#include "strata/penalties/penalty.hpp"

#include "strata/core.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <vector>

namespace {

using namespace strata;

TEST_CASE("mean_penalty is the mean over rows, wherever they lie") {
    const std::vector<float> values{1, -2, 100, 3, 4, 100, 0, -2};
    const rows_view rows{values.data(), 3, 2, 3, nullptr};
    CHECK(mean_penalty(l1{}, rows) == 4.0f); // (3 + 7 + 2) / 3
    CHECK(mean_penalty(l2{}, rows) == 34.0f / 3);
    CHECK(mean_penalty(l2{}, rows.part(1, 1)) == 25.0f);
    CHECK(mean_penalty(l1{}, rows.part(0, 0)) == 0.0f);
    const std::vector<float> unit(8, 0.0f);
    CHECK(mean_penalty(gaussian_kl{}, {unit.data(), 2, 4, 4}) == 0.0f);
}

/// The penalty of the comment on the concept.
struct fourth_powers {
    template <class Arch>
    float penalize(std::size_t count, const float* x, float* gradient, float scale) const {
        double sum = 0;
        for (std::size_t i = 0; i < count; ++i) {
            const float square = x[i] * x[i];
            sum += double(square) * double(square);
            if (gradient != nullptr) gradient[i] += scale * 4.0f * square * x[i];
        }
        return static_cast<float>(sum);
    }
};
static_assert(penalty<fourth_powers>);

struct line : network<strata::input<2>, dense<2>, mark<"code">, dense<2>> {};

TEST_CASE("a penalty of a user's own is trained at a mark and on weights") {
    model<line> net{glorot_uniform{}, seed{1}};
    workspace<line, batch<3>> work;
    const std::vector<float> x{1, 2, -1, 0.5f, 0.25f, -2};
    const std::vector<float> codes = predict<until<line, "code">>(net, x);
    const float at_mark = mean_penalty(fourth_powers{}, as_rows(codes, shape<2>));
    double of_weights = 0;
    for (const placed_parameter& p : parameters_of<line>) {
        if (p.what.fan_in == 0) continue;
        std::vector<float> values(p.what.count());
        net.read(p, values);
        of_weights += double(fourth_powers{}.penalize<arch>(values.size(), values.data(), nullptr, 0));
    }
    const auto loss = mse{} + 0.5f * at<"code">(fourth_powers{}) + 0.25f * on_weights(fourth_powers{});
    const double expected = double(evaluate(net, mse{}, x, x)) + 0.5 * double(at_mark) + 0.25 * of_weights;
    CHECK(double(evaluate(net, loss, x, x)) == doctest::Approx(expected).epsilon(1e-5));
    CHECK(double(accumulate(net, work, loss, x, x)) == doctest::Approx(expected).epsilon(1e-5));
    optimizer opt{net, adam{.learning_rate = 0.01f}};
    work.clear_gradients();
    for (int i = 0; i < 200; ++i) train_step(net, work, opt, loss, x, x);
    const std::vector<float> trained = predict<until<line, "code">>(net, x);
    CHECK(mean_penalty(fourth_powers{}, as_rows(trained, shape<2>)) < 0.5f * at_mark);
}

} // namespace
