// AdamW: Adam with weight decay by default.
#include "strata/optimizers/adamw.hpp"

#include "optimizers/adam_rule.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>

namespace {

using optimizers::net;
using strata::adam;
using strata::adamw;
using strata::model;
using strata::optimizer;

TEST_CASE("adamw: without options, Adam with a weight decay of 0.01") {
    model<net> weights{strata::zeros{}};
    optimizer opt{weights, adamw{}};
    CHECK(opt.learning_rate() == 0.001f);
    optimizers::check_against(opt, weights,
                              optimizers::adam_rule{{.learning_rate = 0.001f, .weight_decay = 0.01f}});
}

TEST_CASE("adamw: the default decay tells: without it the weights would be others") {
    model<net> decayed{strata::zeros{}};
    for (float& weight : decayed.storage()) weight = 2;
    model<net> kept = decayed.clone();
    optimizer opt{decayed, adamw{}};
    optimizer without{kept, adam{}};
    optimizers::whole_work work;
    work.note_gradients(); // all zero
    opt.step(decayed, work);
    work.note_gradients();
    without.step(kept, work);
    for (std::size_t i = 0; i < net::parameter_floats; ++i) {
        if (!optimizers::value_places()[i]) continue;
        CHECK(kept.storage()[i] == 2.0f);
        CHECK(decayed.storage()[i] == doctest::Approx(2 * (1 - 0.001 * 0.01)).epsilon(1e-7));
        CHECK(decayed.storage()[i] < 2.0f);
    }
}

TEST_CASE("adamw: with options, theirs") {
    model<net> weights{strata::zeros{}};
    optimizer opt{weights, adamw{.learning_rate = 0.02f, .beta1 = 0.8f, .weight_decay = 0.25f}};
    optimizers::check_against(
        opt, weights, optimizers::adam_rule{{.learning_rate = 0.02f, .beta1 = 0.8f, .weight_decay = 0.25f}});
    model<net> without{strata::zeros{}};
    optimizer none{without, adamw{.weight_decay = 0}};
    optimizers::check_against(none, without, optimizers::adam_rule{{}});
}

TEST_CASE("adamw: a decay of 0.01, whichever other option is set") {
    const auto check = [](const strata::adamw& options, adam formula) {
        formula.weight_decay = 0.01f;
        model<net> weights{strata::zeros{}};
        optimizer opt{weights, options};
        optimizers::check_against(opt, weights, optimizers::adam_rule{formula});
        // What the decay does is far below the tolerance of one step: weights without gradients show it.
        model<net> large{strata::zeros{}};
        for (float& weight : large.storage()) weight = 2;
        optimizer decays{large, options};
        optimizers::whole_work work;
        for (int i = 0; i < 5; ++i) {
            work.note_gradients(); // all zero
            decays.step(large, work);
        }
        CHECK(large.storage()[0] ==
              doctest::Approx(2 * std::pow(1 - double(formula.learning_rate) * 0.01, 5)).epsilon(1e-6));
    };
    check({.learning_rate = 0.01f}, {.learning_rate = 0.01f});
    check({.learning_rate = 0.5f, .beta1 = 0.5f}, {.learning_rate = 0.5f, .beta1 = 0.5f});
    check({.beta2 = 0.9f}, {.beta2 = 0.9f});
    check({.epsilon = 0.1f}, {.epsilon = 0.1f});
}

TEST_CASE("adamw: what every optimizer promises") {
    optimizers::check_promises<optimizer<net, adamw>>(strata::adamw{.learning_rate = 0.01f});
}

} // namespace
