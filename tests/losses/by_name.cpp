// Losses by the names of outputs: how they are written, and that each adds what it would by itself.
#include "strata/losses/by_name.hpp"

#include "strata/core.hpp"
#include "support/several_networks.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <tuple>
#include <type_traits>
#include <vector>

using namespace strata;
using tests::three_in_two_out, tests::two_heads;

namespace {

/// What accumulate leaves in a new workspace, and returns.
struct outcome {
    double loss;
    std::vector<double> gradients;
    bool operator==(const outcome&) const = default;
};

template <class Part, class Net, class Loss, class X, class Y>
outcome pass(const model<Net, double>& net, const Loss& loss, const X& x, const Y& y) {
    workspace<Part, batch<6>, training, double> work;
    const double value = accumulate(net, work, loss, x, y);
    return {value, {work.parameter_gradients().begin(), work.parameter_gradients().end()}};
}

/// Sum of multiples of gradients of the whole network.
struct weighted {
    double by;
    outcome what;
};
void check_sum(const outcome& whole, const std::vector<weighted>& parts) {
    double loss = 0;
    for (const weighted& part : parts) loss += part.by * part.what.loss;
    CHECK(whole.loss == doctest::Approx(loss).epsilon(1e-12));
    for (std::size_t i = 0; i < whole.gradients.size(); ++i) {
        double sum = 0;
        for (const weighted& part : parts) sum += part.by * part.what.gradients[i];
        CHECK(std::abs(whole.gradients[i] - sum) < 1e-13);
    }
}

/// A slice's gradients in the places of the whole network's, zero for what the slice does not learn.
template <class Net, class Part>
std::vector<double> in_whole(const std::vector<double>& gradients) {
    std::vector<double> whole(Net::gradient_floats);
    for (std::size_t i = 0; i < Part::layer_count; ++i)
        std::copy(gradients.begin() + std::ptrdiff_t(Part::table.gradient_offset[i]),
                  gradients.begin() + std::ptrdiff_t(Part::table.gradient_offset[i + 1]),
                  whole.begin() + std::ptrdiff_t(Net::table.gradient_offset[i]));
    return whole;
}

/// Two heads, each with numbers from 0 to 1.
struct probabilities : network<strata::input<7>, dense<9>, strata::tanh, mark<"trunk">, dense<5>, sigmoid,
                               mark<"digit">, resume<"trunk">, dense<3>, softmax, mark<"style">> {};

/// A loss of one's own.
struct sum_of_outputs {
    template <class Arch>
    real_of<Arch> value(const rows_of<Arch>& y, const rows_of<Arch>&, std::size_t samples) const {
        real_of<Arch> sum = 0;
        for (std::size_t r = 0; r < y.rows; ++r)
            for (const real_of<Arch>& one : y[r]) sum += one;
        return sum / static_cast<real_of<Arch>>(samples);
    }
    template <class Arch>
    real_of<Arch> gradient(const rows_of<Arch>& y, const rows_of<Arch>& target, std::size_t samples,
                           const padded_rows<real_of<Arch>>& out) const {
        const real_of<Arch> loss = value<Arch>(y, target, samples);
        for (std::size_t r = 0; r < y.rows; ++r)
            for (std::size_t i = 0; i < y.width; ++i) out[r][i] = 1 / static_cast<real_of<Arch>>(samples);
        return loss;
    }
};

/// That a loss at "digit" beside one at "style" gives what each gives for its head alone.
template <class Net, class First, class Second>
void heads_add_up(const First& first, const Second& second) {
    const model<Net, double> net{seed{3}};
    const auto x = std::get<0>(tests::in_double(tests::samples_for<Net>(6, 1)));
    auto [digit, style] = tests::in_double(tests::targets_for<Net>(6, 5));
    for (double& one : digit) one = one < 0 ? 0 : 1;
    for (double& one : style) one = one < 0 ? 0 : 1;
    const outcome whole =
        pass<Net>(net, at<"digit">(first) + 0.25f * at<"style">(second), x, std::tie(digit, style));
    using digit_part = until<Net, "digit">;
    using style_part = until<Net, "style">;
    const outcome a = pass<digit_part>(net, first, x, digit), b = pass<style_part>(net, second, x, style);
    check_sum(whole, {{1, {a.loss, in_whole<Net, digit_part>(a.gradients)}},
                      {0.25, {b.loss, in_whole<Net, style_part>(b.gradients)}}});
    CHECK(a.gradients != b.gradients);
}

} // namespace

static_assert(!loss<decltype(at<"digit">(mse{}))> && detail::loss_or_losses<decltype(at<"digit">(mse{}))>);
static_assert(std::is_same_v<decltype(at<"a">(mse{}) + at<"b">(mae{})),
                             losses_by_name<output_loss<"a", mse>, output_loss<"b", mae>>>);

TEST_CASE("a loss at an output and one at another give what each gives for its head by itself") {
    heads_add_up<two_heads>(mse{}, mae{});
    heads_add_up<two_heads>(huber{}, mse{});
    heads_add_up<two_heads>(cross_entropy{}, huber{});
    heads_add_up<two_heads>(bce_with_logits{}, sum_of_outputs{});
    heads_add_up<two_heads>(sum_of_outputs{}, unchecked(mse{}));
    heads_add_up<probabilities>(bce{}, bce{});
    heads_add_up<probabilities>(bce{}, mse{});
}

TEST_CASE("losses by name are gradients written by hand, bit for bit") {
    const model<two_heads> net{seed{3}};
    const std::vector<float> x = tests::uniform_rows(6, 7, 1), digit = tests::uniform_rows(6, 5, 2),
                             style = tests::uniform_rows(6, 3, 3);
    workspace<two_heads, batch<6>> work, by_hand;
    const float loss =
        accumulate(net, work, at<"digit">(mse{}) + 0.1f * at<"style">(mae{}), x, std::tie(digit, style));

    const std::array<rows_view, 2> y = forward(net, by_hand, x);
    std::vector<float> by_digit(6 * 16), by_style(6 * 16);
    const padded_rows<float> digit_rows{by_digit.data(), 6, 5}, style_rows{by_style.data(), 6, 3};
    const float of_digit = mse{}.gradient<arch>(y[0], as_rows(digit, shape<5>), 6, digit_rows);
    const float of_style = mae{}.gradient<arch>(y[1], as_rows(style, shape<3>), 6, style_rows);
    for (float& one : by_style) one *= 0.1f;
    backward(net, by_hand, std::tuple{rows_view(digit_rows), rows_view(style_rows)});
    CHECK(loss == doctest::Approx(of_digit + 0.1f * of_style).epsilon(1e-6)); // one rounding or two
    CHECK(std::vector(work.parameter_gradients().begin(), work.parameter_gradients().end()) ==
          std::vector(by_hand.parameter_gradients().begin(), by_hand.parameter_gradients().end()));
}

TEST_CASE("the order of names does not matter, and weights multiply") {
    const model<two_heads, double> net{seed{3}};
    const auto x = std::get<0>(tests::in_double(tests::samples_for<two_heads>(6, 1)));
    const auto y = tests::in_double(tests::targets_for<two_heads>(6, 5));
    const auto digit = at<"digit">(mse{});
    const auto style = at<"style">(huber{});
    const outcome once = pass<two_heads>(net, digit + 0.5f * style, x, y);
    CHECK(pass<two_heads>(net, 0.5f * style + digit, x, y) == once);
    CHECK(pass<two_heads>(net, digit + at<"style">(0.5f * huber{}), x, y) == once);
    CHECK(pass<two_heads>(net, 0.5f * (2.0f * digit + style), x, y) == once);
    CHECK(pass<two_heads>(net, 0.25f * (2.0f * (2.0f * digit + style)), x, y) == once);
}

TEST_CASE("terms stand beside losses by name in any order, and count as beside any loss") {
    const model<two_heads, double> net{seed{3}};
    const auto x = std::get<0>(tests::in_double(tests::samples_for<two_heads>(6, 1)));
    const auto y = tests::in_double(tests::targets_for<two_heads>(6, 5));
    const auto digit = at<"digit">(mse{});
    const auto style = 0.5f * at<"style">(huber{});
    const auto code = 0.25f * at<"trunk">(l1{});
    const auto decay = 0.125f * on_weights(l2{});
    const outcome whole = pass<two_heads>(net, digit + style + code + decay, x, y);
    CHECK(pass<two_heads>(net, digit + code + style + decay, x, y) == whole);
    CHECK(pass<two_heads>(net, digit + code + decay + style, x, y) == whole);
    CHECK(pass<two_heads>(net, style + code + decay + digit, x, y) == whole);
    CHECK(pass<two_heads>(net, digit + (style + code + decay), x, y) == whole);
    CHECK(pass<two_heads>(net, (digit + code) + (style + decay), x, y) == whole);
    CHECK(pass<two_heads>(net, code + digit + style + decay, x, y) == whole);
    CHECK(pass<two_heads>(net, code + decay + digit + style, x, y) == whole);
    CHECK(pass<two_heads>(net, code + (digit + decay + style), x, y) == whole);
    CHECK(pass<two_heads>(net, code + decay + (digit + style), x, y) == whole);
    CHECK(pass<two_heads>(net, 0.5f * (2.0f * digit + 2.0f * style + 2.0f * code + 2.0f * decay), x, y) ==
          whole);

    const auto none = 0.0f * at<"digit">(mse{}) + 0.0f * at<"style">(mse{});
    check_sum(whole, {{1, pass<two_heads>(net, digit + style, x, y)},
                      {1, pass<two_heads>(net, none + code, x, y)},
                      {1, pass<two_heads>(net, none + decay, x, y)}});
    CHECK(whole.loss > pass<two_heads>(net, digit + style, x, y).loss);
    CHECK(evaluate(net, digit + style + code + decay, x, y) == doctest::Approx(whole.loss).epsilon(1e-12));

    // A penalty at the mark of an output is a term, and a loss there a loss.
    const outcome both = pass<two_heads>(net, digit + style + at<"style">(l2{}), x, y);
    check_sum(both, {{1, pass<two_heads>(net, digit + style, x, y)},
                     {1, pass<two_heads>(net, none + at<"style">(l2{}), x, y)}});
    CHECK(evaluate(net, digit + style + at<"style">(l2{}), x, y) ==
          doctest::Approx(both.loss).epsilon(1e-12));
}

TEST_CASE("evaluate at a mark is that of the network up to there") {
    const model<two_heads, double> net{seed{3}};
    const auto x = std::get<0>(tests::in_double(tests::samples_for<two_heads>(6, 1)));
    const auto y = tests::in_double(tests::targets_for<two_heads>(6, 5));
    CHECK(evaluate<"digit">(net, mse{}, x, std::get<0>(y)) ==
          evaluate<until<two_heads, "digit">>(net, mse{}, x, std::get<0>(y)));
    CHECK(evaluate<"style">(net, huber{}, x, std::get<1>(y)) ==
          evaluate<until<two_heads, "style">>(net, huber{}, x, std::get<1>(y)));
    CHECK(evaluate<"digit">(net, mse{}, x, std::get<0>(y)) +
              evaluate<"style">(net, huber{}, x, std::get<1>(y)) ==
          doctest::Approx(evaluate(net, at<"digit">(mse{}) + at<"style">(huber{}), x, y)).epsilon(1e-12));
}

TEST_CASE("losses with terms agree with central differences by the weights") {
    model<three_in_two_out, double> net{seed{3}};
    const auto x = tests::in_double(tests::samples_for<three_in_two_out>(6, 1));
    const auto y = tests::in_double(tests::targets_for<three_in_two_out>(6, 5));
    const auto loss = at<"style">(mse{}) + 0.5f * at<"digit">(bce_with_logits{}) + 0.25f * at<"code">(l2{}) +
                      0.125f * on_weights(l2{});
    std::vector<double> digit = std::get<0>(y);
    for (double& one : digit) one = one < 0 ? 0 : 1;
    const std::tuple<std::vector<double>, std::vector<double>> targets{digit, std::get<1>(y)};
    const outcome whole = pass<three_in_two_out>(net, loss, x, targets);
    for (const placed_parameter& p : parameters_of<three_in_two_out>)
        for (std::size_t i = 0; i < p.what.count(); i += 5) {
            CAPTURE(p.layer_number);
            CAPTURE(i);
            double& weight = net.storage()[p.offset + p.what.place(i)];
            const double before = weight;
            weight = before + 1e-5;
            const double up = evaluate(net, loss, x, targets);
            weight = before - 1e-5;
            const double down = evaluate(net, loss, x, targets);
            weight = before;
            CHECK(whole.gradients[p.gradient_offset + p.what.place(i)] ==
                  doctest::Approx((up - down) / 2e-5).epsilon(1e-6));
        }
}

TEST_CASE("a name for the only output changes nothing") {
    const model<tests::dense_net, double> net{seed{3}};
    const auto x = std::get<0>(tests::in_double(tests::samples_for<tests::dense_net>(6, 1)));
    const auto y = std::get<0>(tests::in_double(tests::targets_for<tests::dense_net>(6, 5)));
    struct named : network<splice<tests::dense_net>, mark<"y">> {};
    model<named, double> same{zeros{}};
    copy_weights<named, tests::dense_net>(same, net);
    const outcome plain = pass<tests::dense_net>(net, 0.5f * mse{} + at<"code">(l1{}), x, y);
    CHECK(pass<named>(same, 0.5f * at<"y">(mse{}) + at<"code">(l1{}), x, y) == plain);
    CHECK(evaluate(same, 0.5f * at<"y">(mse{}) + at<"code">(l1{}), x, y) ==
          evaluate(net, 0.5f * mse{} + at<"code">(l1{}), x, y));
}
