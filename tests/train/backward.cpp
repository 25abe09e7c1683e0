// Gradients: that they add up, stay where they belong, and agree with finite differences of a loss.

#include "strata/train/backward.hpp"

#include "strata/core.hpp"
#include "support/small_networks.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

using namespace strata;
using tests::conv_net, tests::dense_net;

namespace {

constexpr std::size_t rows = 6;

template <class Net>
struct problem {
    model<Net> net{glorot_uniform{}, seed{1}};
    workspace<Net, batch<rows>> work;
    std::vector<float> x = tests::uniform_rows(rows, Net::input.count(), 2);
    std::vector<float> y = tests::uniform_rows(rows, Net::output.count(), 3);

    std::vector<float> gradients() {
        return {work.parameter_gradients().begin(), work.parameter_gradients().end()};
    }
};

} // namespace

TEST_CASE("gradients of several batches add up until an optimizer steps") {
    problem<conv_net> p;
    accumulate(p.net, p.work, mse{}, p.x, p.y);
    const std::vector<float> once = p.gradients();
    accumulate(p.net, p.work, mse{}, p.x, p.y);
    const std::vector<float> twice = p.gradients();
    double largest = 0;
    for (std::size_t i = 0; i < once.size(); ++i) {
        CHECK(twice[i] == doctest::Approx(2 * once[i]).epsilon(1e-5));
        largest = std::max(largest, std::abs(double(once[i])));
    }
    CHECK(largest > 1e-3);
    CHECK_FALSE(p.work.gradients_empty());
    optimizer opt{p.net, sgd{.learning_rate = 0.0f}};
    opt.step(p.net, p.work);
    CHECK(p.work.gradients_empty());
    accumulate(p.net, p.work, mse{}, p.x, p.y);
    CHECK(p.gradients() == once);
}

TEST_CASE("backward from a given output gradient is accumulate from the loss") {
    problem<dense_net> p;
    accumulate(p.net, p.work, mse{}, p.x, p.y);
    const std::vector<float> expected = p.gradients();
    p.work.clear_gradients();
    const rows_view out = forward(p.net, p.work, p.x);
    std::vector<float> slope(p.y.size());
    for (std::size_t i = 0; i < slope.size(); ++i)
        slope[i] = 2.0f * (out[i / 5][i % 5] - p.y[i]) / static_cast<float>(slope.size());
    backward(p.net, p.work, slope);
    const std::vector<float> got = p.gradients();
    for (std::size_t i = 0; i < got.size(); ++i) CHECK(got[i] == doctest::Approx(expected[i]).epsilon(1e-5));
}

TEST_CASE("input_gradient works on a const model, is right, and leaves the weights' gradients alone") {
    problem<dense_net> p;
    accumulate(p.net, p.work, mse{}, p.x, p.y);
    const std::vector<float> before = p.gradients();
    const gradient_rows slope = input_gradient(std::as_const(p.net), p.work, mse{}, p.x, 0.25f);
    CHECK(p.gradients() == before);
    CHECK(slope.rows == rows);
    CHECK(slope.width == 17);
    const std::vector<float> target(p.y.size(), 0.25f);
    CHECK(slope.loss == doctest::Approx(evaluate(p.net, mse{}, p.x, target)));
    for (std::size_t i = 0; i < 17; i += 4) {
        std::vector<float> up = p.x, down = p.x;
        up[17 + i] += 0.01f;
        down[17 + i] -= 0.01f;
        const float difference =
            (evaluate(p.net, mse{}, up, target) - evaluate(p.net, mse{}, down, target)) / 0.02f;
        CHECK(slope[1][i] == doctest::Approx(difference).epsilon(0.01));
    }
}

TEST_CASE("train_step lowers the loss") {
    problem<conv_net> p;
    optimizer opt{p.net, adam{.learning_rate = 0.01f}};
    const float first = train_step(p.net, p.work, opt, mse{}, p.x, p.y);
    float last = first;
    for (int i = 0; i < 100; ++i) last = train_step(p.net, p.work, opt, mse{}, p.x, p.y);
    CHECK(last < 0.1f * first);
}

namespace {

// Large enough that train_step updates its layers one by one: with weights that are shared, with running
// statistics, and with layers in between that do not learn.
struct large : network<strata::input<70>, mark<"first">, dense<300>, batch_norm<>, relu, frozen<dense<300>>,
                       dense<250>, strata::tanh, mark<"code">, dense<300>, relu, tied_dense<70, "first">> {};
struct large_head : network<frozen<splice<until<large, "code">>>, dense<300>> {};

struct noisy_net
    : network<strata::input<9>, dense<20>, batch_norm<>, relu, mark<"code">, dropout<0.3>, dense<4>> {};

/// Steps of train_step on one model and of accumulate and step on its twin.
template <class Net, class Part = Net, class Loss>
void check_same_step(const Loss& loss, auto make_optimizer) {
    model<Net> at_once{glorot_uniform{}, seed{1}};
    model<Net> apart{glorot_uniform{}, seed{1}};
    auto optimizer_at_once = make_optimizer(at_once);
    auto optimizer_apart = make_optimizer(apart);
    const auto work_at_once = std::make_unique<workspace<Part, batch<rows>>>();
    const auto work_apart = std::make_unique<workspace<Part, batch<rows>>>();
    const std::vector<float> x = tests::uniform_rows(rows, Part::input.count(), 2);
    const std::vector<float> y = tests::uniform_rows(rows, Part::output.count(), 3);
    const std::vector<float> before = tests::weights_of(at_once);
    for (int i = 0; i < 4; ++i) {
        CAPTURE(i);
        if (i == 2) { // on top of another batch
            accumulate(at_once, *work_at_once, loss, x, y);
            accumulate(apart, *work_apart, loss, x, y);
        }
        const float value = train_step(at_once, *work_at_once, optimizer_at_once, loss, x, y);
        CHECK(value == accumulate(apart, *work_apart, loss, x, y));
        optimizer_apart.step(apart, *work_apart);
        CHECK(tests::weights_of(at_once) == tests::weights_of(apart));
        CHECK(work_at_once->gradients_empty());
        CHECK(optimizer_at_once.steps() == optimizer_apart.steps());
    }
    CHECK(tests::weights_of(at_once) != before);
    // No samples, but gradients from before.
    accumulate(at_once, *work_at_once, loss, x, y);
    accumulate(apart, *work_apart, loss, x, y);
    CHECK(train_step(at_once, *work_at_once, optimizer_at_once, loss, std::vector<float>{},
                     std::vector<float>{}) == 0.0f);
    optimizer_apart.step(apart, *work_apart);
    CHECK(tests::weights_of(at_once) == tests::weights_of(apart));
    CHECK(work_at_once->gradients_empty());
}

} // namespace

TEST_CASE("train_step is accumulate and step, bit for bit, layer by layer or all at once") {
    static_assert(large::gradient_floats >= std::size_t{1} << 16);
    static_assert(large_head::gradient_floats >= std::size_t{1} << 16);
    static_assert(conv_net::gradient_floats < std::size_t{1} << 16);
    const auto with_adam = [](auto& net) { return optimizer{net, adam{.learning_rate = 0.01f}}; };
    const auto with_momentum = [](auto& net) {
        return optimizer{net, sgd{.learning_rate = 0.01f, .momentum = 0.9f}};
    };
    check_same_step<large>(mse{}, with_adam);
    check_same_step<large>(mse{} + 1e-3f * on_weights(l2{}) + 1e-2f * at<"code">(l1{}), with_momentum);
    check_same_step<large, until<large, "code">>(mse{}, with_adam);
    check_same_step<large_head>(mse{}, with_adam);
    check_same_step<large_head, thawed<large_head>>(mse{}, with_momentum);
    check_same_step<conv_net>(mse{}, with_adam);
}

/// An optimizer of a user's own: Adam with a step of its own.
struct counting_adam {
    optimizer<large, adam> within;
    int calls = 0;
    template <class Arch = arch, class Model, class Work>
    void step(Model& net, Work& work) {
        ++calls;
        within.step<Arch>(net, work);
    }
};

TEST_CASE("train_step calls the step of an optimizer of a user's own") {
    model<large> net{glorot_uniform{}, seed{1}};
    const auto work = std::make_unique<workspace<large, batch<rows>>>();
    counting_adam own{{net, adam{}}};
    const std::vector<float> x = tests::uniform_rows(rows, large::input.count(), 2);
    train_step(net, *work, own, mse{}, x, std::vector<float>(rows * large::output.count()));
    CHECK(own.calls == 1);
    CHECK(own.within.steps() == 1);
}

TEST_CASE_TEMPLATE("backward_step is backward and step, bit for bit", Net, large, conv_net) {
    problem<Net> at_once;
    problem<Net> apart;
    optimizer optimizer_at_once{at_once.net, adam{.learning_rate = 0.01f}};
    optimizer optimizer_apart{apart.net, adam{.learning_rate = 0.01f}};
    const std::vector<float> before = tests::weights_of(apart.net);
    for (int i = 0; i < 3; ++i) {
        forward(at_once.net, at_once.work, at_once.x);
        backward_step(at_once.net, at_once.work, optimizer_at_once, at_once.y);
        forward(apart.net, apart.work, apart.x);
        backward(apart.net, apart.work, apart.y);
        optimizer_apart.step(apart.net, apart.work);
        CHECK(tests::weights_of(at_once.net) == tests::weights_of(apart.net));
        CHECK(at_once.work.gradients_empty());
    }
    CHECK(tests::weights_of(apart.net) != before);
}

namespace {

/// mse with its value or its gradient replaced, if wanted.
struct spoilt {
    float loss = 0.0f; ///< 0: as it is
    float slope = 0.0f;
    template <class Arch>
    float value(const rows_view& y, const rows_view& target, std::size_t samples) const {
        return loss != 0.0f ? loss : mse{}.value<Arch>(y, target, samples);
    }
    template <class Arch>
    float gradient(const rows_view& y, const rows_view& target, std::size_t samples,
                   const padded_rows<float>& out) const {
        const float right = mse{}.gradient<Arch>(y, target, samples, out);
        if (slope != 0.0f) out[y.rows - 1][y.width - 1] = slope;
        return loss != 0.0f ? loss : right;
    }
};

/// A penalty that is not finite.
struct infinite_penalty {
    float value = std::numeric_limits<float>::infinity();
    template <class Arch>
    float penalize(std::size_t, const float*, float*, float) const {
        return value;
    }
};

/// That steps which fail change neither weights, running statistics nor the optimizer: their like is a twin that
/// has never had them.
template <class Net>
void check_failed_steps(auto make_optimizer) {
    const float infinity = std::numeric_limits<float>::infinity();
    const float nan = std::numeric_limits<float>::quiet_NaN();
    problem<Net> p;
    const auto twin = std::make_unique<problem<Net>>();
    auto optimizer = make_optimizer(p.net);
    auto of_twin = make_optimizer(twin->net);
    const auto fails = [&](const auto& loss, const std::vector<float>& x, const auto& y) {
        const std::vector<float> before = tests::weights_of(p.net);
        const std::size_t steps = optimizer.steps();
        CHECK_THROWS_AS(train_step(p.net, p.work, optimizer, loss, x, y), std::runtime_error);
        CHECK(tests::weights_of(p.net) == before);
        CHECK(optimizer.steps() == steps);
        CHECK(p.work.gradients_empty());
    };
    for (int i = 0; i < 3; ++i) {
        CAPTURE(i);
        CHECK(train_step(p.net, p.work, optimizer, mse{}, p.x, p.y) ==
              train_step(twin->net, twin->work, of_twin, mse{}, twin->x, twin->y));
        for (const float bad : {nan, infinity, -infinity}) {
            std::vector<float> x = p.x, y = p.y;
            x[x.size() / 2] = bad;
            fails(mse{}, x, p.y);
            fails(0.5f * mae{} + 1e-3f * on_weights(l2{}), x, p.y);
            y[y.size() / 2] = bad;
            fails(mse{}, p.x, y);
            fails(bce_with_logits{}, p.x, y);
            fails(mse{}, p.x, bad); // one number for all
            fails(spoilt{.loss = bad}, p.x, p.y);
            fails(spoilt{.slope = bad}, p.x, p.y);
            fails(mse{} + on_weights(infinite_penalty{bad}), p.x, p.y);
            fails(mse{} + at<"code">(infinite_penalty{bad}), p.x, p.y);
            fails(2.0f * (mse{} + at<"code">(infinite_penalty{bad}) + on_weights(l2{})), p.x, p.y);

            const std::vector<float> before = tests::weights_of(p.net);
            forward(p.net, p.work, p.x);
            CHECK_THROWS_AS(backward_step(p.net, p.work, optimizer, y), std::runtime_error);
            CHECK_THROWS_AS(backward_step(p.net, p.work, optimizer, bad), std::runtime_error);
            CHECK(tests::weights_of(p.net) == before);
            CHECK(p.work.gradients_empty());
        }
        accumulate(p.net, p.work, mse{}, p.x, p.y); // gradients from before are gone as well
        fails(spoilt{.loss = nan}, p.x, p.y);
        p.work.seed(seed{1}, std::uint64_t(i));
        twin->work.seed(seed{1}, std::uint64_t(i));
    }
    CHECK(tests::weights_of(p.net) == tests::weights_of(twin->net));
}

} // namespace

TEST_CASE_TEMPLATE("a step whose samples, loss, terms or output gradient are not finite changes nothing", Net,
                   large, conv_net, noisy_net) {
    check_failed_steps<Net>([](auto& net) { return optimizer{net, adam{.learning_rate = 0.01f}}; });
    check_failed_steps<Net>(
        [](auto& net) { return optimizer{net, sgd{.learning_rate = 0.01f, .momentum = 0.9f}}; });
    check_failed_steps<Net>([](auto& net) { return optimizer{net, rmsprop{.learning_rate = 0.01f}}; });
}

TEST_CASE("accumulate looks at no number") {
    problem<dense_net> p;
    p.x[3] = std::numeric_limits<float>::quiet_NaN();
    CHECK(std::isnan(accumulate(p.net, p.work, mse{}, p.x, p.y)));
    CHECK_FALSE(p.work.gradients_empty());
}

TEST_CASE("targets that do not fit are refused") {
    problem<dense_net> p;
    CHECK_THROWS_WITH_AS(accumulate(p.net, p.work, mse{}, p.x, std::vector<float>(10)),
                         doctest::Contains("2 targets for 6 samples"), std::invalid_argument);
    CHECK(p.work.gradients_empty());
    CHECK(accumulate(p.net, p.work, mse{}, std::vector<float>{}, std::vector<float>{}) == 0.0f);
}

TEST_CASE("a generator learns through a critic that stays as it is") {
    struct generator : network<strata::input<3>, dense<9>, strata::tanh, dense<4>> {};
    struct critic : network<strata::input<4>, dense<7>, strata::tanh, dense<1>, sigmoid> {};
    model<generator> maker{glorot_uniform{}, seed{1}};
    model<critic> judge{glorot_uniform{}, seed{2}};
    workspace<generator, batch<rows>> maker_work;
    workspace<critic, batch<rows>> judge_work;
    const std::vector<float> noise = tests::uniform_rows(rows, 3, 5);
    const std::vector<float> before = tests::weights_of(judge);

    const rows_view fake = forward(maker, maker_work, noise);
    const auto slope = input_gradient(std::as_const(judge), judge_work, bce{}, fake, 1.0f);
    backward(maker, maker_work, slope);
    CHECK(judge_work.gradients_empty());

    // The loss of the whole chain, differentiated numerically by every weight of the generator's first layer.
    const auto chain = [&] {
        return evaluate(judge, bce{}, predict(maker, noise), std::vector<float>(rows, 1.0f));
    };
    const placed_parameter& weight = parameters_of<generator>[0];
    for (std::size_t i = 0; i < weight.what.count(); ++i) {
        float& w = maker.storage()[weight.offset + weight.what.place(i)];
        const float kept = w;
        w = kept + 0.01f;
        const float up = chain();
        w = kept - 0.01f;
        const float down = chain();
        w = kept;
        CHECK(maker_work.parameter_gradients()[weight.offset + weight.what.place(i)] ==
              doctest::Approx((up - down) / 0.02f).epsilon(0.02));
    }
    optimizer opt{maker, adam{}};
    opt.step(maker, maker_work);
    CHECK(tests::weights_of(judge) == before);

    // Real and generated rows add up in the critic before it steps.
    const std::vector<float> real = tests::uniform_rows(rows, 4, 6);
    accumulate(judge, judge_work, bce{}, real, 1.0f);
    const float of_real = judge_work.parameter_gradients()[0];
    workspace<critic, batch<rows>> other;
    accumulate(judge, other, bce{}, forward(maker, maker_work, noise), 0.0f);
    accumulate(judge, judge_work, bce{}, forward(maker, maker_work, noise), 0.0f);
    CHECK(judge_work.parameter_gradients()[0] == doctest::Approx(of_real + other.parameter_gradients()[0]));
}

namespace {

// clang-format off
struct frozen_prefix : network<
    strata::input<9>,
    frozen<dense<20>, batch_norm<>, strata::tanh>,
    mark<"code">, dense<17>, relu, dense<3>> {};
struct head : network<strata::input<20>, dense<17>, relu, dense<3>> {};
struct with_frozen_middle : network<
    strata::input<9>,
    dense<20>, strata::tanh,
    frozen<dense<18>, strata::tanh, batch_norm<>, dropout<0.5>>,
    dense<3>> {};
// clang-format on

/// Running statistics that are not those of the beginning.
template <class Net>
void set_statistics(model<Net>& net) {
    for (const placed_parameter& p : parameters_of<Net>) {
        if (p.what.what_for != role::running) continue;
        std::vector<float> values(p.what.count());
        const bool variance = p.what.start != 0.0f;
        fill_uniform(values, variance ? 0.5f : -0.5f, variance ? 2.0f : 0.5f, seed{7}, streams::user);
        net.write(p, values);
    }
}

/// For every parameter tensor, whether a bit of it differs.
template <class Net>
std::string changes(const model<Net>& net, const std::vector<float>& before) {
    std::string text;
    for (const placed_parameter& p : parameters_of<Net>) {
        const auto now = net.storage().subspan(p.offset, p.what.floats());
        text += std::equal(now.begin(), now.end(), before.begin() + std::ptrdiff_t(p.offset)) ? '-' : 'c';
    }
    return text;
}

} // namespace

TEST_CASE("frozen weights do not change by a bit, however long the others learn") {
    model<frozen_prefix> net{glorot_uniform{}, seed{1}};
    set_statistics(net);
    workspace<frozen_prefix, batch<rows>> work;
    optimizer opt{net, adam{.learning_rate = 0.01f, .weight_decay = 0.1f}};
    const std::vector<float> before = tests::weights_of(net);
    const std::vector<float> x = tests::uniform_rows(rows, 9, 2);
    const std::vector<float> y = tests::uniform_rows(rows, 3, 3);
    const float first = train_step(net, work, opt, mse{}, x, y);
    float last = first;
    for (int i = 0; i < 200; ++i) last = train_step(net, work, opt, mse{} + 1e-4f * on_weights(l2{}), x, y);
    CHECK(changes(net, before) == "------cccc");
    CHECK(last < 0.5f * first);

    model<with_frozen_middle> other{glorot_uniform{}, seed{1}};
    workspace<with_frozen_middle, batch<rows>> other_work;
    optimizer other_optimizer{other, rmsprop{}};
    const std::vector<float> other_before = tests::weights_of(other);
    for (int i = 0; i < 50; ++i) train_step(other, other_work, other_optimizer, mse{}, x, y);
    CHECK(changes(other, other_before) == "cc------cc");
}

TEST_CASE("what follows frozen layers learns as it does alone on their predictions, bit for bit") {
    model<frozen_prefix> net{glorot_uniform{}, seed{1}};
    set_statistics(net);
    model<head> alone{zeros{}};
    copy_weights<head, from<frozen_prefix, "code">>(alone, net);
    workspace<frozen_prefix, batch<rows>> work;
    workspace<head, batch<rows>> alone_work;
    optimizer opt{net, adam{}};
    optimizer alone_optimizer{alone, adam{}};
    const std::vector<float> x = tests::uniform_rows(rows, 9, 2);
    const std::vector<float> y = tests::uniform_rows(rows, 3, 3);
    const std::vector<float> codes = predict<until<frozen_prefix, "code">>(net, x);
    for (int i = 0; i < 30; ++i)
        CHECK(train_step(net, work, opt, mse{}, x, y) ==
              train_step(alone, alone_work, alone_optimizer, mse{}, codes, y));
    model<head> learned{zeros{}};
    copy_weights<head, from<frozen_prefix, "code">>(learned, net);
    CHECK(tests::weights_of(learned) == tests::weights_of(alone));
}

TEST_CASE("thawed, all learn, on the same model and with the same optimizer") {
    model<frozen_prefix> net{glorot_uniform{}, seed{1}};
    workspace<frozen_prefix, batch<rows>> work;
    workspace<thawed<frozen_prefix>, batch<rows>> fine_work;
    optimizer opt{net, sgd{.learning_rate = 0.05f}};
    const std::vector<float> x = tests::uniform_rows(rows, 9, 2);
    const std::vector<float> y = tests::uniform_rows(rows, 3, 3);
    for (int i = 0; i < 5; ++i) train_step(net, work, opt, mse{}, x, y);
    const std::vector<float> before = tests::weights_of(net);

    struct plain : network<splice<thawed<frozen_prefix>>> {};
    model<plain> same{zeros{}};
    copy_weights<plain, frozen_prefix>(same, net);
    workspace<plain, batch<rows>> same_work;
    optimizer same_optimizer{same, sgd{.learning_rate = 0.05f}};
    for (int i = 0; i < 5; ++i)
        CHECK(train_step(net, fine_work, opt, mse{}, x, y) ==
              train_step(same, same_work, same_optimizer, mse{}, x, y));
    // But for the first bias: batch_norm takes it out again, so that only rounding can move it.
    CHECK(changes(net, before).starts_with('c'));
    CHECK(changes(net, before).ends_with("cccccccc"));
    CHECK(tests::weights_of(net) == tests::weights_of(same));
    CHECK(opt.steps() == 10);

    const std::vector<float> after = tests::weights_of(net);
    train_step(net, work, opt, mse{}, x, y); // and frozen once more
    CHECK(changes(net, after) == "------cccc");
}

TEST_CASE("where nothing learns, the loss is still the loss, and a step changes nothing") {
    struct all_frozen : network<strata::input<3, 3, 1>, frozen<batch_norm<>>, upsample2d<4>> {};
    model<all_frozen> net{zeros{}};
    workspace<all_frozen, batch<rows>> work;
    optimizer opt{net, adam{}};
    const std::vector<float> before = tests::weights_of(net);
    const std::vector<float> x = tests::uniform_rows(rows, 9, 2);
    const std::vector<float> y = tests::uniform_rows(rows, 144, 3);
    CHECK(train_step(net, work, opt, mse{}, x, y) == evaluate(net, mse{}, x, y));
    CHECK(clip_gradients(work, 1.0f) == 0.0f);
    CHECK(tests::weights_of(net) == before);
}

TEST_CASE("tied weights learn from both layers; with a frozen owner, the bias alone does") {
    struct tied : network<strata::input<9>, mark<"first">, dense<40>, strata::tanh, tied_dense<9, "first">> {
    };
    struct owner_frozen
        : network<strata::input<9>, mark<"first">, frozen<dense<40>>, strata::tanh, tied_dense<9, "first">> {
    };
    struct user_frozen
        : network<strata::input<9>, mark<"first">, dense<40>, strata::tanh, frozen<tied_dense<9, "first">>> {
    };
    const std::vector<float> x = tests::uniform_rows(rows, 9, 2);
    const auto train = [&]<class Net>(model<Net>& net) {
        workspace<Net, batch<rows>> work;
        optimizer opt{net, adam{.learning_rate = 0.01f}};
        const std::vector<float> before = tests::weights_of(net);
        const float first = train_step(net, work, opt, mse{}, x, x);
        float last = first;
        for (int i = 0; i < 50; ++i) last = train_step(net, work, opt, mse{}, x, x);
        CHECK(last < first);
        return changes(net, before);
    };
    model<tied> net{glorot_uniform{}, seed{1}};
    CHECK(train(net) == "ccc");
    model<owner_frozen> with_frozen_owner{glorot_uniform{}, seed{1}};
    CHECK(train(with_frozen_owner) == "--c");
    model<user_frozen> with_frozen_user{glorot_uniform{}, seed{1}};
    CHECK(train(with_frozen_user) == "cc-");

    // Batches add up in what both layers leave there.
    workspace<tied, batch<rows>> work;
    accumulate(net, work, mse{}, x, x);
    const std::vector<float> once(work.parameter_gradients().begin(), work.parameter_gradients().end());
    accumulate(net, work, mse{}, x, x);
    for (std::size_t i = 0; i < once.size(); ++i)
        CHECK(work.parameter_gradients()[i] == doctest::Approx(2 * once[i]).epsilon(1e-4));
}

namespace {

/// The user's own loss, which sees rows alone.
struct sum_of_outputs {
    template <class Arch>
    float value(const rows_view& y, const rows_view&, std::size_t) const {
        float sum = 0;
        for (std::size_t r = 0; r < y.rows; ++r)
            for (const float output : y[r]) sum += output;
        return sum;
    }
    template <class Arch>
    float gradient(const rows_view& y, const rows_view& target, std::size_t samples,
                   const padded_rows<float>& out) const {
        for (std::size_t r = 0; r < y.rows; ++r) std::fill_n(out[r], y.width, 1.0f);
        return value<Arch>(y, target, samples);
    }
};

struct two_pixels : network<input<2, 1, 2>, mark<"pixels">, conv2d<2, 1>> {};

TEST_CASE("cross_entropy of an image is over each pixel's channels, whichever function asks") {
    model<two_pixels> net{zeros{}, seed{1}};
    workspace<two_pixels, batch<3>> work;
    const std::vector<float> x(3 * 4, 1.0f);
    std::vector<float> y;
    for (std::size_t pixel = 0; pixel < 6; ++pixel) y.insert(y.end(), {1.0f, 0.0f});
    const double expected = std::log(2.0); // as PyTorch's, for logits 0
    const auto same = [&](float loss, double factor) {
        CHECK(static_cast<double>(loss) == doctest::Approx(factor * expected).epsilon(1e-6));
    };
    same(accumulate(net, work, cross_entropy{}, x, y), 1);
    // The gradient of each logit is +-1/2 over 6 pixels.
    const placed_parameter& bias = parameters_of<two_pixels>[1];
    CHECK(work.parameter_gradients()[bias.gradient_offset] == doctest::Approx(-0.5));
    CHECK(work.parameter_gradients()[bias.gradient_offset + 1] == doctest::Approx(0.5));
    work.clear_gradients();
    same(accumulate(net, work, 2.0f * cross_entropy{}, x, y), 2);
    CHECK(work.parameter_gradients()[bias.gradient_offset] == doctest::Approx(-1.0));
    work.clear_gradients();
    same(accumulate(net, work, 0.5f * (cross_entropy{} + 0.0f * on_weights(l2{})), x, y), 0.5);
    work.clear_gradients();
    same(input_gradient(net, work, cross_entropy{}, x, y).loss, 1);
    same(evaluate(net, cross_entropy{}, x, y), 1);
    same(evaluate(net, 3.0f * cross_entropy{}, x, y), 3);
    same(evaluate(net, cross_entropy{} + on_weights(l2{}), x, y), 1);
    optimizer opt{net, sgd{.learning_rate = 0.1f}};
    same(train_step(net, work, opt, cross_entropy{}, x, y), 1);
    CHECK(evaluate(net, cross_entropy{}, x, y) < expected);
}

TEST_CASE("a user's own loss sees rows alone, weighted and with terms, too") {
    model<two_pixels> net{zeros{}, seed{1}};
    workspace<two_pixels, batch<3>> work;
    const std::vector<float> bias{1.0f, 2.0f};
    net.write(parameters_of<two_pixels>[1], bias);
    const std::vector<float> x(3 * 4, 1.0f);
    CHECK(accumulate(net, work, sum_of_outputs{}, x, x) == 18.0f);
    CHECK(accumulate(net, work, 2.0f * sum_of_outputs{}, x, x) == 36.0f);
    CHECK(accumulate(net, work, sum_of_outputs{} + 1.0f * on_weights(l2{}), x, x) == 18.0f);
    CHECK(evaluate(net, sum_of_outputs{}, x, x) == 18.0f);
}

} // namespace
