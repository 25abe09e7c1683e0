// Adam, with and without weight decay.
#include "strata/optimizers/adam.hpp"

#include "optimizers/adam_rule.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <vector>

namespace {

using optimizers::net;
using strata::adam;
using strata::model;
using strata::optimizer;

TEST_CASE("adam: ten steps are those of the formula") {
    for (const adam& options :
         {adam{.learning_rate = 0.01f}, adam{.learning_rate = 0.05f, .beta1 = 0.5f, .beta2 = 0.9f},
          adam{.learning_rate = 0.01f, .epsilon = 0.3f},
          adam{.learning_rate = 0.02f, .weight_decay = 0.5f}}) {
        CAPTURE(options.beta1);
        CAPTURE(options.epsilon);
        CAPTURE(options.weight_decay);
        model<net> weights{strata::zeros{}};
        optimizer opt{weights, options};
        optimizers::check_against(opt, weights, optimizers::adam_rule{options});
    }
}

TEST_CASE("adam: without options, PyTorch's: rate 0.001, betas 0.9 and 0.999, epsilon 1e-8, no decay") {
    model<net> weights{strata::zeros{}};
    optimizer opt{weights, adam{}};
    CHECK(opt.learning_rate() == 0.001f);
    optimizers::check_against(
        opt, weights,
        optimizers::adam_rule{
            {.learning_rate = 0.001f, .beta1 = 0.9f, .beta2 = 0.999f, .epsilon = 1e-8f, .weight_decay = 0}});
}

TEST_CASE("adam: the first step has the size of the learning rate, whatever the gradient's size") {
    for (const float size : {1e-3f, 1.0f, 1e6f}) {
        CAPTURE(size);
        model<net> weights{strata::zeros{}};
        optimizer opt{weights, adam{.learning_rate = 0.25f}};
        optimizers::whole_work work;
        for (float& gradient : work.parameter_gradients()) gradient = -size;
        work.note_gradients();
        opt.step(weights, work);
        for (std::size_t i = 0; i < net::parameter_floats; ++i)
            CHECK(weights.storage()[i] ==
                  doctest::Approx(optimizers::value_places()[i] ? 0.25 : 0.0).epsilon(1e-4));
    }
}

TEST_CASE("adam: weight decay shrinks weights that have no gradient") {
    model<net> weights{strata::zeros{}};
    for (float& weight : weights.storage()) weight = 2;
    optimizer opt{weights, adam{.learning_rate = 0.1f, .weight_decay = 0.5f}};
    optimizers::whole_work work;
    for (int i = 1; i <= 3; ++i) {
        work.note_gradients(); // all zero
        opt.step(weights, work);
        for (std::size_t k = 0; k < net::parameter_floats; ++k)
            CHECK(static_cast<double>(weights.storage()[k]) ==
                  doctest::Approx(optimizers::value_places()[k] ? 2 * std::pow(0.95, i) : 0).epsilon(1e-5));
    }
}

TEST_CASE("adam: what every optimizer promises") {
    optimizers::check_promises<optimizer<net, adam>>(adam{.learning_rate = 0.01f});
    optimizers::check_promises<optimizer<net, adam>>(adam{.learning_rate = 0.01f, .weight_decay = 0.01f});
}

} // namespace
