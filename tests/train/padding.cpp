// Padding is zero after every verb, whatever the rule, the penalties and the data: that of the weights, of their
// gradients, of an optimizer's state, and of the rows that layers are given.
#include "strata/core.hpp"
#include "support/several_networks.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <exception>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace {

using namespace strata;

constexpr float nan = std::numeric_limits<float>::quiet_NaN();
constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr std::size_t rows = 5;

std::size_t spoilt_rows = 0; // that a layer was given
std::size_t seen_rows = 0;

template <class Real>
void look_at(const padded_rows<const Real>& x) {
    for (std::size_t r = 0; r < x.rows; ++r, ++seen_rows)
        for (std::size_t i = x.width; i < x.stride; ++i)
            spoilt_rows += x[r][i] != Real(0); // NaN is not 0 either
}

/// Hands everything on, and looks at the padding of what it is given.
struct look : layer_defaults {
    static constexpr layer_traits traits{.backward_reads_input = true, .backward_reads_output = true};
    static std::string describe() { return "look"; }
    template <class Arch, extents In>
    static void forward(const forward_pass<Arch>& p) {
        look_at(p.x);
        for (std::size_t r = 0; r < p.x.rows; ++r)
            for (std::size_t i = 0; i < In.count(); ++i) p.y[r][i] = p.x[r][i];
    }
    template <class Arch, extents In>
    static void input_gradient(const backward_pass<Arch>& p) {
        look_at(p.x);
        look_at(p.y);
        look_at(p.y_gradient);
        for (std::size_t r = 0; r < p.x.rows; ++r)
            for (std::size_t i = 0; i < In.count(); ++i) p.x_gradient[r][i] = p.y_gradient[r][i];
    }
};

// clang-format off
struct flat : network<strata::input<17>, look, dense<33>, look, relu, dense<20>, look, strata::tanh, mark<"code">,
                      dense<5>, look> {};
struct images : network<strata::input<5, 7, 3>, look, conv2d<17, 3, same>, look, relu, batch_norm<>, mark<"code">,
                        max_pool2d<2>, average_pool2d<2, stride<1>, padding<1>>, look, average_pool2d<2, stride<1>>, look, upsample2d<1, 2, bilinear>, look, conv2d<17, 3, groups<17>, same>, look, conv2d<34, 1, groups<17>>, look, conv2d<18, 1, groups<2>, dilation<2>>, look, zero_pad2d<1, 0>, look, conv2d_transpose<3, 2, stride<2>>, look, leaky_relu<0.1>, conv2d<1, 3>, look,
                        sigmoid> {};
struct normalized : network<strata::input<9>, mark<"first">, dense<20>, look, batch_norm<>, gelu, layer_norm<>, look,
                            dropout<0.25>, mark<"code">, tied_dense<9, "first">, look, softplus, prelu, look, silu,
                            clip<0, 6>, look> {};
/// So large that train_step updates layer by layer.
struct large : network<strata::input<70>, mark<"first">, dense<300>, batch_norm<>, look, relu, frozen<dense<35>>,
                       dense<250>, elu<>, mark<"code">, dense<200>, look> {};
// clang-format on
static_assert(large::gradient_floats >= std::size_t{1} << 16);
static_assert(normalized::gradient_floats < std::size_t{1} << 16);

/// How many floats of a block that is laid out like a network's weights, or like their gradients, are padding and
/// not 0.
template <class Net>
std::size_t spoilt(std::span<const float> block, bool gradients = false) {
    std::vector<bool> holds(block.size());
    for (const placed_parameter& p : parameters_of<Net>)
        for (std::size_t i = 0; i < p.what.count(); ++i)
            if (!gradients || p.has_gradient)
                holds[(gradients ? p.gradient_offset : p.offset) + p.what.place(i)] = true;
    std::size_t found = 0;
    for (std::size_t i = 0; i < block.size(); ++i) found += !holds[i] && !(block[i] == 0.0f);
    return found;
}

/// A user's own rule, which moves padding as it moves weights.
struct restless {
    float learning_rate = 0.01f;
    [[nodiscard]] std::size_t states() const { return 3; }
    template <class Arch>
    void update(const weight_update<Arch>& u) const {
        for (std::size_t i = 0; i < u.count; ++i) {
            u.state(0)[i] += 1.0f + u.gradients[i];
            u.state(2)[i] = 1.0f / u.gradients[i]; // infinite in the padding
            u.weights[i] =
                0.5f * u.weights[i] + learning_rate * static_cast<float>(u.step) + 0.0f / u.gradients[i];
        }
    }
};
/// An optimizer of a user's own: Strata's, with a step of its own on top.
template <class Net>
struct restless_optimizer {
    optimizer<Net, restless> within;
    explicit restless_optimizer(const model<Net>& net) : within{net, restless{}} {}
    [[nodiscard]] std::span<const float> state() const { return within.state(); }
    void learning_rate(float rate) { within.learning_rate(rate); }
    template <class Arch = arch, class Model, class Work>
    void step(Model& net, Work& work) {
        within.template step<Arch>(net, work);
        for (float& weight : net.storage()) weight += 1.0f; // train_step clears up behind it
    }
};

template <class Net>
struct bench {
    model<Net> net{glorot_uniform{}, seed{1}};
    std::unique_ptr<workspace<Net, batch<rows>>> work = std::make_unique<workspace<Net, batch<rows>>>();
    std::vector<float> x = tests::uniform_rows(rows, Net::input.count(), 2);
    std::vector<float> y = tests::uniform_rows(rows, Net::output.count(), 3);

    template <class Optimizer>
    void check(const Optimizer& optimizer, const char* verb) {
        CAPTURE(verb);
        CHECK(spoilt<Net>(net.storage()) == 0);
        CHECK(spoilt<Net>(work->parameter_gradients(), true) == 0);
        for (std::size_t s = 0; s < optimizer.state().size(); s += Net::parameter_floats)
            CHECK(spoilt<Net>(optimizer.state().subspan(s, Net::parameter_floats)) == 0);
        CHECK(spoilt_rows == 0);
        spoilt_rows = 0;
    }
};

/// Runs a verb, which may refuse the data.
void attempt(auto&& verb) {
    try {
        verb();
    } catch (const std::exception&) {
    }
}

void spoil(std::vector<float>& values, float with, std::size_t seed) {
    for (std::size_t i = seed % 3; i < values.size(); i += 7) values[i] = i % 2 == 0 ? with : -with;
}

/// All verbs, one after the other, on data of one kind.
template <class Net, class Make>
void check_all_verbs(const Make& make) {
    const auto loss = mse{} + 1e-3f * on_weights(l2{}) + 1e-3f * on_weights(l1{}) + 1e-2f * at<"code">(l1{});
    for (const float with : {0.0f, nan, infinity, 3e38f, 1e19f}) {
        for (const int where : {0, 1, 2}) {
            CAPTURE(with);
            CAPTURE(where);
            bench<Net> b;
            auto optimizer = make(b.net);
            if (where != 1) spoil(b.x, with, 1);
            if (where != 0) spoil(b.y, with, 2);
            forward(b.net, *b.work, b.x);
            b.check(optimizer, "forward");
            look_at(b.work->output());
            backward(b.net, *b.work, b.y);
            b.check(optimizer, "backward");
            attempt([&] { accumulate(b.net, *b.work, loss, b.x, b.y); });
            b.check(optimizer, "accumulate");
            attempt([&] { clip_gradients(*b.work, 0.5f); });
            b.check(optimizer, "clip_gradients");
            const model<Net> before = b.net.clone();
            attempt([&] { train_step(b.net, *b.work, optimizer, loss, b.x, b.y); });
            b.check(optimizer, "train_step");
            attempt([&] { accumulate(b.net, *b.work, mse{}, b.x, b.y); });
            if constexpr (requires { optimizer.begin_step(); }) {
                attempt([&] {
                    for (const update_span& span : update_spans<Net>) optimizer.update(b.net, *b.work, span);
                });
                b.check(optimizer, "optimizer.update");
            }
            attempt([&] {
                forward(b.net, *b.work, b.x);
                backward_step(b.net, *b.work, optimizer, b.y);
            });
            b.check(optimizer, "backward_step");
            if constexpr (requires { optimizer.begin_step(); }) {
                attempt([&] { accumulate(b.net, *b.work, mse{}, b.x, b.y); });
                attempt([&] { optimizer.step(b.net, *b.work); });
                b.check(optimizer, "optimizer.step");
            }
            attempt([&] { fit(b.net, *b.work, optimizer, loss, b.x, b.y, {.epochs = 2}); });
            if constexpr (requires { optimizer.begin_step(); }) b.check(optimizer, "fit");
            attempt([&] {
                spectral_norm<Net> limit{b.net, 0.1f};
                limit.apply(b.net, 2);
            });
            b.check(optimizer, "spectral_norm");
            copy_weights<Net, Net>(b.net, before);
            b.check(optimizer, "copy_weights");
        }
    }
    CHECK(seen_rows > 1000);
}

template <class Net>
void check_all_rules() {
    check_all_verbs<Net>(
        [](auto& net) { return optimizer{net, sgd{.learning_rate = 0.01f, .momentum = 0.9f}}; });
    check_all_verbs<Net>([](auto& net) { return optimizer{net, adam{.epsilon = 0}}; });
    check_all_verbs<Net>([](auto& net) { return optimizer{net, rmsprop{.epsilon = 0}}; });
    check_all_verbs<Net>([](auto& net) { return restless_optimizer<Net>{net}; });
}

TEST_CASE("padding is zero after every verb: rows of odd widths") {
    check_all_rules<flat>();
    check_all_verbs<flat>([](auto& net) { return optimizer{net, sgd{.learning_rate = 3e38f}}; });
    check_all_verbs<flat>([](auto& net) { return optimizer{net, adam{.learning_rate = 3e38f}}; });
    check_all_verbs<flat>(
        [](auto& net) { return optimizer{net, adamw{.learning_rate = 3e38f, .weight_decay = 1e10f}}; });
}

TEST_CASE("padding is zero after every verb: images of 3, 17 and 1 channels") { check_all_rules<images>(); }

TEST_CASE("padding is zero after every verb: normalizations and tied weights") {
    check_all_rules<normalized>();
}

TEST_CASE("padding is zero after every verb: networks that step layer by layer") { check_all_rules<large>(); }

TEST_CASE("padding is zero after every verb: several inputs and outputs of odd widths") {
    struct net : network<strata::input<17>, look, dense<33>, relu, look, mark<"left">, strata::input<5, 3, 1>,
                         look, flatten, dense<33>, look, strata::add<"left">, mark<"code">, dense<5>, look,
                         mark<"digit">, strata::input<3>, look, concat<"code">, look, dense<18>, strata::tanh,
                         look, mark<"style">> {};
    const auto loss =
        at<"digit">(mse{}) + at<"style">(mae{}) + 0.1f * at<"code">(l1{}) + 0.1f * on_weights(l2{});
    for (const float with : {0.0f, nan, infinity, 3e38f})
        for (const int where : {0, 1, 2, 3}) {
            CAPTURE(with);
            CAPTURE(where);
            auto x = tests::samples_for<net>(rows, 1);
            auto y = tests::targets_for<net>(rows, 7);
            if (where == 0) spoil(std::get<0>(x), with, 1);
            if (where == 1) spoil(std::get<1>(x), with, 2);
            if (where == 2) spoil(std::get<2>(x), with, 3);
            if (where == 3) spoil(std::get<1>(y), with, 4);
            model<net> weights{seed{1}};
            workspace<net, batch<rows>> work;
            optimizer opt{weights, adam{}};
            const auto check = [&] {
                CHECK(spoilt<net>(weights.storage()) == 0);
                CHECK(spoilt<net>(work.parameter_gradients(), true) == 0);
                CHECK(spoilt_rows == 0);
                spoilt_rows = 0;
            };
            forward(weights, work, x);
            for (std::size_t k = 0; k < 2; ++k) look_at(work.output(k));
            backward(weights, work, y);
            check();
            attempt([&] { accumulate(weights, work, loss, x, y); });
            check();
            attempt([&] { input_gradient(weights, work, loss, x, y); });
            for (std::size_t k = 0; k < 3; ++k) look_at(padded_rows<const float>{work.input_gradient(k)});
            check();
            attempt([&] { train_step(weights, work, opt, loss, x, y); });
            check();
            attempt([&] { fit(weights, work, opt, loss, x, y, {.epochs = 2}); });
            check();
        }
}

TEST_CASE("padding is zero after an optimizer's step, whoever filled the gradients") {
    const auto check = [](auto make) {
        for (const float with : {1.0f, nan, infinity}) {
            bench<flat> b;
            auto optimizer = make(b.net);
            for (float& gradient : b.work->parameter_gradients()) gradient = with;
            b.work->note_gradients();
            optimizer.step(b.net, *b.work);
            CHECK(spoilt<flat>(b.net.storage()) == 0);
            for (std::size_t s = 0; s < optimizer.state().size(); s += flat::parameter_floats)
                CHECK(spoilt<flat>(optimizer.state().subspan(s, flat::parameter_floats)) == 0);
            b.work->note_gradients(); // and goes on to add to them
            accumulate(b.net, *b.work, mse{}, b.x, b.y);
            CHECK(spoilt<flat>(b.work->parameter_gradients(), true) == 0);
        }
    };
    check([](auto& net) { return optimizer{net, sgd{}}; });
    check([](auto& net) { return optimizer{net, sgd{.momentum = 0.5f}}; });
    check([](auto& net) { return optimizer{net, adam{}}; });
    check([](auto& net) { return optimizer{net, adamw{.epsilon = 0}}; });
    check([](auto& net) { return optimizer{net, rmsprop{}}; });
    check([](auto& net) { return optimizer<flat, restless>{net, restless{}}; });
}

TEST_CASE("padding is zero after a gradient penalty") {
    struct critic : network<strata::input<9>, look, dense<17>, strata::tanh, look, dense<1>> {};
    for (const float with : {0.0f, nan, infinity, 1e19f}) {
        bench<critic> b;
        const optimizer opt{b.net, adam{}};
        spoil(b.x, with, 1);
        gradient_penalty<critic, batch<rows>> penalty{1.0f};
        attempt([&] { penalty.accumulate(b.net, *b.work, b.x); });
        b.check(opt, "gradient_penalty");
    }
}

TEST_CASE_TEMPLATE("initialize and write heal a model whose padding was spoilt", Net, flat, images,
                   normalized, large) {
    const model<Net> whole{he_uniform{}, seed{4}};
    for (const float with : {1.0f, nan, infinity}) {
        model<Net> net{glorot_uniform{}, seed{1}};
        for (float& weight : net.storage()) weight = with;
        REQUIRE(spoilt<Net>(net.storage()) > 0);
        net.initialize(he_uniform{}, seed{4});
        CHECK(tests::weights_of(net) == tests::weights_of(whole));

        for (float& weight : net.storage()) weight = with;
        for (const placed_parameter& p : parameters_of<Net>) {
            std::vector<float> values(p.what.count());
            whole.read(p, values);
            net.write(p, values);
        }
        CHECK(tests::weights_of(net) == tests::weights_of(whole));

        model<Net> wild{glorot_uniform{}, seed{1}};
        for (float& weight : wild.storage()) weight = with;
        copy_weights<Net, Net>(net, wild);
        CHECK(spoilt<Net>(net.storage()) == 0);
    }
}

} // namespace
