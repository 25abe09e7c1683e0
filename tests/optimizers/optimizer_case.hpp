// What tests of optimizers share: a network whose gradients are set by hand, the comparison with a rule in
// double, and what holds for every optimizer.
#pragma once

#include "strata/graph/slice.hpp"
#include "strata/initializers/glorot_uniform.hpp"
#include "strata/layers/dense.hpp"
#include "strata/layers/relu.hpp"
#include "strata/losses/mse.hpp"
#include "strata/model/model.hpp"
#include "strata/model/workspace.hpp"
#include "strata/random/fill.hpp"
#include "strata/train/train_step.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace optimizers {

using namespace strata;

struct net : network<input<5>, dense<17>, relu, mark<"first">, dense<18>, relu, mark<"second">, dense<3>> {};
using first_part = until<net, "first">;
using middle_part = between<net, "first", "second">;
using last_part = from<net, "second">;

using whole_work = workspace<net, batch<4>>;

/// Puts random gradients into a workspace, as a backward pass would leave them; the number says which.
template <class Work>
void set_gradients(Work& work, std::uint64_t number) {
    fill_uniform(work.parameter_gradients(), -1, 1, seed{number}, streams::user);
    work.note_gradients();
}

inline std::vector<float> copy_of(std::span<const float> values) { return {values.begin(), values.end()}; }

/// Which floats of the network's weights hold a value; the others are padding.
inline std::vector<bool> value_places() {
    std::vector<bool> holds(net::parameter_floats);
    for (const placed_parameter& p : parameters_of<net>)
        for (std::size_t i = 0; i < p.what.count(); ++i) holds[p.offset + p.what.place(i)] = true;
    return holds;
}

/// Lets an optimizer and a rule make ten steps each from the same weights along the same gradients. A rule
/// has step(weight, gradient, i, t): the i-th weight in double, t counted from 1. Every float in storage is
/// compared, after every step; the padding, where gradients lie too, is to be 0.
template <class Optimizer, class Rule>
void check_against(Optimizer& optimizer, model<net>& weights, Rule rule, double tolerance = 2e-6) {
    fill_uniform(weights.storage(), -1, 1, seed{1}, streams::user);
    const std::vector<bool> holds = value_places();
    std::vector<double> expected(weights.storage().begin(), weights.storage().end());
    whole_work work;
    for (std::size_t t = 1; t <= 10; ++t) {
        set_gradients(work, t);
        const std::vector<float> gradients = copy_of(work.parameter_gradients());
        optimizer.step(weights, work);
        CHECK(optimizer.steps() == t);
        CHECK(work.gradients_empty());
        double worst = 0;
        double furthest = 0;
        for (std::size_t i = 0; i < expected.size(); ++i) {
            const double before = expected[i];
            rule.step(expected[i], static_cast<double>(gradients[i]), i, t);
            if (!holds[i]) expected[i] = 0;
            worst = std::max(worst, std::abs(static_cast<double>(weights.storage()[i]) - expected[i]));
            furthest = std::max(furthest, std::abs(expected[i] - before));
        }
        CAPTURE(t);
        CHECK(worst <= tolerance);
        CHECK(furthest > 100 * tolerance); // else the comparison would prove nothing
    }
}

/// The floats of a part's weights: where they start in the whole, and how many.
template <class Part>
struct range {
    static constexpr std::size_t begin = parameter_offset<Part, net>();
    static constexpr std::size_t end = begin + Part::parameter_floats;
};

/// Steps a part of the network through a workspace of its own: no other weight may move, and those of the
/// part must move as they do when the whole network steps along the same gradients.
template <class Part, class Optimizer, class Options>
void check_part(const Options& options) {
    model<net> by_part{glorot_uniform{}, seed{3}};
    model<net> by_whole{glorot_uniform{}, seed{3}};
    const std::vector<float> before = copy_of(by_part.storage());
    Optimizer part_optimizer{by_part, options};
    Optimizer whole_optimizer{by_whole, options};
    workspace<Part, batch<4>> part_work;
    whole_work work;
    for (std::uint64_t t = 1; t <= 3; ++t) {
        set_gradients(work, t);
        const std::span<const float> gradients = work.parameter_gradients();
        std::copy_n(gradients.data() + range<Part>::begin, Part::parameter_floats,
                    part_work.parameter_gradients().data());
        part_work.note_gradients();
        whole_optimizer.step(by_whole, work);
        part_optimizer.step(by_part, part_work);
    }
    const std::vector<bool> holds = value_places();
    std::size_t moved = 0;
    for (std::size_t i = 0; i < before.size(); ++i) {
        const bool in_part = range<Part>::begin <= i && i < range<Part>::end;
        CHECK(by_part.storage()[i] == (in_part ? by_whole.storage()[i] : before[i]));
        moved += by_part.storage()[i] != before[i];
    }
    const auto begin = holds.begin() + std::ptrdiff_t{range<Part>::begin};
    CHECK(2 * moved > std::size_t(std::count(begin, begin + std::ptrdiff_t{Part::parameter_floats}, true)));
}

/// What every optimizer promises, whatever its rule; `options` with a learning rate that is not 0.
template <class Optimizer, class Options>
void check_promises(const Options& options) {
    {
        INFO("a step without gradients changes nothing, and is none");
        model<net> weights{glorot_uniform{}, seed{3}};
        Optimizer optimizer{weights, options};
        whole_work work;
        const std::vector<float> before = copy_of(weights.storage());
        optimizer.step(weights, work);
        CHECK(copy_of(weights.storage()) == before);
        CHECK(optimizer.steps() == 0);
        set_gradients(work, 1);
        optimizer.step(weights, work);
        const std::vector<float> after = copy_of(weights.storage());
        CHECK(after != before);
        optimizer.step(weights, work); // old gradients are no gradients
        CHECK(copy_of(weights.storage()) == after);
        CHECK(optimizer.steps() == 1);
    }
    {
        INFO("the learning rate can be read and set");
        model<net> weights{glorot_uniform{}, seed{3}};
        model<net> others = weights.clone();
        Optimizer set{weights, options};
        CHECK(set.learning_rate() == options.learning_rate);
        set.learning_rate(0.125f);
        CHECK(set.learning_rate() == 0.125f);
        Options given = options;
        given.learning_rate = 0.125f;
        Optimizer made{others, given};
        whole_work work;
        for (std::uint64_t t = 1; t <= 3; ++t) {
            set_gradients(work, t);
            set.step(weights, work);
            set_gradients(work, t);
            made.step(others, work);
        }
        CHECK(copy_of(weights.storage()) == copy_of(others.storage()));
        set.learning_rate(0.0f);
        set_gradients(work, 4);
        set.step(weights, work);
        CHECK(copy_of(weights.storage()) == copy_of(others.storage()));
    }
    {
        INFO("a part of the network steps alone");
        check_part<first_part, Optimizer>(options);
        check_part<middle_part, Optimizer>(options);
        check_part<last_part, Optimizer>(options);
    }
    {
        INFO("trained, the loss falls, and the padding of the weights stays zero");
        model<net> weights{glorot_uniform{}, seed{3}};
        Optimizer optimizer{weights, options};
        whole_work work;
        std::vector<float> x(4 * 5);
        std::vector<float> y(4 * 3);
        fill_uniform(x, -1, 1, seed{5});
        fill_uniform(y, -1, 1, seed{6});
        const float first = train_step(weights, work, optimizer, mse{}, x, y);
        float last = first;
        for (int i = 0; i < 200; ++i) last = train_step(weights, work, optimizer, mse{}, x, y);
        CHECK(last < 0.5f * first);
        const std::vector<bool> holds = value_places();
        CHECK(std::ranges::count(holds, false) > 0);
        for (std::size_t i = 0; i < weights.storage().size(); ++i)
            if (!holds[i]) CHECK(weights.storage()[i] == 0.0f);
    }
}

} // namespace optimizers
