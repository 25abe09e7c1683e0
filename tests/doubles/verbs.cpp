// What a model of doubles does in every verb: what its twin of floats does, with more digits.
#include "strata/strata.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <stdexcept>
#include <type_traits>
#include <vector>

#if __has_include(<xtensor/containers/xadapt.hpp>)
#include <xtensor/containers/xadapt.hpp>
#include <xtensor/views/xview.hpp>
#else
#include <xtensor/xadapt.hpp>
#include <xtensor/xview.hpp>
#endif

namespace {

using namespace strata;

struct net : network<input<7>, dense<19>, relu, batch_norm<>, mark<"code">, dense<3>> {};
using encoder = until<net, "code">;

template <class Real>
struct data {
    std::vector<Real> x = std::vector<Real>(50 * 7), y = std::vector<Real>(50 * 3);
    data() {
        std::vector<float> numbers(50 * 10);
        fill_uniform(numbers, -1.0f, 1.0f, seed{4});
        for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<Real>(numbers[i]);
        for (std::size_t i = 0; i < y.size(); ++i) y[i] = static_cast<Real>(numbers[x.size() + i]);
    }
};

/// Some training in every way. Returns what has come of it: losses and weights.
template <class Real>
std::vector<Real> train() {
    const data<Real> all;
    model<net, Real> weights{seed{1}};
    workspace<net, batch<16>, training, Real> work;
    optimizer opt{weights, adam{.learning_rate = 0.01f}};
    std::vector<Real> found;
    for (const auto batch : minibatches<16>(as_rows(all.x, net::input), as_rows(all.y, net::output), seed{2}))
        found.push_back(train_step(weights, work, opt, mse{}, batch.x, batch.y));
    accumulate(weights, work, huber{}, std::vector<Real>(all.x.begin(), all.x.begin() + 7 * 9), Real(0.5));
    found.push_back(static_cast<Real>(clip_gradients(work, 0.25f)));
    opt.step(weights, work);
    const fit_history history =
        fit(weights, work, opt, mse{} + 0.1f * at<"code">(l1{}), all.x, all.y,
            {.epochs = 3,
             .clip_norm = 1.0f,
             .restore_best_weights = true,
             .validation = {all.x, all.y},
             .metrics = {{"first", [](const rows_view& y, const rows_view&) { return double(y[0][0]); }}}});
    for (const epoch_report& report : history.epochs) {
        found.push_back(static_cast<Real>(report.loss));
        found.push_back(static_cast<Real>(*report.validation_loss));
        found.push_back(static_cast<Real>(report.metric("first").training));
    }
    fit(weights, work, opt, mse{}, all.x, all.y, {.epochs = 1, .validation_split = 0.25f});
    found.push_back(evaluate(weights, mse{}, all.x, all.y));
    const auto slope = input_gradient(weights, work, mse{}, std::vector<Real>(14, Real(0.25)), Real(1));
    found.push_back(slope.loss);
    found.insert(found.end(), slope[1].begin(), slope[1].end());
    const std::vector<Real> codes = predict<encoder>(weights, all.x);
    found.insert(found.end(), codes.begin(), codes.begin() + 40);
    const auto& storage = weights.storage();
    found.insert(found.end(), storage.begin(), storage.end());
    return found;
}

TEST_CASE("training in double follows training in float") {
    const std::vector<double> exact = train<double>();
    const std::vector<float> rounded = train<float>();
    REQUIRE(exact.size() == rounded.size());
    for (std::size_t i = 0; i < exact.size(); ++i) {
        CAPTURE(i);
        CHECK(static_cast<double>(rounded[i]) == doctest::Approx(exact[i]).epsilon(2e-3).scale(1));
    }
}

TEST_CASE("the same seed gives the same bits, and weights begin as those of floats") {
    CHECK(train<double>() == train<double>());
    const model<net, double> of_doubles{he_normal{}, seed{5}};
    const model<net> of_floats{he_normal{}, seed{5}};
    for (std::size_t i = 0; i < of_floats.storage().size(); ++i)
        CHECK(of_doubles.storage()[i] == static_cast<double>(of_floats.storage()[i]));
}

TEST_CASE("padding is zero after training, and blocks begin on a line") {
    const data<double> all;
    model<net, double> weights{seed{1}};
    workspace<net, batch<50>, training, double> work;
    optimizer opt{weights, adam{.learning_rate = 0.01f, .weight_decay = 0.1f}};
    for (int i = 0; i < 3; ++i) train_step(weights, work, opt, mse{}, all.x, all.y);
    std::vector<bool> used(weights.storage().size());
    for (const placed_parameter& p : parameters_of<net>)
        for (std::size_t i = 0; i < p.what.count(); ++i) used[p.offset + p.what.place(i)] = true;
    for (std::size_t i = 0; i < used.size(); ++i)
        if (!used[i]) CHECK(weights.storage()[i] == 0);
    CHECK(reinterpret_cast<std::uintptr_t>(weights.storage().data()) % 64 == 0);
    CHECK(work.bytes() > 0);
}

TEST_CASE("a row's result does not depend on the rows beside it") {
    const data<double> all;
    const model<net, double> weights{seed{1}};
    const std::vector<double> together = predict(weights, all.x);
    for (std::size_t rows : {1u, 2u, 5u, 13u, 33u}) {
        const std::vector<double> some =
            predict(weights, std::vector<double>(all.x.begin(), all.x.begin() + std::ptrdiff_t(7 * rows)));
        CHECK(some == std::vector<double>(together.begin(), together.begin() + std::ptrdiff_t(3 * rows)));
    }
    workspace<net, batch<8>, inference, double> work;
    std::vector<double> out(50 * 3);
    predict(weights, work, all.x, out);
    CHECK(out == together);
}

TEST_CASE("weights are copied from float to double and back") {
    model<net> of_floats{seed{1}};
    model<net, double> of_doubles{zeros{}};
    copy_weights<net, net>(of_doubles, of_floats);
    model<net> back{zeros{}};
    copy_weights<net, net>(back, of_doubles);
    CHECK(std::vector<float>(back.storage().begin(), back.storage().end()) ==
          std::vector<float>(of_floats.storage().begin(), of_floats.storage().end()));
}

TEST_CASE("xtensors of double come in and go out") {
    const data<double> all;
    const model<net, double> weights{seed{1}};
    const xt::xtensor<double, 2> x = xt::adapt(all.x, std::array<std::size_t, 2>{50, 7});
    const auto y = predict(weights, x);
    static_assert(std::is_same_v<std::remove_cv_t<decltype(y)>, xt::xtensor<double, 2>>);
    const std::vector<double> expected = predict(weights, all.x);
    for (std::size_t r = 0; r < 50; ++r)
        for (std::size_t i = 0; i < 3; ++i) CHECK(y(r, i) == expected[r * 3 + i]);
    // A view that is not contiguous is copied.
    const auto every_other = predict(weights, xt::view(x, xt::range(0, 50, 2), xt::all()));
    CHECK(every_other(3, 1) == expected[6 * 3 + 1]);
    CHECK(argmax(y).size() == 50);
}

TEST_CASE("class indices, and validation data of the other number type") {
    const data<double> all;
    const data<float> of_floats;
    const std::vector<int> classes(50, 2);
    model<net, double> weights{seed{1}};
    workspace<net, batch<16>, training, double> work;
    optimizer opt{weights, sgd{.learning_rate = 0.1f}};
    fit(weights, work, opt, cross_entropy{}, all.x, classes,
        {.epochs = 5, .validation = {all.x, classes}, .metrics = {accuracy{}}});
    CHECK(evaluate(weights, cross_entropy{}, all.x, classes) < 0.5);
    CHECK_THROWS_WITH_AS(
        fit(weights, work, opt, cross_entropy{}, all.x, classes, {.validation = {of_floats.x, classes}}),
        "strata: the validation data are floats, and the model computes in double", std::invalid_argument);
}

TEST_CASE("what is not finite is named") {
    data<double> all;
    model<net, double> weights{seed{1}};
    workspace<net, batch<50>, training, double> work;
    optimizer opt{weights, sgd{}};
    all.x[9] = std::nan("");
    CHECK_THROWS_WITH_AS(
        train_step(weights, work, opt, mse{}, all.x, all.y),
        "strata: the samples have nan in row 1, value 2 (both from 0): no weight was changed",
        std::runtime_error);
    all.x[9] = 1e200; // a float would be infinite
    train_step(weights, work, opt, mae{}, all.x, all.y);
}

struct smooth : network<input<5>, dense<7>, strata::tanh, dense<1>> {};

TEST_CASE("what GANs need") {
    model<smooth, double> critic{seed{1}};
    workspace<smooth, batch<4>, training, double> work;
    gradient_penalty<smooth, batch<4>, double> penalty{10.0f};
    const std::vector<double> x(4 * 5, 0.3);
    const double value = penalty.accumulate(critic, work, x);
    CHECK(value > 0);
    model<smooth> of_floats{seed{1}};
    workspace<smooth, batch<4>> work_of_floats;
    gradient_penalty<smooth, batch<4>> penalty_of_floats{10.0f};
    CHECK(static_cast<double>(
              penalty_of_floats.accumulate(of_floats, work_of_floats, std::vector<float>(4 * 5, 0.3f))) ==
          doctest::Approx(value).epsilon(1e-5));
    spectral_norm norm{critic, 0.5f};
    norm.apply(critic, 50);
    CHECK(norm.value(0) == doctest::Approx(0.5).epsilon(1e-6));
}

} // namespace
