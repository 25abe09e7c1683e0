// Every verb with every kind of rows, named and temporary: the same bits as with one vector.
#include "strata/strata.hpp"

#if __has_include(<xtensor/containers/xtensor.hpp>)
#include <xtensor/containers/xfixed.hpp>
#include <xtensor/core/xeval.hpp>
#include <xtensor/core/xoperation.hpp>
#include <xtensor/views/xview.hpp>
#else
#include <xtensor/xeval.hpp>
#include <xtensor/xfixed.hpp>
#include <xtensor/xoperation.hpp>
#include <xtensor/xview.hpp>
#endif

#include <doctest/doctest.h>

#include <array>
#include <numeric>
#include <optional>
#include <span>
#include <vector>

namespace {

using namespace strata;

struct net : network<input<5>, dense<7>, strata::tanh, mark<"code">, dense<5>> {};

constexpr std::size_t count = 6;
constexpr std::size_t width = 5;

std::vector<float> drawn(std::size_t rows, std::uint64_t s) {
    std::vector<float> values(rows * width);
    fill_uniform(values, -1.0f, 1.0f, seed{s}, streams::user);
    return values;
}

void append(std::vector<float>& to, const rows_view& rows) {
    for (std::size_t r = 0; r < rows.rows; ++r) to.insert(to.end(), rows[r].begin(), rows[r].end());
}

/// What all verbs that take samples make of make_x() and make_y(), each called anew in the verb's own line.
template <class MakeX, class MakeY>
std::vector<float> all_verbs(const MakeX& make_x, const MakeY& make_y) {
    model<net> weights{glorot_uniform{}, seed{3}};
    workspace<net, batch<count>> work;
    optimizer opt{weights, sgd{.learning_rate = 0.1f}};
    std::vector<float> seen;
    append(seen, forward(weights, work, make_x()));
    for (const float y : predict(weights, make_x())) seen.push_back(y);
    for (const float code : predict<until<net, "code">>(weights, make_x())) seen.push_back(code);
    std::vector<float> out(count * width);
    workspace<net, batch<4>, inference> small;
    predict(weights, small, make_x(), out);
    seen.insert(seen.end(), out.begin(), out.end());
    seen.push_back(evaluate(weights, mse{}, make_x(), make_y()));
    const gradient_rows slope = input_gradient(weights, work, mse{}, make_x(), make_y());
    append(seen, slope);
    seen.push_back(slope.loss);
    seen.push_back(accumulate(weights, work, mse{}, make_x(), make_y()));
    forward(weights, work, make_x());
    backward(weights, work, make_y());
    gradient_penalty<net, batch<count>> penalty{0.5f};
    seen.push_back(penalty.accumulate(weights, work, make_x()));
    opt.step(weights, work);
    forward(weights, work, make_x());
    backward_step(weights, work, opt, make_y());
    seen.push_back(train_step(weights, work, opt, mse{}, make_x(), make_y()));
    const fit_history history =
        fit(weights, work, opt, mse{}, make_x(), make_y(),
            {.epochs = 2, .batch_size = 4, .seed = seed{2}, .validation = {make_x(), make_y()}});
    const fit_options options{// longer than one line
                              .epochs = 2,
                              .batch_size = 4,
                              .seed = seed{2},
                              .validation = {make_x(), make_y()}};
    const fit_history more = fit(weights, work, opt, mse{}, make_x(), make_y(), options);
    for (const fit_history& h : {history, more}) {
        seen.insert(seen.end(), h.loss.begin(), h.loss.end());
        seen.insert(seen.end(), h.validation_loss.begin(), h.validation_loss.end());
    }
    seen.insert(seen.end(), weights.storage().begin(), weights.storage().end());
    return seen;
}

const std::vector<float> x = drawn(count, 1);
const std::vector<float> y = drawn(count, 2);
const std::vector<float>& expected() {
    static const std::vector<float> once =
        all_verbs([]() -> const auto& { return x; }, []() -> const auto& { return y; });
    return once;
}

xt::xtensor<float, 2> tensor_of(const std::vector<float>& values) {
    xt::xtensor<float, 2> tensor = xt::xtensor<float, 2>::from_shape({count, width});
    std::copy(values.begin(), values.end(), tensor.begin());
    return tensor;
}

/// The same maker for samples and targets, which is given their values.
template <class Make>
void check_kind(const Make& make) {
    CHECK((all_verbs([&]() -> decltype(auto) { return make(x); },
                     [&]() -> decltype(auto) { return make(y); }) == expected()));
}

std::array<float, count * width> array_of(const std::vector<float>& values) {
    std::array<float, count * width> array{};
    std::copy(values.begin(), values.end(), array.begin());
    return array;
}

/// Rows apart, with other numbers between them.
struct scattered {
    explicit scattered(const std::vector<float>& values) : memory(count * 9, 77.0f) {
        for (std::size_t r = 0; r < count; ++r)
            std::copy_n(values.begin() + std::ptrdiff_t(r * width), width,
                        memory.begin() + std::ptrdiff_t(r * 9));
    }
    [[nodiscard]] rows_view rows() const { return {memory.data(), count, width, 9}; }
    std::vector<float> memory;
};

/// Rows on lines of their own.
struct lined {
    explicit lined(const std::vector<float>& values) : memory{count * row_stride(width)} {
        copy_rows({values.data(), count, width, width}, rows());
    }
    [[nodiscard]] padded_rows<float> rows() { return {memory.data(), count, width}; }
    arena memory;
};

} // namespace

TEST_CASE("vectors, arrays and spans, named and temporary") {
    check_kind([](const auto& values) { return std::vector<float>(values); });
    check_kind([](const auto& values) { return std::span<const float>{values}; });
    check_kind([](const auto& values) { return array_of(values); });
    static const auto named_x = array_of(x);
    static const auto named_y = array_of(y);
    check_kind([](const auto& values) -> const auto& { return &values == &x ? named_x : named_y; });
}

TEST_CASE("rows: one after the other, apart, and on lines of their own") {
    check_kind([](const auto& values) { return rows_view{values.data(), count, width, width}; });
    const scattered far_x{x};
    const scattered far_y{y};
    check_kind([&](const auto& values) { return &values == &x ? far_x.rows() : far_y.rows(); });
    lined line_x{x};
    lined line_y{y};
    check_kind([&](const auto& values) { return &values == &x ? line_x.rows() : line_y.rows(); });
    check_kind([&](const auto& values) -> padded_rows<const float> {
        return &values == &x ? line_x.rows() : line_y.rows();
    });
}

TEST_CASE("xtensors, views of them, expressions, and rows that own a copy") {
    static const auto tensor_x = tensor_of(x);
    static const auto tensor_y = tensor_of(y);
    const auto pick = [](const auto& values) -> const auto& { return &values == &x ? tensor_x : tensor_y; };
    check_kind([&](const auto& values) -> const auto& { return pick(values); });
    check_kind([](const auto& values) { return tensor_of(values); });
    check_kind([&](const auto& values) { return xt::view(pick(values), xt::all(), xt::all()); });
    check_kind([&](const auto& values) { return pick(values) * 1.0f; });
    check_kind([](const auto& values) { return tensor_of(values) * 1.0f; });
    check_kind([&](const auto& values) {
        return xt::xtensor<float, 2, xt::layout_type::column_major>(pick(values));
    });
    check_kind(
        [&](const auto& values) { return xt::xtensor_fixed<float, xt::xshape<count, width>>(pick(values)); });
    check_kind([&](const auto& values) { return as_rows(pick(values) * 1.0f, shape<width>); });
}

TEST_CASE("a workspace's output is samples for another network") {
    struct decoder : network<input<5>, dense<9>, relu, dense<3>> {};
    const model<net> encoder_weights{glorot_uniform{}, seed{1}};
    const model<decoder> weights{glorot_uniform{}, seed{2}};
    for (const std::size_t rows : {1u, 4u, 6u}) {
        workspace<net, batch<count>, inference> work;
        const std::span<const float> now{x.data(), rows * width};
        forward(encoder_weights, work, now);
        CHECK(predict(weights, work.output()) == predict(weights, predict(encoder_weights, now)));
        CHECK(evaluate(weights, mse{}, work.output(), std::vector<float>(rows * 3)) ==
              evaluate(weights, mse{}, predict(encoder_weights, now), std::vector<float>(rows * 3)));
    }
}

TEST_CASE("a workspace takes its own output as the next samples, wherever the plan has put it") {
    const auto feed_back = []<class Net>(std::type_identity<Net>) {
        const model<Net> weights{glorot_uniform{}, seed{5}};
        workspace<Net, batch<count>> work;
        std::vector<float> by_copy = x;
        rows_view last = forward(weights, work, x);
        for (int step = 0; step < 4; ++step) {
            by_copy = predict(weights, by_copy);
            std::vector<float> values;
            append(values, last);
            CHECK(values == by_copy);
            last = forward(weights, work, last);
        }
    };
    struct in_place : network<input<5>, strata::tanh> {};
    struct wide : network<input<5>, dense<70>, relu, dense<5>> {};
    struct narrow : network<input<5>, dense<2>, strata::tanh, dense<5>, dense<5>> {};
    feed_back(std::type_identity<net>{});
    feed_back(std::type_identity<in_place>{});
    feed_back(std::type_identity<wide>{});
    feed_back(std::type_identity<narrow>{});
}

TEST_CASE("batches of borrowed temporaries are those of what they borrow from") {
    const auto tensor = tensor_of(x);
    lined line{x};
    const auto values_of = [](const minibatch_range& range) {
        std::vector<float> values;
        for (const auto& [samples, targets] : range) {
            append(values, samples);
            append(values, targets);
        }
        return values;
    };
    const auto first = values_of(minibatches<4>(as_rows(x, shape<width>), as_rows(x, shape<width>), seed{1}));
    CHECK(values_of(minibatches<4>(line.rows(), line.rows(), seed{1})) == first);
    CHECK(values_of(minibatches<4>(xt::view(tensor, xt::all()), tensor, seed{1})) == first);
    const xtensor_rows copied = as_rows(tensor * 1.0f, shape<width>);
    CHECK(values_of(minibatches<4>(copied, tensor, seed{1})) == first);
    CHECK(values_of(minibatch_range{line.rows(), copied, 4}).size() == 2 * x.size());
}

TEST_CASE("rows that own a copy may be copied, moved and assigned: each sees its own") {
    const auto tensor = tensor_of(x);
    std::optional<xtensor_rows> first = as_rows(tensor * 1.0f, shape<width>);
    REQUIRE_FALSE(first->copy.empty());
    const xtensor_rows second = *first;
    xtensor_rows third = as_rows(tensor + 1.0f, shape<width>);
    third = second;
    const xtensor_rows fourth = std::move(*first);
    first.reset();
    for (const xtensor_rows* rows : std::array<const xtensor_rows*, 3>{&second, &third, &fourth}) {
        CHECK(rows->view.data == rows->copy.data());
        std::vector<float> values;
        append(values, *rows);
        CHECK(values == x);
    }
    CHECK(mean_penalty(l1{}, as_rows(tensor * 1.0f, shape<width>)) ==
          mean_penalty(l1{}, as_rows(x, shape<width>)));
}
