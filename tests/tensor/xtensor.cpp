// The door for xtensor: every way in which samples may lie in one, at every alignment, and what comes back.
#include "strata/strata.hpp"

#if __has_include(<xtensor/containers/xtensor.hpp>)
#include <xtensor/containers/xadapt.hpp>
#include <xtensor/containers/xarray.hpp>
#include <xtensor/containers/xfixed.hpp>
#include <xtensor/core/xeval.hpp>
#include <xtensor/core/xmath.hpp>
#include <xtensor/core/xoperation.hpp>
#include <xtensor/misc/xmanipulation.hpp>
#include <xtensor/views/xstrided_view.hpp>
#include <xtensor/views/xview.hpp>
#else
#include <xtensor/xadapt.hpp>
#include <xtensor/xarray.hpp>
#include <xtensor/xeval.hpp>
#include <xtensor/xfixed.hpp>
#include <xtensor/xmanipulation.hpp>
#include <xtensor/xmath.hpp>
#include <xtensor/xoperation.hpp>
#include <xtensor/xstrided_view.hpp>
#include <xtensor/xview.hpp>
#endif

// Clang 19 cannot compile xt::xarray and xt::strided_view of xtensor 0.24: it finds two specialisations of
// xt::rebind_container for their shapes.
#if defined(__clang__) && __clang_major__ >= 19 && XTENSOR_VERSION_MAJOR == 0 && XTENSOR_VERSION_MINOR <= 24
#define STRATA_TEST_XARRAY 0
#else
#define STRATA_TEST_XARRAY 1
#endif

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <numeric>
#include <stdexcept>
#include <type_traits>
#include <utility>
#include <vector>

namespace {

using namespace strata;

/// Images of 4 x 6 with one channel, to an image of 3 x 2 with two.
struct net : network<input<4, 6, 1>, flatten, dense<9>, relu, mark<"code">, dense<12>, reshape<3, 2, 2>> {};
using encoder = until<net, "code">;

constexpr std::size_t samples = 5;
constexpr std::size_t width = 24; // of a sample

/// What all of the tensors below hold: sample r has the values r * 24 + 0, 1, 2, ... in row-major order.
float value_at(std::size_t row, std::size_t i) { return static_cast<float>(row * width + i) / 64; }

std::vector<float> plain(std::size_t rows) {
    std::vector<float> values(rows * width);
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = value_at(0, i);
    return values;
}

/// Fills a tensor whose first axis counts samples, whatever its layout.
template <class Tensor>
Tensor filled(Tensor x) {
    float next = 0;
    for (auto at = x.template begin<xt::layout_type::row_major>();
         at != x.template end<xt::layout_type::row_major>(); ++at)
        *at = next++ / 64;
    return x;
}

/// A tensor of one axis; braces would be its values.
xt::xtensor<float, 1> list_of(std::size_t count) {
    return xt::xtensor<float, 1>(std::array<std::size_t, 1>{count}, 0.0f);
}

const model<net>& weights() {
    static const model<net> shared{glorot_uniform{}, seed{3}};
    return shared;
}

std::vector<float> targets(std::size_t rows) {
    std::vector<float> values(rows * net::output.count());
    fill_uniform(values, -1, 1, seed{7});
    return values;
}

bool same_weights(const model<net>& a, const model<net>& b) {
    return std::equal(a.storage().begin(), a.storage().end(), b.storage().begin());
}

/// Everything that can be done with samples, as numbers: equal if it was done alike.
struct outcome {
    std::vector<float> values, prediction, prediction_into, code, trained;
    float loss_without_gradients = 0;
    float loss_of_step = 0;
    std::vector<float> losses_of_fit;

    bool operator==(const outcome&) const = default;
};

template <class X>
outcome use(const X& x, std::size_t rows) {
    outcome result;
    const auto& seen = as_rows(x, net::input);
    const rows_view view = seen;
    REQUIRE(view.rows == rows);
    for (std::size_t r = 0; r < rows; ++r)
        result.values.insert(result.values.end(), view[r].begin(), view[r].end());

    const auto prediction = predict(weights(), x);
    const auto code = predict<encoder>(weights(), x);
    if constexpr (xtensor_expression<X>) {
        static_assert(std::is_same_v<decltype(prediction), const xt::xtensor<float, 4>>);
        static_assert(std::is_same_v<decltype(code), const xt::xtensor<float, 2>>);
        CHECK(prediction.shape() == std::array<std::size_t, 4>{rows, 3, 2, 2});
        CHECK(code.shape() == std::array<std::size_t, 2>{rows, 9});
    }
    result.prediction.assign(prediction.begin(), prediction.end());
    result.code.assign(code.begin(), code.end());
    workspace<net, batch<2>, inference> small;
    result.prediction_into.resize(rows * net::output.count());
    predict(weights(), small, x, result.prediction_into);

    const std::vector<float> wanted = targets(rows);
    result.loss_without_gradients = evaluate(weights(), mse{}, x, wanted);
    model<net> trained = weights().clone();
    workspace<net, batch<samples>> work;
    optimizer opt{trained, sgd{}};
    result.loss_of_step = train_step(trained, work, opt, mse{}, x, wanted);
    const fit_options options{.epochs = 2, .batch_size = 2, .seed = seed{5}};
    result.losses_of_fit = fit(trained, work, opt, mse{}, x, wanted, options).loss;
    result.trained.assign(trained.storage().begin(), trained.storage().end());
    return result;
}

/// The samples in x are those of plain(rows), and whatever takes samples does with them what it does with
/// plain(rows), bit for bit.
template <class X>
void check_all_uses(const X& x, std::size_t rows) {
    const outcome expected = use(plain(rows), rows);
    CHECK(expected.values == plain(rows));
    CHECK(expected.prediction_into == expected.prediction);
    CHECK(expected.losses_of_fit.size() == 2);
    CHECK((use(x, rows) == expected));
}

/// Only that the samples in x are those of plain(rows): every type of tensor in all uses takes a second to
/// compile.
template <class X>
void check_values(const X& x, std::size_t rows) {
    const xtensor_rows seen = as_rows(x, net::input);
    REQUIRE(seen.view.rows == rows);
    std::vector<float> values;
    for (std::size_t r = 0; r < rows; ++r)
        values.insert(values.end(), seen.view[r].begin(), seen.view[r].end());
    CHECK((values == plain(rows)));
}

/// Whether the rows are read where they lie, without a copy.
template <class X>
bool in_place(const X& x) {
    return as_rows(x, net::input).copy.empty();
}

/// That everything that takes samples refuses `x` with this message, and leaves the model as it was.
template <class X>
void refused(const X& x, const char* message) {
    CHECK_THROWS_WITH_AS(as_rows(x, net::input), message, std::invalid_argument);
    CHECK_THROWS_WITH_AS(predict(weights(), x), message, std::invalid_argument);
    model<net> trained = weights().clone();
    workspace<net, batch<samples>> work;
    optimizer opt{trained, sgd{}};
    CHECK_THROWS_WITH_AS(train_step(trained, work, opt, mse{}, x, 0.5f), message, std::invalid_argument);
    CHECK_THROWS_WITH_AS(fit(trained, work, opt, mse{}, x, std::vector<float>(12), fit_options{}), message,
                         std::invalid_argument);
    CHECK(same_weights(trained, weights()));
}

TEST_CASE("containers: with the channel axis, without it, and flattened") {
    const auto image = filled(xt::xtensor<float, 4>({samples, 4, 6, 1}));
    const auto grey = filled(xt::xtensor<float, 3>({samples, 4, 6}));
    const auto flat = filled(xt::xtensor<float, 2>({samples, width}));
    const auto ones = filled(xt::xtensor<float, 5>({samples, 1, 4, 6, 1}));
    check_all_uses(image, samples);
    check_all_uses(grey, samples);
    check_all_uses(flat, samples);
    check_values(ones, samples);
    CHECK(in_place(image));
    CHECK(in_place(grey));
    CHECK(in_place(flat));
    CHECK(in_place(ones));
    CHECK(as_rows(grey, net::input).view.data == grey.data());
}

TEST_CASE("xt::xtensor_fixed") {
    const auto grey = filled(xt::xtensor_fixed<float, xt::xshape<samples, 4, 6>>{});
    const auto flat = filled(xt::xtensor_fixed<float, xt::xshape<2, width>>{});
    const auto one = filled(xt::xtensor_fixed<float, xt::xshape<4, 6>>{});
    check_all_uses(grey, samples);
    check_values(flat, 2);
    check_values(one, 1);
    CHECK(in_place(grey));
    CHECK(in_place(one));
}

TEST_CASE("one sample alone is one row, and so is its prediction") {
    check_all_uses(filled(xt::xtensor<float, 3>({4, 6, 1})), 1);
    check_all_uses(filled(xt::xtensor<float, 2>({4, 6})), 1);
    check_all_uses(filled(xt::xtensor<float, 4>({1, 4, 6, 1})), 1);
    check_all_uses(filled(xt::xtensor<float, 3>({1, 4, 6})), 1);
    check_all_uses(filled(xt::xtensor<float, 2>({1, width})), 1);
}

TEST_CASE("no samples at all are no predictions") {
    const xt::xtensor<float, 3> none({0, 4, 6});
    CHECK(as_rows(none, net::input).view.rows == 0);
    const auto y = predict(weights(), none);
    CHECK(y.shape() == std::array<std::size_t, 4>{0, 3, 2, 2});
    CHECK_THROWS_AS(evaluate(weights(), mse{}, none, std::vector<float>{}), std::invalid_argument);
}

TEST_CASE("views of rows, one after the other, apart, one alone and backwards") {
    // The samples, with others before, between and after.
    auto crowd = xt::xtensor<float, 3>({2 * samples + 3, 4, 6});
    crowd.fill(-100);
    const auto whole = filled(xt::xtensor<float, 3>({samples, 4, 6}));

    xt::view(crowd, xt::range(2, 2 + samples)) = whole;
    const auto together = xt::view(crowd, xt::range(2, 2 + samples));
    check_all_uses(together, samples);
    CHECK(in_place(together));
    CHECK(as_rows(together, net::input).view.data == crowd.data() + 2 * width);

    const auto alone = xt::view(crowd, 2);
    check_values(alone, 1);
    CHECK(in_place(alone));

    crowd.fill(-100);
    xt::view(crowd, xt::range(1, 1 + 2 * samples, 2)) = whole;
    const auto apart = xt::view(crowd, xt::range(1, 1 + 2 * samples, 2));
    check_all_uses(apart, samples);
    CHECK(in_place(apart));
    CHECK(as_rows(apart, net::input).view.stride == 2 * width);

    xt::xtensor<float, 3> turned = xt::flip(whole, 0);
    check_values(xt::view(turned, xt::range(samples - 1, xt::placeholders::_, -1)), samples);
    check_values(xt::flip(turned, 0), samples);

    const auto chosen = xt::view(turned, xt::keep(samples - 1, samples - 2));
    check_values(chosen, 2);
}

TEST_CASE("views of columns: rows that are contiguous, but lie apart") {
    xt::xtensor<float, 2> table({samples, 40});
    table.fill(-100);
    const auto columns = xt::view(table, xt::all(), xt::range(7, 7 + width));
    xt::view(table, xt::all(), xt::range(7, 7 + width)) = filled(xt::xtensor<float, 2>({samples, width}));
    check_all_uses(columns, samples);
    CHECK(in_place(columns));
    CHECK(as_rows(columns, net::input).view.stride == 40);

    xt::xtensor<float, 2> sparse({samples, 2 * width});
    sparse.fill(-100);
    const auto every_other = xt::view(sparse, xt::all(), xt::range(0, 2 * width, 2));
    xt::view(sparse, xt::all(), xt::range(0, 2 * width, 2)) = filled(xt::xtensor<float, 2>({samples, width}));
    check_values(every_other, samples);
    CHECK_FALSE(in_place(every_other));
}

TEST_CASE("views into larger images: samples that are not contiguous are copied") {
    xt::xtensor<float, 3> large({samples, 9, 10});
    large.fill(-100);
    const auto cropped = xt::view(large, xt::all(), xt::range(3, 7), xt::range(2, 8));
    xt::view(large, xt::all(), xt::range(3, 7), xt::range(2, 8)) =
        filled(xt::xtensor<float, 3>({samples, 4, 6}));
    check_all_uses(cropped, samples);
    CHECK_FALSE(in_place(cropped));
    check_values(xt::view(large, 0, xt::range(3, 7), xt::range(2, 8)), 1);
    const auto with_channel = xt::view(large, xt::all(), xt::range(3, 7), xt::range(2, 8), xt::newaxis());
    check_values(with_channel, samples);
}

TEST_CASE("column-major layouts hold the same samples") {
    const auto flat = filled(xt::xtensor<float, 2, xt::layout_type::column_major>({samples, width}));
    const auto image = filled(xt::xtensor<float, 4, xt::layout_type::column_major>({samples, 4, 6, 1}));
    const auto one = filled(xt::xtensor<float, 2, xt::layout_type::column_major>({4, 6}));
    check_all_uses(flat, samples);
    check_values(image, samples);
    check_values(one, 1);
    CHECK_FALSE(in_place(flat));
    CHECK_FALSE(in_place(image));
    // Strided rows of a column-major tensor, whose samples lie together by chance.
    const auto transposed = xt::eval(xt::transpose(filled(xt::xtensor<float, 2>({samples, width}))));
    check_values(xt::transpose(transposed), samples);
}

TEST_CASE("expressions are evaluated, as they come") {
    const auto whole = filled(xt::xtensor<float, 3>({samples, 4, 6}));
    const float t = 0.25f;
    const xt::xtensor<float, 3> a = whole - 1.0f;
    const xt::xtensor<float, 3> b = whole + 3.0f; // exact in float, as is what follows
    check_all_uses(a * (1.0f - t) + b * t, samples);
    check_values(a + 1.0f, samples);
    check_values(xt::view(a, 0) + 1.0f, 1);
    const xt::xtensor<double, 3> precise = xt::cast<double>(whole);
    check_values(xt::cast<float>(precise), samples);
    // A sample and a table broadcast together.
    const xt::xtensor<float, 2> first = xt::view(whole, 0);
    const xt::xtensor<float, 3> steps = whole - first;
    check_values(steps + first, samples);
}

TEST_CASE("memory of one's own, seen through xt::adapt, at every offset of a float from a line") {
    std::vector<float> memory(samples * 31 + 32);
    arena aligned{memory.size()};
    for (std::size_t offset = 0; offset < 16; ++offset) {
        CAPTURE(offset);
        float* start = aligned.data() + offset;
        const std::vector<float> values = plain(samples);
        std::copy(values.begin(), values.end(), start);
        check_all_uses(
            xt::adapt(start, samples * width, xt::no_ownership(), std::array<std::size_t, 3>{samples, 4, 6}),
            samples);

        // Rows 31 floats apart, so that each has an alignment of its own.
        aligned.zero();
        for (std::size_t r = 0; r < samples; ++r)
            std::copy_n(values.data() + r * width, width, start + r * 31);
        const auto table =
            xt::adapt(start, samples * 31, xt::no_ownership(), std::array<std::size_t, 2>{samples, 31});
        const auto columns = xt::view(table, xt::all(), xt::range(0, width));
        check_all_uses(columns, samples);
        CHECK(in_place(columns));
    }
}

TEST_CASE("targets may be xtensors, too") {
    const std::vector<float> x = plain(samples);
    const std::vector<float> plain_targets = targets(samples);
    const auto check = [&](const auto& y) {
        model<net> by_tensor = weights().clone();
        model<net> by_span = weights().clone();
        workspace<net, batch<samples>> work;
        optimizer step_tensor{by_tensor, adam{}};
        optimizer step_span{by_span, adam{}};
        CHECK(train_step(by_tensor, work, step_tensor, mse{}, x, y) ==
              train_step(by_span, work, step_span, mse{}, x, plain_targets));
        const fit_options options{.epochs = 2, .batch_size = 3, .seed = seed{5}};
        CHECK(fit(by_tensor, work, step_tensor, mse{}, x, y, options).loss ==
              fit(by_span, work, step_span, mse{}, x, plain_targets, options).loss);
        CHECK(same_weights(by_tensor, by_span));
        CHECK(evaluate(by_tensor, mse{}, x, y) == evaluate(by_span, mse{}, x, plain_targets));
    };
    const xt::xtensor<float, 4> image =
        xt::adapt(plain_targets, std::array<std::size_t, 4>{samples, 3, 2, 2});
    check(image);
    check(xt::xtensor<float, 2>(xt::reshape_view(image, {samples, std::size_t{12}})));
    check(xt::xtensor<float, 4, xt::layout_type::column_major>(image));
    check(image * 1.0f);
    xt::xtensor<float, 5> between =
        xt::zeros<float>({samples, std::size_t{2}, std::size_t{3}, std::size_t{2}, std::size_t{2}});
    xt::view(between, xt::all(), 1) = image;
    check(xt::view(between, xt::all(), 1));
}

TEST_CASE("minibatches see the rows of contiguous xtensors where they lie, and refuse others") {
    const auto x = filled(xt::xtensor<float, 3>({samples, 4, 6}));
    const auto y = filled(xt::xtensor<float, 2>({samples, 2}));
    std::size_t row = 0;
    for (const auto& [samples_now, targets_now] : minibatches<2>(x, y)) {
        CHECK(samples_now.width == width);
        CHECK(targets_now.width == 2);
        for (std::size_t r = 0; r < samples_now.rows; ++r, ++row) {
            CHECK(samples_now[r].data() == x.data() + row * width);
            CHECK(targets_now[r].data() == y.data() + row * 2);
        }
    }
    CHECK(row == samples);
    const auto columns = filled(xt::xtensor<float, 2, xt::layout_type::column_major>({samples, width}));
    CHECK_THROWS_WITH_AS(as_rows(columns, any_sample{}),
                         "strata: the rows of this xtensor of 5 x 24 are not contiguous (column-major, or a "
                         "view of some columns): copy it into a row-major one with a name first: const "
                         "xt::xtensor<float, 2> rows = x",
                         std::invalid_argument);
    // One number a sample: labels.
    const auto labels = filled(list_of(samples));
    const rows_view numbers = as_rows(labels, any_sample{});
    CHECK(numbers.rows == samples);
    CHECK(numbers.width == 1);
    CHECK(numbers[3][0] == labels(3));
}

TEST_CASE("batches of xtensors know the shape of their samples, and a network of another refuses them") {
    const std::vector<float> wanted = targets(samples);
    model<net> trained = weights().clone();
    workspace<net, batch<samples>> work;
    optimizer opt{trained, sgd{}};
    const auto step = [&](const auto& x) {
        for (const auto& [samples_now, targets_now] :
             minibatches<2>(x, as_rows(wanted, net::output), seed{1}))
            train_step(trained, work, opt, mse{}, samples_now, targets_now);
    };
    step(filled(xt::xtensor<float, 4>({samples, 4, 6, 1})));
    step(filled(xt::xtensor<float, 4>({samples, 1, 4, 6}))); // a single channel lies alike, first or last
    step(filled(xt::xtensor<float, 3>({samples, 4, 6})));
    step(filled(xt::xtensor<float, 2>({samples, width})));
    step(filled(xt::xtensor<float, 6>({samples, 1, 4, 1, 6, 1})));
    const model<net> before = trained.clone();
    const auto refuse = [&](const auto& x, const char* given) {
        CHECK_THROWS_WITH_AS(step(x), doctest::Contains(given), std::invalid_argument);
        CHECK(same_weights(trained, before));
    };
    refuse(filled(xt::xtensor<float, 3>({samples, 6, 4})),
           "rows of 6 x 4 = 24 floats are no samples of 4 x 6 x 1");
    refuse(filled(xt::xtensor<float, 4>({samples, 2, 3, 4})), "rows of 2 x 3 x 4 = 24 floats");
    refuse(filled(xt::xtensor<float, 4>({samples, 1, 6, 4})), "rows of 1 x 6 x 4 = 24 floats");
    refuse(filled(xt::xtensor<float, 6>({samples, 1, 2, 2, 2, 3})), "rows of 2 x 2 x 2 x 3 = 24 floats");
    CHECK_THROWS_WITH_AS(step(filled(xt::xtensor<float, 6>({samples, 2, 2, 2, 1, 3}))),
                         doctest::Contains("rows of 2 x 2 x 2 x 3"), std::invalid_argument);
    const auto wide = filled(xt::xtensor<float, 6>({2, 2, 2, 2, 2, 2}));
    CHECK_THROWS_WITH_AS(as_rows(wide, any_sample{}), doctest::Contains("have more than four axes"),
                         std::invalid_argument);
}

TEST_CASE("samples of one number: the axis of size 1 may be left out") {
    const auto labels = filled(list_of(samples));
    const auto column = filled(xt::xtensor<float, 2>({samples, 1}));
    const auto check = [](const rows_view& rows) {
        REQUIRE(rows.rows == samples);
        CHECK(rows.width == 1);
        for (std::size_t r = 0; r < samples; ++r) CHECK(rows[r][0] == value_at(0, r));
    };
    const auto seen_column = as_rows(column, shape<1>);
    check(seen_column);
    const auto seen_labels = as_rows(labels, shape<1>);
    check(seen_labels);
    const auto sparse = filled(list_of(2 * samples));
    const auto every_other = xt::view(sparse, xt::range(0, 2 * samples, 2));
    const auto seen_apart = as_rows(every_other, shape<1, 1>);
    const rows_view apart = seen_apart;
    REQUIRE(apart.rows == samples);
    for (std::size_t r = 0; r < samples; ++r) CHECK(apart[r][0] == value_at(0, 2 * r));
    const auto one = list_of(1);
    const auto seen_one = as_rows(one, shape<1>);
    CHECK(seen_one.view.rows == 1);
}

struct critic : network<input<3>, dense<1>> {};

TEST_CASE("labels, one a sample, train a network of one output") {
    const auto x = filled(xt::xtensor<float, 2>({samples, 3}));
    const auto labels = filled(list_of(samples));
    const std::vector<float> plain_labels(labels.begin(), labels.end());
    model<critic> by_tensor{glorot_uniform{}, seed{1}};
    model<critic> by_span{glorot_uniform{}, seed{1}};
    workspace<critic, batch<samples>> work;
    optimizer step_tensor{by_tensor, sgd{}};
    optimizer step_span{by_span, sgd{}};
    CHECK(train_step(by_tensor, work, step_tensor, mse{}, x, labels) ==
          train_step(by_span, work, step_span, mse{}, x, plain_labels));
    CHECK(fit(by_tensor, work, step_tensor, mse{}, x, labels, fit_options{.batch_size = 2}).loss ==
          fit(by_span, work, step_span, mse{}, x, plain_labels, fit_options{.batch_size = 2}).loss);
    CHECK(predict(by_tensor, x).shape() == std::array<std::size_t, 2>{samples, 1});
}

TEST_CASE("where a shape could be read in two ways, one sample alone has the sample's whole rank") {
    // 3 x 3 for samples of 3 x 3 is one sample, for samples of 3 it is three.
    const auto square = filled(xt::xtensor<float, 2>({3, 3}));
    CHECK(as_rows(square, shape<3, 3>).view.rows == 1);
    CHECK(as_rows(square, shape<3>).view.rows == 3);
    CHECK(as_rows(square, shape<1, 3>).view.rows == 3);
    CHECK(as_rows(square, shape<3, 1>).view.rows == 3);
    const auto last = filled(xt::xtensor<float, 3>({3, 3, 1}));
    const auto first = filled(xt::xtensor<float, 3>({1, 3, 3}));
    const auto middle = filled(xt::xtensor<float, 3>({3, 1, 3}));
    CHECK(as_rows(last, shape<3, 3, 1>).view.rows == 1);
    CHECK(as_rows(first, shape<3, 3, 1>).view.rows == 1);
    CHECK(as_rows(middle, shape<3>).view.rows == 3);
}

TEST_CASE("wrong shapes are refused, with both shapes") {
    refused(xt::xtensor<float, 3>({samples, 6, 4}),
            "strata: an xtensor of 5 x 6 x 4 does not hold samples of 4 x 6 x 1");
    refused(xt::xtensor<float, 4>({samples, 4, 6, 2}),
            "strata: an xtensor of 5 x 4 x 6 x 2 does not hold samples of 4 x 6 x 1");
    refused(xt::xtensor<float, 4>({samples, 1, 6, 4}),
            "strata: an xtensor of 5 x 1 x 6 x 4 does not hold samples of 4 x 6 x 1");
    refused(xt::xtensor<float, 2>({samples, 23}),
            "strata: an xtensor of 5 x 23 does not hold samples of 4 x 6 x 1");
    refused(xt::xtensor<float, 2>({6, 4}), "strata: an xtensor of 6 x 4 does not hold samples of 4 x 6 x 1");
    refused(list_of(23), "strata: an xtensor of 23 does not hold samples of 4 x 6 x 1");
    refused(xt::xtensor<float, 4>({2, samples, 4, 6}),
            "strata: an xtensor of 2 x 5 x 4 x 6 does not hold samples of 4 x 6 x 1");
}

TEST_CASE("targets of another shape or number are refused, and no weight moves") {
    const std::vector<float> x = plain(samples);
    model<net> trained = weights().clone();
    workspace<net, batch<samples>> work;
    optimizer opt{trained, sgd{}};
    const xt::xtensor<float, 4> wrong({samples, 2, 3, 2});
    CHECK_THROWS_WITH_AS(train_step(trained, work, opt, mse{}, x, wrong),
                         "strata: an xtensor of 5 x 2 x 3 x 2 does not hold samples of 3 x 2 x 2",
                         std::invalid_argument);
    const xt::xtensor<float, 4> fewer = xt::zeros<float>({4, 3, 2, 2});
    CHECK_THROWS_WITH_AS(train_step(trained, work, opt, mse{}, x, fewer), "strata: 4 targets for 5 samples",
                         std::invalid_argument);
    CHECK(same_weights(trained, weights()));
}

#if STRATA_TEST_XARRAY
TEST_CASE("xt::xarray, whose rank is known at run time only") {
    for (const std::vector<std::size_t>& shape :
         {std::vector<std::size_t>{samples, 4, 6, 1}, {samples, 4, 6}, {samples, width}}) {
        const auto x = filled(xt::xarray<float>(shape));
        check_all_uses(x, samples);
        CHECK(in_place(x));
    }
    check_all_uses(filled(xt::xarray<float>(std::vector<std::size_t>{4, 6})), 1);
    xt::xarray<float, xt::layout_type::dynamic> dynamic(std::vector<std::size_t>{samples, 4, 6},
                                                        xt::layout_type::column_major);
    check_values(filled(dynamic), samples);
    refused(xt::xarray<float>(std::vector<std::size_t>{width, samples}),
            "strata: an xtensor of 24 x 5 does not hold samples of 4 x 6 x 1");
    refused(xt::xarray<float>(1.0f), "strata: an xtensor of a scalar does not hold samples of 4 x 6 x 1");
}

TEST_CASE("xt::strided_view: samples that are not contiguous are copied") {
    xt::xtensor<float, 3> large({samples, 9, 10});
    large.fill(-100);
    xt::view(large, xt::all(), xt::range(3, 7), xt::range(2, 8)) =
        filled(xt::xtensor<float, 3>({samples, 4, 6}));
    check_values(xt::strided_view(large, {xt::all(), xt::range(3, 7), xt::range(2, 8)}), samples);
}
#endif

} // namespace
