// finite_guard: where it says that numbers stopped being finite, what it leaves as it was, and that its steps are train_step's.

#include "strata/train/finite_guard.hpp"

#include "strata/core.hpp"
#include "strata/parallel/team.hpp"
#include "support/several_networks.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <tuple>
#include <vector>

using namespace strata;

namespace {

/// A layer that gives what it gets, and hands back so many times the gradient.
template <float_constant Times>
struct amplify : layer_defaults {
    static constexpr layer_traits traits{};
    static constexpr extents output(extents in) { return in; }
    static std::string describe() { return "amplify"; }
    template <class Arch, extents In>
    static void forward(const forward_pass<Arch>& p) {
        for (std::size_t r = 0; r < p.x.rows; ++r) std::copy_n(p.x[r], In.count(), p.y[r]);
    }
    template <class Arch, extents In>
    static void input_gradient(const backward_pass<Arch>& p) {
        for (std::size_t r = 0; r < p.x.rows; ++r)
            for (std::size_t i = 0; i < In.count(); ++i)
                p.x_gradient[r][i] =
                    p.y_gradient[r][i] * real_of<Arch>(Times.value) * real_of<Arch>(Times.value);
    }
};

// clang-format off
struct deep : network<
    strata::input<6>,
    dense<20>, batch_norm<>, strata::tanh,
    mark<"code">, dense<17>, relu, dense<4>> {};
struct noisy : network<
    strata::input<6>,
    dense<20>, dropout<0.4>, strata::tanh, gaussian_noise<0.1>, dense<4>> {};
template <float_constant Times>
struct exploding : network<
    strata::input<6>,
    dense<9>, strata::tanh, mark<"code">, dense<7>, amplify<Times>, dense<4>> {};
template <float_constant Times>
struct wide : network< // gradients that the first cache does not hold together: each layer's are looked at behind it
    strata::input<6>,
    dense<90>, strata::tanh, mark<"code">, dense<60>, amplify<Times>, dense<4>> {};
static_assert(detail::looks_once<workspace<exploding<1e10f>, batch<8>>>);
static_assert(!detail::looks_once<workspace<wide<1e10f>, batch<8>>>);
// clang-format on

constexpr std::size_t rows = 8;

template <class Real>
std::vector<Real> random_rows(std::size_t width, std::uint64_t number) {
    const std::vector<float> in_float = tests::uniform_rows(rows, width, number);
    return {in_float.begin(), in_float.end()};
}

/// mse with its value and its gradient replaced.
struct spoilt {
    double loss = 1;
    double slope = 0;
    template <class Arch>
    real_of<Arch> value(const rows_of<Arch>&, const rows_of<Arch>&, std::size_t) const {
        return real_of<Arch>(loss);
    }
    template <class Arch>
    real_of<Arch> gradient(const rows_of<Arch>& y, const rows_of<Arch>&, std::size_t,
                           const padded_rows<real_of<Arch>>& out) const {
        for (std::size_t r = 0; r < y.rows; ++r)
            for (std::size_t i = 0; i < y.width; ++i) out[r][i] = real_of<Arch>(slope);
        return real_of<Arch>(loss);
    }
};

/// A model with two steps of training behind it, in a workspace or a team.
template <class Net, class Real, class Work = workspace<Net, batch<rows>, training, Real>>
struct problem {
    std::vector<Real> x = random_rows<Real>(Net::input.count(), 1);
    std::vector<Real> y = random_rows<Real>(Net::output.count(), 2);
    model<Net, Real> net{glorot_uniform{}, seed{1}};
    Work work;
    strata::optimizer<Net, adam, Real> opt{net, adam{.learning_rate = 0.01f}};

    problem() {
        train_step(net, work, opt, mse{}, x, y);
        train_step(net, work, opt, mse{}, x, y);
    }

    /// All that a step changes.
    [[nodiscard]] std::vector<Real> state() const {
        std::vector<Real> all(net.storage().begin(), net.storage().end());
        all.insert(all.end(), opt.state().begin(), opt.state().end());
        for (const std::size_t n : opt.steps_of_parameters()) all.push_back(static_cast<Real>(n));
        all.push_back(static_cast<Real>(opt.steps()));
        return all;
    }
    void fill_weights(std::size_t layer_number, Real value) {
        for (const placed_parameter& p : parameters_of<Net>)
            if (p.layer_number == layer_number && p.what.fan_in > 0)
                net.write(p, std::vector<Real>(p.what.count(), value));
    }
};

struct expected {
    step_stage stage{};
    std::size_t layer = 0;
    std::string layer_type, mark, text;
};

/// That a step finds this, leaves all as it was, and throws or not as the policy says; and that the next step is made.
template <class Problem, class Loss = mse>
void check_step(Problem& p, const expected& wanted, const Loss& loss = {}) {
    const auto before = p.state();
    const auto check = [&](const not_finite& found) {
        CAPTURE(found.text);
        CHECK(found.step == 2);
        CHECK(found.stage == wanted.stage);
        CHECK(found.layer == wanted.layer);
        CHECK(found.layer_type == wanted.layer_type);
        CHECK(found.mark == wanted.mark);
        CHECK(found.text.find(wanted.text) != std::string::npos);
        CHECK(p.state() == before);
        CHECK(p.work.gradients_empty());
    };
    const std::vector<typename Problem::value> nothing;
    for (const if_not_finite policy : {if_not_finite::raise, if_not_finite::skip}) {
        finite_guard guard{policy};
        CHECK(guard.step(p.net, p.work, p.opt)); // no gradients: nothing changes
        REQUIRE(p.state() == before);
        if (policy == if_not_finite::skip && wanted.stage != step_stage::weights) {
            CHECK_FALSE(guard.step(p.net, p.work, p.opt, loss, p.x, p.y).has_value());
            CHECK(guard.skipped() == 1);
        } else {
            try {
                guard.step(p.net, p.work, p.opt, loss, p.x, p.y);
                FAIL("it did not throw");
            } catch (const not_finite_error& error) {
                check(error.found());
                const std::string text = error.what();
                CHECK(text == "strata: step 2 of training: " + error.found().text);
            }
            CHECK(guard.skipped() == 0);
        }
        REQUIRE(guard.last_found());
        check(*guard.last_found());
        CHECK(guard.steps() == 2);
    }
}

template <class Net, class Real, class Work = workspace<Net, batch<rows>, training, Real>>
struct checked : problem<Net, Real, Work> {
    using value = Real;
};

template <class Real>
constexpr Real infinity = std::numeric_limits<Real>::infinity();
template <class Real>
constexpr Real not_a_number = std::numeric_limits<Real>::quiet_NaN();

} // namespace

TEST_CASE_TEMPLATE("samples and targets", Real, float, double) {
    for (const Real bad : {infinity<Real>, -infinity<Real>, not_a_number<Real>})
        for (const std::size_t row : {0u, 5u, 7u}) {
            const std::string where = " in row " + std::to_string(row) + ", value 2";
            checked<deep, Real> p;
            p.x[row * 6 + 2] = bad;
            check_step(p, {step_stage::data, 0, "", "", "the samples have "});
            check_step(p, {step_stage::data, 0, "", "", where});
            checked<deep, Real> q;
            q.y[row * 4 + 2] = bad;
            check_step(q, {step_stage::data, 0, "", "", "the targets have "});
            check_step(q, {step_stage::data, 0, "", "", where});
            using team_of_3 = team<deep, batch<rows>, shards<3>, training, Real>;
            checked<deep, Real, team_of_3> t;
            t.x[row * 6 + 2] = bad;
            check_step(t, {step_stage::data, 0, "", "", where}); // of the batch, not of the shard
        }
}

TEST_CASE_TEMPLATE("outputs of a layer", Real, float, double) {
    const Real huge = std::numeric_limits<Real>::max();
    const auto check = [&](auto p, std::size_t layer, const std::string& type, const std::string& mark) {
        p.fill_weights(layer, huge);
        if (layer == 1)
            for (Real& value : p.x) value = 1;
        check_step(p,
                   {step_stage::forward, layer, type, mark, "the output of layer " + std::to_string(layer)});
    };
    check(checked<deep, Real>{}, 1, "dense 20", "");
    check(checked<deep, Real>{}, 5, "dense 17", "code");
    using team_of_3 = team<deep, batch<rows>, shards<3>, training, Real>;
    check(checked<deep, Real, team_of_3>{}, 1, "dense 20", "");
}

TEST_CASE_TEMPLATE("the loss, its gradient and a term of it", Real, float, double) {
    checked<deep, Real> p;
    for (const double bad : {infinity<double>, not_a_number<double>}) {
        check_step(p, {step_stage::loss, 0, "", "", "but the loss of them is not"}, spoilt{.loss = bad});
        check_step(p, {step_stage::loss, 0, "", "", "its gradient by the output is not"},
                   spoilt{.slope = bad});
    }
    if constexpr (std::is_same_v<Real, float>)
        check_step(p, {step_stage::backward, 7, "dense 4", "code", "the gradients of layer 7"},
                   mse{} + 3e38f * on_weights(l2{}) + 3e38f * on_weights(l2{}));
    using team_of_3 = team<deep, batch<rows>, shards<3>, training, Real>;
    checked<deep, Real, team_of_3> t;
    check_step(t, {step_stage::loss, 0, "", "", "but the loss of them is not"},
               spoilt{.loss = infinity<double>});
}

TEST_CASE_TEMPLATE("gradients of a layer's weights, and what a layer hands back", Real, float, double) {
    const double huge = 0.9 * static_cast<double>(std::numeric_limits<Real>::max());
    checked<deep, Real> p;
    check_step(p,
               {step_stage::backward, 7, "dense 4", "code", "the gradients of layer 7 (dense 4) behind mark"},
               spoilt{.slope = huge});
    // The gradient explodes where no weights are: dense 7's are the first that are not finite, but it is not their layer.
    const auto check = [](auto one) {
        check_step(one, {step_stage::backward, 5, "amplify", "code", "the gradient that layer 5 (amplify)"},
                   spoilt{.slope = std::is_same_v<Real, float> ? 1e20 : 1e290});
    };
    check(checked<exploding<1e10f>, Real>{});
    check(checked<wide<1e10f>, Real>{});
    using team_of_3 = team<exploding<1e10f>, batch<rows>, shards<3>, training, Real>;
    check(checked<exploding<1e10f>, Real, team_of_3>{});
}

TEST_CASE_TEMPLATE("gradients of one sample that overflow, or did so before, at each of a layer's inputs",
                   Real, float, double) {
    struct plain : network<strata::input<64>, dense<60>, dense<4>> {}; // the first learns from few numbers
    using work_type = workspace<plain, batch<1>, training, Real>;
    static_assert(!detail::looks_once<work_type>);
    const Real root = std::sqrt(std::numeric_limits<Real>::max());
    model<plain, Real> net{glorot_uniform{}, seed{1}};
    work_type work;
    strata::optimizer<plain, sgd, Real> opt{net, sgd{.learning_rate = 0.01f}};
    const std::vector<Real> x(64, Real(0.5)), y(4);
    std::vector<Real> weights(64 * 60);
    net.read(parameters_of<plain>.at(0), weights);
    for (std::size_t k = 0; k < 64; ++k) {
        // No output shows what a number is that is multiplied by weights of 0.
        auto without = weights;
        std::fill_n(without.begin() + static_cast<std::ptrdiff_t>(60 * k), 60, Real(0));
        net.write(parameters_of<plain>.at(0), without);
        auto large = x;
        large[k] = root;
        const auto state = [&] { return std::vector<Real>(net.storage().begin(), net.storage().end()); };
        const auto before = state();
        finite_guard guard{if_not_finite::skip};
        CHECK_FALSE(guard.step(net, work, opt, spoilt{.slope = 1000.0 * root}, large, y));
        CHECK(guard.last_found()->stage == step_stage::backward);
        CHECK(guard.last_found()->layer == 1);
        CHECK(state() == before);

        accumulate(net, work, spoilt{.slope = 1000.0 * root}, large, y);
        CHECK_FALSE(guard.step(net, work, opt, mse{}, x, y)); // added to what is there
        CHECK(state() == before);
        CHECK(guard.step(net, work, opt, mse{}, x, y));
    }
}

TEST_CASE_TEMPLATE("weights, which no skipped step mends", Real, float, double) {
    for (const placed_parameter& which : parameters_of<deep>) {
        checked<deep, Real> p;
        std::vector<Real> values(which.what.count());
        p.net.read(which, values);
        values.back() = not_a_number<Real>;
        p.net.write(which, values);
        if (which.what.what_for != role::trained) continue; // running statistics are not read in training
        const auto is_weight = [&](const not_finite& found) {
            CHECK(found.stage == step_stage::weights);
            CHECK(found.layer == which.layer_number);
            CHECK(found.text.find("the " + std::string{which.what.name} + " of layer") != std::string::npos);
        };
        for (const if_not_finite policy : {if_not_finite::raise, if_not_finite::skip}) {
            finite_guard guard{policy}, second{policy};
            CHECK_THROWS_AS(guard.step(p.net, p.work, p.opt, mse{}, p.x, p.y), not_finite_error);
            is_weight(*guard.last_found());
            CHECK_THROWS_AS(second.check(p.net), not_finite_error);
            is_weight(*second.last_found());
        }
        finite_guard off{if_not_finite::off};
        CHECK_NOTHROW(off.check(p.net));
    }
}

TEST_CASE_TEMPLATE(
    "weights that a step leaves infinite, which the loss does not show, are seen 64 steps later at most",
    Real, float, double) {
    struct hiding : network<strata::input<6>, dense<5>, strata::tanh, dense<4>> {};
    checked<hiding, Real> p;
    std::vector<Real> bias(5, infinity<Real>);
    finite_guard guard{if_not_finite::skip};
    guard.check(p.net);
    guard.step(p.net, p.work, p.opt, mse{}, p.x, p.y);
    p.net.write(parameters_of<hiding>.at(1), bias);
    std::size_t steps = 0;
    CHECK_THROWS_AS(
        for (; steps < 100; ++steps) {
            const auto loss = guard.step(p.net, p.work, p.opt, mse{}, p.x, p.y);
            REQUIRE((loss.has_value() && *loss < infinity<Real>));
        },
        not_finite_error);
    CHECK(steps < 64);
    CHECK(guard.last_found()->stage == step_stage::weights);
    CHECK(guard.last_found()->layer == 1);
}

namespace {

/// That the guard's steps and train_step's have the same losses and leave the same weights.
template <class Net, class Work, class Real, class Loss, class X, class Y>
void check_same_bits(const Loss& loss, const X& x, const Y& y) {
    for (const if_not_finite policy : {if_not_finite::raise, if_not_finite::skip, if_not_finite::off}) {
        model<Net, Real> a{glorot_uniform{}, seed{1}}, b{glorot_uniform{}, seed{1}};
        Work work_a, work_b;
        strata::optimizer<Net, adam, Real> of_a{a, adam{}}, of_b{b, adam{}};
        finite_guard guard{policy};
        for (std::size_t k = 0; k < 20; ++k) {
            const Real wanted = train_step(a, work_a, of_a, loss, x, y);
            CHECK(guard.step(b, work_b, of_b, loss, x, y) == wanted);
        }
        CHECK(std::ranges::equal(a.storage(), b.storage()));
        CHECK(std::ranges::equal(of_a.state(), of_b.state()));
        CHECK(guard.steps() == 20);
        CHECK(guard.skipped() == 0);
        CHECK_FALSE(guard.last_found());
    }
}
template <class Net, class Real, class Loss, class X, class Y>
void check_same_bits_everywhere(const Loss& loss, const X& x, const Y& y) {
    check_same_bits<Net, workspace<Net, batch<rows>, training, Real>, Real>(loss, x, y);
    check_same_bits<Net, team<Net, batch<rows>, shards<3>, training, Real>, Real>(loss, x, y);
}

} // namespace

TEST_CASE("while all is finite, a step is train_step with the same bits") {
    const auto in_double = [](const std::vector<float>& v) {
        return std::vector<double>(v.begin(), v.end());
    };
    const std::vector<float> x = random_rows<float>(6, 1), y = random_rows<float>(4, 2);
    check_same_bits_everywhere<deep, float>(mse{}, x, y);
    check_same_bits_everywhere<deep, double>(mse{}, in_double(x), in_double(y));
    check_same_bits_everywhere<noisy, float>(mse{} + 0.01f * on_weights(l2{}), x, y);
    check_same_bits_everywhere<noisy, double>(mse{}, in_double(x), 0.5);
    check_same_bits_everywhere<deep, float>(cross_entropy{}, x, std::vector<int>{0, 1, 2, 3, 3, 2, 1, 0});
    check_same_bits_everywhere<tests::conditional, float>(
        mse{}, tests::samples_for<tests::conditional>(rows, 3), random_rows<float>(4, 2));
    const auto losses = at<"digit">(cross_entropy{}) + 0.1f * at<"style">(mse{});
    const auto seven = random_rows<float>(7, 1);
    const std::vector<int> digits{0, 1, 2, 3, 4, 2, 1, 0};
    check_same_bits_everywhere<tests::two_heads, float>(losses, seven,
                                                        std::tuple{digits, random_rows<float>(3, 2)});
    check_same_bits_everywhere<tests::two_heads, float>(losses, seven, std::tuple{digits, 0.25f});
}

TEST_CASE("several inputs and outputs are named") {
    using net_type = tests::three_in_two_out;
    const auto losses = at<"digit">(mse{}) + at<"style">(mse{});
    const auto check = [&](auto work_of) {
        model<net_type> net;
        typename decltype(work_of)::type work;
        strata::optimizer opt{net, sgd{}};
        auto x = tests::samples_for<net_type>(rows, 1);
        auto y = tests::targets_for<net_type>(rows, 9);
        finite_guard guard{if_not_finite::skip};
        CHECK(guard.step(net, work, opt, losses, x, y));
        std::get<1>(x)[3] = infinity<float>;
        CHECK_FALSE(guard.step(net, work, opt, losses, x, y));
        CHECK(guard.last_found()->text.find("the samples of input 2 have inf in row 0, value 3") == 0);
        std::get<1>(x)[3] = 0;
        std::get<1>(y).back() = not_a_number<float>;
        CHECK_FALSE(guard.step(net, work, opt, losses, x, y));
        CHECK(guard.last_found()->text.find("the targets of output 2 have nan in row 7, value 3") == 0);
        CHECK_FALSE(guard.step(net, work, opt, losses, x, std::tuple{std::get<0>(y), infinity<float>}));
        CHECK(guard.last_found()->stage == step_stage::loss);
        CHECK(guard.last_found()->step == 4);
        CHECK(guard.skipped() == 3);
    };
    check(std::type_identity<workspace<net_type, batch<rows>>>{});
    check(std::type_identity<team<net_type, batch<rows>, shards<3>>>{});
}

TEST_CASE_TEMPLATE("training goes on behind a step left out as if it had not been, but for its noise", Real,
                   float, double) {
    checked<deep, Real> one, other;
    finite_guard guard{if_not_finite::skip};
    for (std::size_t k = 0; k < 6; ++k) {
        auto x = one.x;
        if (k % 2 == 1) x[k] = not_a_number<Real>;
        CHECK(guard.step(one.net, one.work, one.opt, mse{}, x, one.y).has_value() == (k % 2 == 0));
        if (k % 2 == 0) train_step(other.net, other.work, other.opt, mse{}, other.x, other.y);
    }
    CHECK(one.state() == other.state());
    CHECK(guard.skipped() == 3);

    // A step left out has drawn its noise, one and no more, whatever it was left out for.
    const auto check_noise = [](auto p, auto q) {
        const auto check = [&](step_stage stage, const auto& spoil, const auto& mend) {
            finite_guard skips{if_not_finite::skip};
            spoil(p);
            spoil(q);
            CHECK_FALSE(skips.step(p.net, p.work, p.opt, mse{}, p.x, p.y));
            CHECK(skips.last_found()->stage == stage);
            forward(q.net, q.work, q.x);
            CHECK(p.work.passes() == q.work.passes());
            mend(p);
            mend(q);
            CHECK(skips.step(p.net, p.work, p.opt, mse{}, p.x, p.y) ==
                  train_step(q.net, q.work, q.opt, mse{}, q.x, q.y));
            CHECK(p.state() == q.state());
        };
        check(
            step_stage::forward, [](auto& it) { it.fill_weights(5, std::numeric_limits<Real>::max()); },
            [](auto& it) { it.fill_weights(5, Real(0.1)); });
        check(
            step_stage::data, [](auto& it) { it.x[7] = not_a_number<Real>; }, [](auto& it) { it.x[7] = 0; });
        check(step_stage::data, [](auto& it) { it.y[7] = infinity<Real>; }, [](auto& it) { it.y[7] = 0; });
    };
    check_noise(checked<noisy, Real>{}, checked<noisy, Real>{});
    using team_of_3 = team<noisy, batch<rows>, shards<3>, training, Real>;
    check_noise(checked<noisy, Real, team_of_3>{}, checked<noisy, Real, team_of_3>{});
}

TEST_CASE_TEMPLATE("an optimizer's step behind accumulate", Real, float, double) {
    const auto check = [](auto p, auto q) {
        finite_guard guard{if_not_finite::skip};
        accumulate(p.net, p.work, mse{}, p.x, p.y);
        accumulate(q.net, q.work, mse{}, q.x, q.y);
        CHECK(guard.step(p.net, p.work, p.opt));
        q.opt.step(q.net, q.work);
        CHECK(p.state() == q.state());

        const auto before = p.state();
        accumulate(p.net, p.work, mse{}, p.x, p.y);
        p.x[7] = not_a_number<Real>;
        accumulate(p.net, p.work, mse{}, p.x, p.y);
        CHECK_FALSE(guard.step(p.net, p.work, p.opt));
        CHECK(guard.last_found()->stage == step_stage::backward);
        CHECK(guard.last_found()->step == 2);
        CHECK(guard.last_found()->layer == 7);
        CHECK(p.state() == before);
        CHECK(p.work.gradients_empty());

        finite_guard raises;
        accumulate(p.net, p.work, mse{}, p.x, p.y);
        CHECK_THROWS_AS(raises.step(p.net, p.work, p.opt), not_finite_error);
        CHECK(p.state() == before);
    };
    check(checked<deep, Real>{}, checked<deep, Real>{});
    using team_of_3 = team<deep, batch<rows>, shards<3>, training, Real>;
    check(checked<deep, Real, team_of_3>{}, checked<deep, Real, team_of_3>{});
}

TEST_CASE("off is train_step, and the optimizer's step") {
    checked<deep, float> p;
    finite_guard guard{if_not_finite::off};
    const auto before = p.state();
    p.x[0] = infinity<float>;
    CHECK_THROWS_AS(guard.step(p.net, p.work, p.opt, mse{}, p.x, p.y), std::runtime_error);
    CHECK_FALSE(guard.last_found());
    CHECK(p.state() == before);
    accumulate(p.net, p.work, mse{}, p.x, p.y);
    CHECK(guard.step(p.net, p.work, p.opt));
    CHECK(p.state() != before);
    CHECK(guard.policy() == if_not_finite::off);
}

TEST_CASE("what train_step refuses is refused") {
    checked<deep, float> p;
    finite_guard guard{if_not_finite::skip};
    const auto before = p.state();
    const std::vector<float> nine(9 * 6, 0.5f), targets(9 * 4, 0.5f), odd(7, 0.5f), none;
    CHECK_THROWS_AS(guard.step(p.net, p.work, p.opt, mse{}, nine, targets), std::length_error);
    CHECK_THROWS_AS(guard.step(p.net, p.work, p.opt, mse{}, odd, p.y), std::invalid_argument);
    CHECK_THROWS_AS(guard.step(p.net, p.work, p.opt, mse{}, p.x, targets), std::invalid_argument);
    model<deep> other;
    CHECK_THROWS_AS(guard.step(other, p.work, p.opt, mse{}, p.x, p.y), std::invalid_argument);
    const rows_view own = p.work.activation(0);
    CHECK_THROWS_AS(guard.step(p.net, p.work, p.opt, mse{}, own, p.y), std::invalid_argument);
    CHECK(guard.step(p.net, p.work, p.opt, mse{}, none, none) == 0.0f);
    CHECK(p.state() == before);
    CHECK(guard.skipped() == 0);
    CHECK(guard.steps() == 6);
}

TEST_CASE("a slice that learns: its layers are counted from its own first") {
    using head = from<deep, "code">;
    model<deep> net{glorot_uniform{}, seed{1}};
    workspace<head, batch<rows>> work;
    strata::optimizer opt{net, sgd{}};
    finite_guard guard{if_not_finite::skip};
    const std::vector<float> x(rows * 20, 0.5f), y(rows * 4, 0.5f);
    const placed_parameter weight = parameters_of<head>.at(0);
    CHECK(guard.step(net, work, opt, mse{}, x, y));
    for (const placed_parameter& p : parameters_of<deep>)
        if (p.layer_number == 5 && p.what.fan_in > 0)
            net.write(p, std::vector<float>(p.what.count(), std::numeric_limits<float>::max()));
    CHECK_FALSE(guard.step(net, work, opt, mse{}, x, y));
    CHECK(guard.last_found()->layer == weight.layer_number);
    CHECK(guard.last_found()->layer_type == "dense 17");
    guard.check<head>(net);
    guard.check(net);
}
