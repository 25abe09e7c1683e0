// What refuses misordered arguments leaves other calls alone.
#include "strata/train/fit.hpp"

#include "strata/layers/dense.hpp"
#include "strata/losses/mse.hpp"
#include "strata/model/predict.hpp"
#include "strata/optimizers/sgd.hpp"
#include "strata/train/accumulate.hpp"
#include "strata/train/evaluate.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace strata;

namespace {

struct net : network<input<3>, dense<2>> {};

// Beside the directive, with arguments that are converted: templates would fit better.
double fit(double slope, double offset) { return slope + offset; }
double predict(double slope, double x) { return slope * x; }
double evaluate(double x) { return x; }

struct named_model : model<net> {
    const char* name = "mine";
};
struct named_workspace : workspace<net, batch<4>> {};

} // namespace

TEST_CASE("functions of a program's own are called beside verbs of the same names") {
    CHECK(fit(1, 2) == 3.0);
    CHECK(predict(2, 3) == 6.0);
    CHECK(evaluate(4) == 4.0);
}

TEST_CASE("classes derived from a model and a workspace train and predict") {
    named_model weights;
    named_workspace work;
    optimizer opt{static_cast<const model<net>&>(weights), sgd{.learning_rate = 0.1f}};
    const std::vector<float> x(4 * 3, 0.5f), y(4 * 2, 0.25f);
    const float before = train_step(weights, work, opt, mse{}, x, y);
    const fit_history history = fit(weights, work, opt, mse{}, x, y, {.epochs = 3});
    CHECK(history.loss.back() < before);
    CHECK(accumulate(weights, work, mse{}, x, y) == doctest::Approx(evaluate(weights, mse{}, x, y)));
    CHECK(predict(weights, x).size() == y.size());
    CHECK(forward(weights, work, x).rows == 4);
}
