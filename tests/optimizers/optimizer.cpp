// What all optimizers have in common: whose they are, how they count, which numbers they take.
#include "strata/optimizers/optimizer.hpp"

#include "strata/core.hpp"
#include "support/small_networks.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <limits>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

namespace {

using namespace strata;

// clang-format off
struct small : network<strata::input<5>, dense<17>, strata::tanh, mark<"code">, dense<18>, strata::tanh, mark<"late">, dense<3>> {};
/// So large that train_step updates layer by layer; with running statistics, and a frozen layer in the middle.
struct large : network<strata::input<70>, dense<300>, batch_norm<>, relu, mark<"code">, frozen<dense<300>>, relu,
                       mark<"late">, dense<250>, strata::tanh, dense<3>> {};
// clang-format on
static_assert(large::gradient_floats >= std::size_t{1} << 16);
static_assert(small::gradient_floats < std::size_t{1} << 16);

constexpr std::size_t rows = 4;

template <class Part>
struct data {
    std::vector<float> x = tests::uniform_rows(rows, Part::input.count(), 2);
    std::vector<float> y = tests::uniform_rows(rows, Part::output.count(), 3);
};

// ---- counting ----

/// Trains a part of a network for some steps, then the whole, once. What was not trained before must move by exactly
/// what a fresh optimizer moves it from these weights; what was must not.
template <class Net, class Part, class Whole, class Make>
void check_thawed_weights_start_afresh(const Make& make, int steps) {
    CAPTURE(steps);
    model<Net> net{glorot_uniform{}, seed{1}};
    auto optimizer = make(net);
    const auto part_work = std::make_unique<workspace<Part, batch<rows>>>();
    const auto work = std::make_unique<workspace<Whole, batch<rows>>>();
    const data<Part> some;
    const data<Whole> all;
    std::vector<bool> trained(Net::parameter_floats);
    for (const placed_parameter& p : parameters_of<Part>)
        for (std::size_t i = 0; i < p.what.floats(); ++i)
            trained[parameter_offset<Part, Net>() + p.offset + i] = p.has_gradient;
    for (int i = 0; i < steps; ++i) train_step(net, *part_work, optimizer, mse{}, some.x, some.y);
    CHECK(optimizer.steps() == std::size_t(steps));
    const std::vector<float> between = tests::weights_of(net);

    model<Net> twin = net.clone();
    auto fresh = make(twin);
    train_step(net, *work, optimizer, mse{}, all.x, all.y);
    train_step(twin, *work, fresh, mse{}, all.x, all.y);
    CHECK(optimizer.steps() == std::size_t(steps) + 1);
    std::size_t newly = 0;
    std::size_t others = 0;
    for (std::size_t i = 0; i < between.size(); ++i) {
        if (trained[i]) {
            others += net.storage()[i] != twin.storage()[i];
            continue;
        }
        newly += net.storage()[i] != between[i];
        CHECK(net.storage()[i] == twin.storage()[i]);
    }
    CHECK(newly > 50);
    CHECK(others > 20);
}

TEST_CASE("weights that are trained later make the first step of a fresh optimizer") {
    const auto with_adam = [](auto& net) { return optimizer{net, adam{.learning_rate = 0.001f}}; };
    const auto with_adamw = [](auto& net) { return optimizer{net, adamw{.learning_rate = 0.001f}}; };
    for (const int steps : {1, 7, 1000}) {
        check_thawed_weights_start_afresh<small, from<small, "code">, small>(with_adam, steps);
        check_thawed_weights_start_afresh<small, until<small, "late">, small>(with_adam, steps);
        check_thawed_weights_start_afresh<small, between<small, "code", "late">, small>(with_adamw, steps);
    }
    check_thawed_weights_start_afresh<large, large, thawed<large>>(with_adam,
                                                                   20); // a frozen layer in the middle
    check_thawed_weights_start_afresh<large, from<large, "late">, large>(with_adamw, 20);
}

TEST_CASE("a thawed weight moves by the learning rate in its first step, after however many of the others") {
    model<small> net{glorot_uniform{}, seed{1}};
    optimizer opt{net, adam{}};
    workspace<from<small, "code">, batch<rows>> head_work;
    workspace<small, batch<rows>> work;
    const data<from<small, "code">> head;
    const data<small> all;
    for (int i = 0; i < 1000; ++i) train_step(net, head_work, opt, mse{}, head.x, head.y);
    const std::vector<float> before = tests::weights_of(net);
    train_step(net, work, opt, mse{}, all.x, all.y);
    double largest = 0;
    for (std::size_t i = 0; i < 5 * 32; ++i) // the first matrix
        largest = std::max(largest, std::abs(static_cast<double>(net.storage()[i] - before[i])));
    CHECK(largest == doctest::Approx(0.001).epsilon(1e-3));
}

// ---- a user's own rule ----

/// Remembers the step it is told, in its state.
struct remember {
    float learning_rate = 0.5f;
    [[nodiscard]] std::size_t states() const { return 1; }
    template <class Arch>
    void update(const weight_update<Arch>& u) const {
        float* const sum = u.state(0);
        for (std::size_t i = 0; i < u.count; ++i) {
            sum[i] += static_cast<float>(u.step);
            u.weights[i] = sum[i];
        }
    }
};

TEST_CASE("a rule is told the steps of these weights, each layer's own") {
    model<small> net;
    optimizer counts{net, remember{}};
    workspace<small, batch<rows>> work;
    workspace<from<small, "late">, batch<rows>> last;
    for (int i = 0; i < 3; ++i) {
        last.note_gradients();
        counts.step(net, last);
    }
    for (int i = 0; i < 2; ++i) {
        work.note_gradients();
        counts.step(net, work);
    }
    CHECK(counts.steps() == 5);
    CHECK(net.storage()[0] == 1 + 2);
    CHECK(net.storage()[parameter_offset<from<small, "late">, small>()] == 1 + 2 + 3 + 4 + 5);
    CHECK(counts.state()[0] == 3);
    CHECK(counts.state().size() == small::parameter_floats);
}

// ---- whose it is ----

template <class Net, class Make>
void check_another_model_is_refused(const Make& make) {
    model<Net> net{glorot_uniform{}, seed{1}};
    model<Net> other{glorot_uniform{}, seed{1}};
    auto optimizer = make(net);
    const auto work = std::make_unique<workspace<Net, batch<rows>>>();
    const data<Net> d;
    const std::vector<float> before = tests::weights_of(other);
    const auto said =
        doctest::Contains("strata: this optimizer was made for another model of the same network");
    CHECK_THROWS_WITH_AS(train_step(other, *work, optimizer, mse{}, d.x, d.y), said, std::invalid_argument);
    CHECK(work->gradients_empty());
    accumulate(other, *work, mse{}, d.x, d.y);
    CHECK_THROWS_WITH_AS(optimizer.step(other, *work), said, std::invalid_argument);
    CHECK_FALSE(work->gradients_empty());
    forward(other, *work, d.x);
    CHECK_THROWS_WITH_AS(backward_step(other, *work, optimizer, d.y), said, std::invalid_argument);
    CHECK_THROWS_WITH_AS(fit(other, *work, optimizer, mse{}, d.x, d.y, {.epochs = 1}), said,
                         std::invalid_argument);
    model<Net> clone = net.clone();
    CHECK_THROWS_WITH_AS(train_step(clone, *work, optimizer, mse{}, d.x, d.y), said, std::invalid_argument);
    CHECK(optimizer.steps() == 0);
    CHECK(tests::weights_of(other) == before);
    CHECK(tests::weights_of(clone) == before);
    train_step(net, *work, optimizer, mse{}, d.x, d.y);

    // It follows its model, and may move itself.
    model<Net> moved = std::move(net);
    auto moved_optimizer = std::move(optimizer);
    train_step(moved, *work, moved_optimizer, mse{}, d.x, d.y);
    CHECK(moved_optimizer.steps() == 2);
    // A model that is assigned brings its own weights along, and is another one.
    moved = std::move(other);
    CHECK_THROWS_WITH_AS(train_step(moved, *work, moved_optimizer, mse{}, d.x, d.y), said,
                         std::invalid_argument);
    moved_optimizer = make(moved);
    train_step(moved, *work, moved_optimizer, mse{}, d.x, d.y);
}

TEST_CASE_TEMPLATE("an optimizer of another model of the same network throws, and nothing changes", Net,
                   small, large) {
    check_another_model_is_refused<Net>([](auto& net) { return optimizer{net, sgd{}}; });
    check_another_model_is_refused<Net>([](auto& net) { return optimizer{net, sgd{.momentum = 0.9f}}; });
    check_another_model_is_refused<Net>([](auto& net) { return optimizer{net, adam{}}; });
    check_another_model_is_refused<Net>([](auto& net) { return optimizer{net, adamw{}}; });
    check_another_model_is_refused<Net>([](auto& net) { return optimizer{net, rmsprop{}}; });
    check_another_model_is_refused<Net>([](auto& net) { return optimizer{net, remember{}}; });
}

TEST_CASE("a network without weights has an optimizer that does nothing") {
    struct weightless : network<strata::input<4>, relu> {};
    model<weightless> net;
    optimizer opt{net, adam{}};
    workspace<weightless, batch<2>> work;
    const std::vector<float> x = tests::uniform_rows(2, 4, 1);
    CHECK(train_step(net, work, opt, mse{}, x, x) >= 0);
}

// ---- what was moved from ----

TEST_CASE_TEMPLATE("a model, a workspace or an optimizer that was moved from throws in every verb", Net,
                   small, large) {
    // NOLINTBEGIN(bugprone-use-after-move): that is what is tested
    const data<Net> d;
    std::vector<float> out(d.y.size());
    for (const bool assigned : {false, true}) {
        CAPTURE(assigned);
        model<Net> gone{glorot_uniform{}, seed{1}};
        model<Net> net{glorot_uniform{}, seed{1}};
        if (assigned)
            net = std::move(gone);
        else
            model<Net>{std::move(gone)};
        using Work = workspace<Net, batch<rows>>;
        const auto work = std::make_unique<Work>();
        const auto other_work = std::make_unique<workspace<Net, batch<2>, inference>>();
        optimizer opt{net, adam{}};

        const auto no_weights = doctest::Contains("strata: this model was moved from");
        CHECK_THROWS_WITH_AS(forward(gone, *work, d.x), no_weights, std::invalid_argument);
        CHECK_THROWS_WITH_AS(predict(gone, d.x), no_weights, std::invalid_argument);
        CHECK_THROWS_WITH_AS(predict(gone, *other_work, d.x, out), no_weights, std::invalid_argument);
        CHECK_THROWS_WITH_AS(evaluate(gone, mse{}, d.x, d.y), no_weights, std::invalid_argument);
        CHECK_THROWS_WITH_AS(accumulate(gone, *work, mse{}, d.x, d.y), no_weights, std::invalid_argument);
        CHECK_THROWS_WITH_AS(input_gradient(gone, *work, mse{}, d.x, d.y), no_weights, std::invalid_argument);
        CHECK_THROWS_AS(train_step(gone, *work, opt, mse{}, d.x, d.y), std::invalid_argument);
        CHECK_THROWS_AS(fit(gone, *work, opt, mse{}, d.x, d.y, {.epochs = 1}), std::invalid_argument);
        CHECK_THROWS_AS(fit(gone, *work, opt, mse{}, d.x, d.y, {.epochs = 1, .restore_best_weights = true}),
                        std::invalid_argument);
        CHECK_THROWS_WITH_AS((copy_weights<Net, Net>(net, gone)), no_weights, std::invalid_argument);
        CHECK_THROWS_WITH_AS((copy_weights<Net, Net>(gone, net)), no_weights, std::invalid_argument);
        CHECK_THROWS_WITH_AS(static_cast<void>(gone.clone()), no_weights, std::invalid_argument);
        CHECK_THROWS_WITH_AS(gone.initialize(he_uniform{}, seed{1}), no_weights, std::invalid_argument);
        std::vector<float> values(parameters_of<Net>[0].what.count());
        CHECK_THROWS_WITH_AS(gone.read(parameters_of<Net>[0], values), no_weights, std::invalid_argument);
        CHECK_THROWS_WITH_AS(gone.write(parameters_of<Net>[0], values), no_weights, std::invalid_argument);
        CHECK_THROWS_WITH_AS(spectral_norm<Net>{net}.apply(gone), no_weights, std::invalid_argument);
        CHECK_THROWS_AS((strata::optimizer{gone, adam{}}), std::invalid_argument);
        forward(net, *work, d.x);
        CHECK_THROWS_WITH_AS(backward(gone, *work, d.y), no_weights, std::invalid_argument);
        forward(net, *work, d.x);
        CHECK_THROWS_AS(backward_step(gone, *work, opt, d.y), std::invalid_argument);

        Work lost;
        accumulate(net, lost, mse{}, d.x, d.y);
        Work target;
        if (assigned)
            target = std::move(lost);
        else
            Work{std::move(lost)};
        const auto no_memory = doctest::Contains("strata: this workspace was moved from");
        CHECK(lost.rows() == 0);
        CHECK_THROWS_WITH_AS(forward(net, lost, d.x), no_memory, std::invalid_argument);
        CHECK_THROWS_WITH_AS(predict(net, lost, d.x, out), no_memory, std::invalid_argument);
        CHECK_THROWS_WITH_AS(backward(net, lost, d.y), no_memory, std::invalid_argument);
        CHECK_THROWS_WITH_AS(backward(net, lost, 1.0f), no_memory, std::invalid_argument);
        CHECK_THROWS_WITH_AS(backward_step(net, lost, opt, 1.0f), no_memory, std::invalid_argument);
        CHECK_THROWS_WITH_AS(accumulate(net, lost, mse{}, d.x, d.y), no_memory, std::invalid_argument);
        CHECK_THROWS_WITH_AS(input_gradient(net, lost, mse{}, d.x, d.y), no_memory, std::invalid_argument);
        CHECK_THROWS_WITH_AS(train_step(net, lost, opt, mse{}, d.x, d.y), no_memory, std::invalid_argument);
        CHECK_THROWS_WITH_AS(fit(net, lost, opt, mse{}, d.x, d.y, {.epochs = 1}), no_memory,
                             std::invalid_argument);
        CHECK_THROWS_WITH_AS(clip_gradients(lost, 1.0f), no_memory, std::invalid_argument);
        CHECK_THROWS_WITH_AS(opt.step(net, lost), no_memory, std::invalid_argument);
        lost.note_gradients();
        CHECK_THROWS_WITH_AS(opt.step(net, lost), no_memory, std::invalid_argument);
        if (assigned) {
            CHECK(target.rows() == rows);
            opt.step(net, target); // with the gradients that it was given
            CHECK(opt.steps() == 1);
        }

        optimizer old{net, adam{}};
        std::optional<optimizer<Net, adam>> taken;
        if (assigned) {
            taken.emplace(net, adam{});
            *taken = std::move(old);
        } else {
            taken.emplace(std::move(old));
        }
        const auto nobody = doctest::Contains("strata: this optimizer was moved from");
        CHECK_THROWS_WITH_AS(train_step(net, *work, old, mse{}, d.x, d.y), nobody, std::invalid_argument);
        accumulate(net, *work, mse{}, d.x, d.y);
        CHECK_THROWS_WITH_AS(old.step(net, *work), nobody, std::invalid_argument);
        auto& itself = *taken;
        *taken = std::move(itself);
        taken->step(net, *work);
        CHECK(taken->steps() == 1);
    }
    // NOLINTEND(bugprone-use-after-move)
}

// ---- senseless numbers ----

constexpr float nan = std::numeric_limits<float>::quiet_NaN();
constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr float not_below_0[] = {nan, infinity, -infinity, -1.0f, -1e-20f};
constexpr float not_a_fraction[] = {nan, infinity, -infinity, -1.0f, -1e-20f, 1.0f, 1.5f};

template <class Optimizer, class Options>
void check_refused(const Options& options, const char* what) {
    model<small> net;
    CHECK_THROWS_WITH_AS((Optimizer{net, options}), doctest::Contains(what), std::invalid_argument);
}

TEST_CASE("optimizers of senseless numbers are refused, by name") {
    for (const float wrong : not_below_0) {
        CAPTURE(wrong);
        check_refused<optimizer<small, sgd>>(sgd{.learning_rate = wrong}, "sgd's learning_rate is");
        check_refused<optimizer<small, adam>>(adam{.learning_rate = wrong}, "Adam's learning_rate is");
        check_refused<optimizer<small, adam>>(adam{.epsilon = wrong}, "Adam's epsilon is");
        check_refused<optimizer<small, adam>>(adam{.weight_decay = wrong}, "Adam's weight_decay is");
        check_refused<optimizer<small, adamw>>(adamw{.learning_rate = wrong}, "learning_rate is");
        check_refused<optimizer<small, adamw>>(adamw{.weight_decay = wrong}, "weight_decay is");
        check_refused<optimizer<small, rmsprop>>(rmsprop{.learning_rate = wrong},
                                                 "RMSprop's learning_rate is");
        check_refused<optimizer<small, rmsprop>>(rmsprop{.epsilon = wrong}, "RMSprop's epsilon is");
        model<small> net;
        optimizer opt{net, adam{}};
        CHECK_THROWS_WITH_AS(opt.learning_rate(wrong), doctest::Contains("the learning rate is"),
                             std::invalid_argument);
        CHECK(opt.learning_rate() == 0.001f);
    }
    for (const float wrong : not_a_fraction) {
        CAPTURE(wrong);
        check_refused<optimizer<small, sgd>>(sgd{.momentum = wrong}, "sgd's momentum is");
        check_refused<optimizer<small, sgd>>(sgd{.momentum = wrong, .nesterov = true}, "sgd's momentum is");
        check_refused<optimizer<small, adam>>(adam{.beta1 = wrong}, "Adam's beta1 is");
        check_refused<optimizer<small, adam>>(adam{.beta2 = wrong}, "Adam's beta2 is");
        check_refused<optimizer<small, adamw>>(adamw{.beta2 = wrong}, "beta2 is");
        check_refused<optimizer<small, rmsprop>>(rmsprop{.decay = wrong}, "RMSprop's decay is");
    }
    check_refused<optimizer<small, sgd>>(sgd{.nesterov = true},
                                         "nesterov looks ahead along the momentum, which is 0");
    model<small> net;
    optimizer{net, adam{.learning_rate = 0, .beta1 = 0, .beta2 = 0, .epsilon = 0}};
    optimizer{net, sgd{.learning_rate = 0}};
    optimizer{net, rmsprop{.decay = 0, .epsilon = 0}};
}

TEST_CASE("fit refuses a schedule that gives a senseless rate, before anything changes") {
    model<small> net{glorot_uniform{}, seed{1}};
    const std::vector<float> before = tests::weights_of(net);
    optimizer opt{net, adam{}};
    workspace<small, batch<rows>> work;
    const data<small> d;
    const auto run = [&](auto schedule) {
        fit(net, work, opt, mse{}, d.x, d.y, {.epochs = 1, .learning_rate = schedule});
    };
    CHECK_THROWS_AS(run(step_decay{0.1f, 0}), std::invalid_argument);
    CHECK_THROWS_AS(run(warm_up{4, cosine_decay{nan, 4}}), std::invalid_argument);
    CHECK_THROWS_AS(run([](std::size_t) { return -0.5f; }), std::invalid_argument);
    CHECK(tests::weights_of(net) == before);
    CHECK(opt.steps() == 0);
}

TEST_CASE("with an epsilon of 0, weights without a gradient stay as they are") {
    const auto check = [](auto make) {
        model<small> net{glorot_uniform{}, seed{1}};
        const std::vector<float> before = tests::weights_of(net);
        auto optimizer = make(net);
        workspace<small, batch<rows>> work;
        work.note_gradients(); // all zero
        optimizer.step(net, work);
        CHECK(tests::weights_of(net) == before);
        work.parameter_gradients()[0] = 1e-6f;
        work.note_gradients();
        optimizer.step(net, work);
        CHECK(net.storage()[0] < before[0]);
        CHECK(net.storage()[1] == before[1]);
    };
    check([](auto& net) { return optimizer{net, adam{.epsilon = 0}}; });
    check([](auto& net) { return optimizer{net, rmsprop{.epsilon = 0}}; });
}

// ---- backward without forward ----

TEST_CASE_TEMPLATE("backward without a forward pass of training before it throws", Net, small, large) {
    model<Net> net{glorot_uniform{}, seed{1}};
    const data<Net> d;
    optimizer opt{net, adam{}};
    const auto work = std::make_unique<workspace<Net, batch<rows>>>();
    const auto said = doctest::Contains("call forward(net, work, x) first");
    const auto check_refused = [&] {
        CHECK_THROWS_WITH_AS(backward(net, *work, 1.0f), said, std::logic_error);
        CHECK_THROWS_WITH_AS(backward(net, *work, d.y), said, std::logic_error);
        CHECK_THROWS_WITH_AS(backward(net, *work, std::vector<float>{}), said, std::logic_error);
        CHECK_THROWS_WITH_AS(backward_step(net, *work, opt, 1.0f), said, std::logic_error);
        CHECK(work->gradients_empty());
        CHECK(opt.steps() == 0);
    };
    check_refused();
    std::vector<float> out(d.y.size());
    predict(net, *work, d.x, out); // what it leaves is no pass of training
    check_refused();
    forward(net, *work, d.x);
    predict(net, *work, d.x, out);
    check_refused();
    forward(net, *work, d.x);
    backward(net, *work, d.y);
    work->clear_gradients();
    check_refused(); // the pass is used up: gradients lie where activations were
    input_gradient(net, *work, mse{}, d.x, d.y);
    check_refused();
    forward(net, *work, d.x);
    CHECK_THROWS_AS(backward(net, *work, std::vector<float>(Net::output.count())), std::invalid_argument);
    backward(net, *work, d.y); // targets of another count use nothing up
    CHECK_FALSE(work->gradients_empty());
}

} // namespace
