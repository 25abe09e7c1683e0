// Samples of several inputs and predictions of several outputs, of every kind that verbs take.
#include "strata/model/samples.hpp"

#include "strata/strata.hpp"
#include "support/several_networks.hpp"

#if __has_include(<xtensor/containers/xtensor.hpp>)
#include <xtensor/containers/xtensor.hpp>
#else
#include <xtensor/xtensor.hpp>
#endif

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <stdexcept>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

using namespace strata;
using tests::conditional, tests::two_heads, tests::three_in_two_out;

namespace {

/// The one-input network that conditional is of noise behind classes.
struct of_one_input : network<strata::input<12>, dense<9>, strata::tanh, dense<4>> {};

/// Rows of both, side by side.
std::vector<float> side_by_side(const std::vector<float>& a, std::size_t a_width, const std::vector<float>& b,
                                std::size_t b_width) {
    std::vector<float> all;
    for (std::size_t r = 0; r * a_width < a.size(); ++r) {
        all.insert(all.end(), a.begin() + std::ptrdiff_t(r * a_width),
                   a.begin() + std::ptrdiff_t((r + 1) * a_width));
        all.insert(all.end(), b.begin() + std::ptrdiff_t(r * b_width),
                   b.begin() + std::ptrdiff_t((r + 1) * b_width));
    }
    return all;
}

std::vector<float> gather(const rows_view& rows) {
    std::vector<float> all;
    for (std::size_t r = 0; r < rows.rows; ++r) all.insert(all.end(), rows[r].begin(), rows[r].end());
    return all;
}

/// Rows first to last - 1 of each vector of a tuple.
template <class Net, class Tuple>
auto rows_of_each(const Tuple& all, std::size_t first, std::size_t last) {
    return [&]<std::size_t... K>(std::index_sequence<K...>) {
        return std::tuple{std::span{std::get<K>(all)}.subspan(first * Net::inputs[K].count(),
                                                              (last - first) * Net::inputs[K].count())...};
    }(std::make_index_sequence<Net::inputs.size()>{});
}

using outputs_of_three = std::tuple<std::vector<float>, std::vector<float>>;

} // namespace

TEST_CASE("two inputs are what one is that has both side by side") {
    const model<conditional> net{seed{1}};
    model<of_one_input> one{seed{2}};
    std::copy(net.storage().begin(), net.storage().end(), one.storage().begin());
    for (const std::size_t rows : {0u, 1u, 2u, 33u, 100u}) {
        CAPTURE(rows);
        const std::vector<float> noise = tests::uniform_rows(rows, 7, 1),
                                 classes = tests::uniform_rows(rows, 5, 2);
        const std::vector<float> expected = predict(one, side_by_side(classes, 5, noise, 7));
        CHECK(predict(net, std::tie(noise, classes)) == expected);
        CHECK(predict(net, std::tuple{noise, classes}) == expected);
        CHECK(predict(net, std::pair{noise, classes}) == expected);
        CHECK(predict(net, std::tuple{std::span{noise}, std::span{classes}}) == expected);
        CHECK(predict(net, std::tuple{as_rows(noise, shape<7>), as_rows(classes, shape<5>)}) == expected);
        CHECK(predict(net, several_rows{as_rows(noise, shape<7>), as_rows(classes, shape<5>)}) == expected);
        std::vector<float> into(rows * 4);
        workspace<conditional, batch<32>, inference> work;
        predict(net, work, std::tie(noise, classes), into);
        CHECK(into == expected);
    }
}

TEST_CASE("a prediction of several outputs is a tuple of what slices up to each give, bit for bit") {
    const model<three_in_two_out> net{seed{1}};
    for (const std::size_t rows : {0u, 1u, 2u, 32u, 33u, 100u}) {
        CAPTURE(rows);
        const auto x = tests::samples_for<three_in_two_out>(rows, 1);
        const auto& [left, image, late] = x;
        const outputs_of_three y = predict(net, x);
        const auto& [digit, style] = y;
        CHECK(digit.size() == rows * 5);
        CHECK(style.size() == rows * 4);
        CHECK(digit == predict<until<three_in_two_out, "digit">>(net, std::tie(left, image)));
        CHECK(style == predict<until<three_in_two_out, "style">>(net, x));
        CHECK(predict<"digit">(net, std::tie(left, image)) == digit);
        CHECK(predict<"style">(net, x) == style);
        // And the other way: the part behind the code.
        const std::vector<float> code = predict<"code">(net, std::tie(left, image));
        CHECK(predict<from<three_in_two_out, "code">>(net, std::tie(code, late)) == y);

        std::vector<float> digits(rows * 5, 7.0f), styles(rows * 4, 7.0f);
        workspace<three_in_two_out, batch<8>, inference> work;
        predict(net, work, x, std::array{std::span{digits}, std::span{styles}});
        CHECK(digits == digit);
        CHECK(styles == style);
        predict(net, work, x, {digits, styles});
        CHECK(styles == style);
    }
}

TEST_CASE("predict by name takes the inputs alone on which that value depends") {
    const model<three_in_two_out> net{seed{1}};
    const auto [left, image, late] = tests::samples_for<three_in_two_out>(5, 1);
    CHECK(predict<"left">(net, left).size() == 5 * 6);
    CHECK(predict<"left">(net, left) == predict<until<three_in_two_out, "left">>(net, left));
    const model<two_heads> heads{seed{1}};
    const std::vector<float> x = tests::uniform_rows(5, 7, 1);
    const auto [digit, style] = predict(heads, x);
    CHECK(predict<"digit">(heads, x) == digit);
    CHECK(predict<"style">(heads, x) == style);
    CHECK(predict<"trunk">(heads, x) == predict<until<two_heads, "trunk">>(heads, x));
}

TEST_CASE("a row's results do not depend on the rows beside it") {
    const model<three_in_two_out> net{seed{1}};
    const auto x = tests::samples_for<three_in_two_out>(100, 1);
    const auto [digit, style] = predict(net, x);
    for (std::size_t r = 0; r < 100; ++r) {
        const auto [one_digit, one_style] = predict(net, rows_of_each<three_in_two_out>(x, r, r + 1));
        CHECK(std::equal(one_digit.begin(), one_digit.end(), digit.begin() + std::ptrdiff_t(5 * r)));
        CHECK(std::equal(one_style.begin(), one_style.end(), style.begin() + std::ptrdiff_t(4 * r)));
    }
    for (const std::size_t first : {1u, 31u, 50u}) {
        const auto [some_digit, some_style] = predict(net, rows_of_each<three_in_two_out>(x, first, 100));
        CHECK(std::equal(some_digit.begin(), some_digit.end(), digit.begin() + std::ptrdiff_t(5 * first)));
        CHECK(std::equal(some_style.begin(), some_style.end(), style.begin() + std::ptrdiff_t(4 * first)));
    }
}

TEST_CASE("rows that are apart, and rows in an order, each part its own") {
    const model<conditional> net{seed{1}};
    const std::vector<float> noise = tests::uniform_rows(40, 7, 1), classes = tests::uniform_rows(40, 5, 2);
    const std::vector<float> expected = predict(net, std::tie(noise, classes));
    std::vector<float> apart(40 * 9, -7.0f);
    for (std::size_t r = 0; r < 40; ++r) std::copy_n(noise.data() + 7 * r, 7, apart.data() + 9 * r);
    const rows_view spread{apart.data(), 40, 7, 9, nullptr};
    CHECK(predict(net, std::tuple{spread, classes}) == expected);
    std::vector<std::uint32_t> order(40);
    for (std::size_t r = 0; r < 40; ++r) order[r] = static_cast<std::uint32_t>(r * 7 % 40);
    const several_rows both{as_rows(noise, shape<7>), as_rows(classes, shape<5>)};
    const std::vector<float> shuffled = predict(net, both.in_order(order.data()));
    for (std::size_t r = 0; r < 40; ++r)
        CHECK(std::equal(shuffled.begin() + std::ptrdiff_t(4 * r),
                         shuffled.begin() + std::ptrdiff_t(4 * r + 4),
                         expected.begin() + std::ptrdiff_t(4 * order[r])));
}

TEST_CASE("what comes back is of the kind of the first input") {
    const model<three_in_two_out> net{seed{1}};
    const auto x = tests::samples_for<three_in_two_out>(9, 1);
    const auto& [left, image, late] = x;
    const outputs_of_three expected = predict(net, x);

    const float_rows left_rows{left, shape<7>}, image_rows{image, shape<4, 3, 2>}, late_rows{late, shape<3>};
    const auto from_rows = predict(net, std::tie(left_rows, image_rows, late_rows));
    static_assert(std::is_same_v<decltype(from_rows), const std::tuple<float_rows, float_rows>>);
    CHECK(gather(std::get<0>(from_rows)) == std::get<0>(expected));
    CHECK(gather(std::get<1>(from_rows)) == std::get<1>(expected));
    CHECK(std::get<1>(from_rows).sample() == shape<4>);

    xt::xtensor<float, 2> left_tensor({9, 7}), late_tensor({9, 3});
    xt::xtensor<float, 4> image_tensor({9, 4, 3, 2});
    std::copy(left.begin(), left.end(), left_tensor.begin());
    std::copy(image.begin(), image.end(), image_tensor.begin());
    std::copy(late.begin(), late.end(), late_tensor.begin());
    const auto from_tensors = predict(net, std::tie(left_tensor, image_tensor, late_tensor));
    static_assert(std::is_same_v<decltype(from_tensors),
                                 const std::tuple<xt::xtensor<float, 2>, xt::xtensor<float, 2>>>);
    CHECK(std::equal(std::get<0>(from_tensors).begin(), std::get<0>(from_tensors).end(),
                     std::get<0>(expected).begin()));
    CHECK(std::equal(std::get<1>(from_tensors).begin(), std::get<1>(from_tensors).end(),
                     std::get<1>(expected).begin()));
    CHECK(std::get<1>(from_tensors).shape()[0] == 9);

    // Mixed, and a tensor that is a temporary.
    CHECK(predict(net, std::tuple{left, image_tensor, late_rows}) == expected);
    const auto mixed = predict(net, std::tuple{2 * left_tensor / 2, std::span{image}, late_rows});
    CHECK(std::equal(std::get<1>(mixed).begin(), std::get<1>(mixed).end(), std::get<1>(expected).begin()));
}

TEST_CASE("a model of doubles does the same with more digits") {
    const model<three_in_two_out> net{seed{1}};
    model<three_in_two_out, double> wide{zeros{}};
    std::copy(net.storage().begin(), net.storage().end(), wide.storage().begin());
    const auto x = tests::samples_for<three_in_two_out>(33, 1);
    const auto y = predict(net, x);
    const std::tuple<std::vector<double>, std::vector<double>> exact = predict(wide, tests::in_double(x));
    for (std::size_t i = 0; i < 33 * 5; ++i)
        CHECK(static_cast<double>(std::get<0>(y)[i]) == doctest::Approx(std::get<0>(exact)[i]).epsilon(1e-4));
    for (std::size_t i = 0; i < 33 * 4; ++i)
        CHECK(static_cast<double>(std::get<1>(y)[i]) == doctest::Approx(std::get<1>(exact)[i]).epsilon(1e-4));
}

TEST_CASE("forward returns an array of rows, which stay valid until the workspace is used again") {
    const model<three_in_two_out> net{seed{1}};
    const auto x = tests::samples_for<three_in_two_out>(6, 1);
    const outputs_of_three expected = predict(net, x);
    workspace<three_in_two_out, batch<6>> trains;
    workspace<three_in_two_out, batch<9>, inference> infers;
    const std::array<rows_view, 2> a = forward(net, trains, x), b = forward(net, infers, x);
    for (const auto& y : {a, b}) {
        CHECK(gather(y[0]) == std::get<0>(expected));
        CHECK(gather(y[1]) == std::get<1>(expected));
    }
    // Outputs go on as inputs of another network.
    struct behind : network<strata::input<5>, mark<"digit">, strata::input<4>, concat<"digit">, dense<2>> {};
    const model<behind> next{seed{4}};
    workspace<behind, batch<6>, inference> next_work;
    const rows_view z = forward(next, next_work, std::tie(a[0], a[1]));
    CHECK(gather(z) == predict(next, expected));
}

namespace {

struct two_out : network<strata::input<6>, dense<7>, mark<"trunk">, dense<7>, mark<"noise">, resume<"trunk">,
                         dense<5>, mark<"classes">> {};

} // namespace

TEST_CASE("what forward returns of several outputs are samples of several inputs, and gradients of several "
          "outputs") {
    const model<two_out> before{seed{1}};
    const model<conditional> net{seed{2}};
    workspace<two_out, batch<9>, inference> work;
    const std::vector<float> x = tests::uniform_rows(9, 6, 1);
    const auto [noise, classes] = predict(before, x);
    const std::vector<float> expected = predict(net, std::tie(noise, classes));
    CHECK(predict(net, forward(before, work, x)) == expected);
    workspace<conditional, batch<9>> next;
    const rows_view y = forward(net, next, forward(before, work, x));
    for (std::size_t r = 0; r < y.rows; ++r)
        for (std::size_t i = 0; i < y.width; ++i) CHECK(y[r][i] == expected[r * 4 + i]);

    model<two_out> behind{seed{3}};
    workspace<two_out, batch<9>> learns, same;
    forward(behind, learns, x);
    backward(behind, learns, forward(before, work, x));
    forward(behind, same, x);
    backward(behind, same, std::tie(noise, classes));
    CHECK(std::equal(learns.parameter_gradients().begin(), learns.parameter_gradients().end(),
                     same.parameter_gradients().begin()));
}

TEST_CASE("samples that do not go together are refused") {
    const model<three_in_two_out> net{seed{1}};
    const auto [left, image, late] = tests::samples_for<three_in_two_out>(4, 1);
    const std::vector<float> three = tests::uniform_rows(3, 3, 1);
    CHECK_THROWS_WITH_AS(predict(net, std::tie(left, image, three)),
                         doctest::Contains("a tuple of 4 samples in place 1, but 3 in place 3"),
                         std::invalid_argument);
    CHECK_THROWS_WITH_AS(predict(net, std::tie(left, left, late)), doctest::Contains("4 x 3 x 2"),
                         std::invalid_argument);
    const float_rows flat{left, shape<7>};
    CHECK_THROWS_AS(predict(net, std::tie(flat, flat, flat)), std::invalid_argument);
    const std::vector<float> none;
    CHECK_THROWS_AS(predict(net, std::tie(left, image, none)), std::invalid_argument);
    workspace<three_in_two_out, batch<3>> small;
    CHECK_THROWS_AS(forward(net, small, std::tie(left, image, late)), std::length_error);
    CHECK_THROWS_AS(forward(net, small, std::tie(left, image, three)), std::invalid_argument);
}

TEST_CASE("rows of this workspace are no samples where there are several inputs") {
    struct mirror : network<strata::input<3>, dense<3>, mark<"a">, strata::input<3>, dense<3>, mark<"b">> {};
    const model<mirror> net{seed{1}};
    const std::vector<float> x = tests::uniform_rows(4, 3, 1), z = tests::uniform_rows(4, 3, 2);
    workspace<mirror, batch<4>> work;
    const std::array<rows_view, 2> y = forward(net, work, std::tie(x, z));
    CHECK_THROWS_WITH_AS(forward(net, work, std::tie(y[1], z)), doctest::Contains("copy them first"),
                         std::invalid_argument);
    CHECK(work.rows() == 4); // the pass before is still there
    CHECK_NOTHROW(backward(net, work, 1.0f));
    const auto again = forward(net, work, std::tie(x, z));
    CHECK(gather(again[0]) == predict<"a">(net, x));
}

TEST_CASE("spans for the outputs: exactly as large, apart from each other and from all that is read") {
    const model<three_in_two_out> net{seed{1}};
    auto x = tests::samples_for<three_in_two_out>(9, 1);
    auto& [left, image, late] = x;
    workspace<three_in_two_out, batch<4>, inference> work;
    std::vector<float> digits(45, 7.0f), styles(36, 7.0f), large(100, 7.0f);
    const auto refused = [&](std::span<float> first, std::span<float> second, const char* why) {
        CHECK_THROWS_WITH_AS(predict(net, work, x, {first, second}), doctest::Contains(why),
                             std::invalid_argument);
    };
    refused(digits, digits, "9 outputs of 4 do not fit a span of 45 floats exactly");
    refused(styles, digits, "9 outputs of 5 do not fit a span of 36 floats exactly");
    refused(std::span{large}.first(45), std::span{large}.subspan(44, 36), "overlap");
    refused(std::span{large}.subspan(35, 45), std::span{large}.first(36), "overlap");
    refused(digits, std::span{image}.first(36), "lies in samples");
    refused(std::span{left}.first(45), styles, "lies in samples");
    const rows_view y = forward(net, work, rows_of_each<three_in_two_out>(x, 0, 4))[0];
    auto few = rows_of_each<three_in_two_out>(x, 0, 1);
    CHECK_THROWS_WITH_AS(
        predict(net, work, few, {std::span{const_cast<float*>(y.data), 5}, std::span{styles}.first(4)}),
        doctest::Contains("the workspace's memory"), std::invalid_argument);
    CHECK(std::count(digits.begin(), digits.end(), 7.0f) == 45);
    CHECK(std::count(styles.begin(), styles.end(), 7.0f) == 36);
    // Right beside each other is apart.
    predict(net, work, x, {std::span{large}.first(45), std::span{large}.subspan(45, 36)});
    CHECK(std::tuple{std::vector(large.begin(), large.begin() + 45),
                     std::vector(large.begin() + 45, large.begin() + 81)} == predict(net, x));
    CHECK(std::count(large.begin() + 81, large.end(), 7.0f) == 19);
}
