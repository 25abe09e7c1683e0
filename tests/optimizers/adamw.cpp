// AdamW: Adam with weight decay by default.
#include "strata/optimizers/adamw.hpp"

#include "optimizers/adam_rule.hpp"

#include <doctest/doctest.h>

#include <cstddef>

namespace {

using optimizers::net;
using strata::adam;
using strata::adam_options;
using strata::adamw;
using strata::model;

TEST_CASE("adamw: without options, Adam with a weight decay of 0.01") {
    model<net> weights{strata::zeros{}};
    adamw optimizer{weights};
    CHECK(optimizer.learning_rate() == 0.001f);
    optimizers::check_against(optimizer, weights,
                              optimizers::adam_rule{{.learning_rate = 0.001f, .weight_decay = 0.01f}});
}

TEST_CASE("adamw: the default decay tells: without it the weights would be others") {
    model<net> decayed{strata::zeros{}};
    for (float& weight : decayed.storage()) weight = 2;
    model<net> kept = decayed.clone();
    adamw optimizer{decayed};
    adam without{kept};
    optimizers::whole_work work;
    work.note_gradients(); // all zero
    optimizer.step(decayed, work);
    work.note_gradients();
    without.step(kept, work);
    for (std::size_t i = 0; i < net::parameter_floats; ++i) {
        CHECK(kept.storage()[i] == 2.0f);
        CHECK(decayed.storage()[i] == doctest::Approx(2 * (1 - 0.001 * 0.01)).epsilon(1e-7));
        CHECK(decayed.storage()[i] < 2.0f);
    }
}

TEST_CASE("adamw: with options, theirs") {
    const adam_options options{.learning_rate = 0.02f, .beta1 = 0.8f, .weight_decay = 0.25f};
    model<net> weights{strata::zeros{}};
    adamw optimizer{weights, options};
    optimizers::check_against(optimizer, weights, optimizers::adam_rule{options});
}

TEST_CASE("adamw: what every optimizer promises") {
    optimizers::check_promises<adamw<net>>(adam_options{.learning_rate = 0.01f, .weight_decay = 0.01f});
}

} // namespace
