// Weights: reading and writing them, copies, and the padding that stays zero.

#include "strata/model/model.hpp"

#include "strata/core.hpp"
#include "support/small_networks.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <numeric>
#include <type_traits>

using namespace strata;
using tests::conv_net, tests::dense_net;

namespace {

/// Which floats of a network's block hold a weight; the others are padding.
template <class Net>
std::vector<bool> used() {
    std::vector<bool> holds(Net::parameter_floats, false);
    for (const placed_parameter& p : parameters_of<Net>)
        for (std::size_t i = 0; i < p.what.count(); ++i) {
            const std::size_t at = p.offset + p.what.place(i);
            REQUIRE(at < holds.size());
            REQUIRE_FALSE(holds[at]); // no two weights in one place
            holds[at] = true;
        }
    return holds;
}

template <class Net>
void check_padding_stays_zero() {
    const std::vector<bool> holds = used<Net>();
    REQUIRE(std::ranges::count(holds, false) > 0);
    model<Net> net{he_uniform{}, seed{1}};
    workspace<Net, batch<7>> work;
    optimizer with_momentum{net, sgd{.learning_rate = 0.05f, .momentum = 0.9f}};
    optimizer with_moments{net, adam{.weight_decay = 0.01f}};
    const std::vector<float> x = tests::uniform_rows(7, Net::input.count(), 2);
    const std::vector<float> y = tests::uniform_rows(7, Net::output.count(), 3);
    for (int i = 0; i < 3; ++i) {
        train_step(net, work, with_momentum, mse{}, x, y);
        train_step(net, work, with_moments, mse{}, x, y);
    }
    std::size_t moved = 0;
    for (std::size_t i = 0; i < holds.size(); ++i) {
        if (holds[i]) {
            moved += work.parameter_gradients()[i] != 0.0f;
        } else {
            CHECK(net.storage()[i] == 0.0f);
            CHECK(work.parameter_gradients()[i] == 0.0f);
        }
    }
    CHECK(moved > 0);
}

} // namespace

TEST_CASE("padding is zero after training") {
    check_padding_stays_zero<dense_net>();
    check_padding_stays_zero<conv_net>();
    struct transposed : network<strata::input<3, 2, 7>, conv2d_transpose<5, 3, stride<2>>, sigmoid,
                                conv2d_transpose<17, 2>> {};
    check_padding_stays_zero<transposed>();
    struct normalized : network<strata::input<9>, mark<"first">, dense<20>, batch_norm<>, dropout<0.3>,
                                strata::tanh, layer_norm<>, tied_dense<9, "first">> {};
    check_padding_stays_zero<normalized>();
}

TEST_CASE("what is written is read, in the logical order, and nothing else changes") {
    model<conv_net> net{glorot_uniform{}, seed{1}};
    const std::vector<float> before = tests::weights_of(net);
    const placed_parameter& p = parameters_of<conv_net>[0];
    CHECK(p.layer_number == 1);
    CHECK(p.what.name == "weight");
    CHECK(p.what.logical == shape<3, 3, 3, 5>);
    std::vector<float> values(p.what.count());
    std::iota(values.begin(), values.end(), 1.0f);
    net.write(p, values);
    std::vector<float> back(values.size());
    net.read(p, back);
    CHECK(back == values);
    const std::vector<float> after = tests::weights_of(net);
    for (std::size_t i = p.what.floats(); i < after.size(); ++i) CHECK(after[i] == before[i]);
    CHECK_THROWS_WITH_AS(net.write(p, std::vector<float>(3)),
                         doctest::Contains("weight of layer 1 is 3 x 3 x 3 x 5 = 135 values, not 3"),
                         std::invalid_argument);
}

TEST_CASE("clones are equal and independent") {
    model<dense_net> net{glorot_uniform{}, seed{4}};
    model<dense_net> copy = net.clone();
    CHECK(tests::weights_of(copy) == tests::weights_of(net));
    copy.initialize(glorot_uniform{}, seed{5});
    CHECK(tests::weights_of(copy) != tests::weights_of(net));
    net = std::move(copy);
    CHECK(tests::weights_of(net) == tests::weights_of(model<dense_net>{glorot_uniform{}, seed{5}}));
}

TEST_CASE("blocks are aligned to 64 bytes, also those of small networks") {
    const model<dense_net> net{zeros{}};
    CHECK(reinterpret_cast<std::uintptr_t>(net.storage().data()) % 64 == 0);
    CHECK(net.storage().size() % 16 == 0);
    for (const placed_parameter& p : parameters_of<dense_net>) CHECK(p.offset % 16 == 0);
}

TEST_CASE("weights and variances of normalizations start at 1, drawn or not, and their padding at 0") {
    struct normalized : network<strata::input<9>, dense<20>, batch_norm<>, layer_norm<>> {};
    const std::vector<bool> holds = used<normalized>();
    for (const model<normalized>& net :
         {model<normalized>{}, model<normalized>{he_uniform{}, seed{1}}, model<normalized>{}.clone()}) {
        for (const placed_parameter& p : parameters_of<normalized>) {
            std::vector<float> values(p.what.count());
            net.read(p, values);
            if (p.what.fan_in == 0) CHECK(std::ranges::count(values, p.what.start) == 20);
        }
        for (std::size_t i = 0; i < holds.size(); ++i)
            if (!holds[i]) CHECK(net.storage()[i] == 0.0f);
    }
    CHECK(parameters_of<normalized>[2].what.start == 1.0f); // the weight
    model<normalized> net{zeros{}};
    net.write(parameters_of<normalized>[5], std::vector<float>(20, 4.0f)); // running_var
    net.initialize(he_uniform{}, seed{1});
    CHECK(tests::weights_of(net) == tests::weights_of(model<normalized>{he_uniform{}, seed{1}}));
}

TEST_CASE("parameters say whether they have a gradient, and where") {
    struct partly : network<strata::input<9>, dense<20>, frozen<dense<30>>, dense<3>> {};
    constexpr auto& list = parameters_of<partly>;
    CHECK(list.size() == 6);
    for (const std::size_t i : {0u, 1u, 4u, 5u}) CHECK(list[i].has_gradient);
    for (const std::size_t i : {2u, 3u}) CHECK_FALSE(list[i].has_gradient);
    CHECK(list[4].offset == (9 + 1) * 32 + (20 + 1) * 32);
    CHECK(list[4].gradient_offset == (9 + 1) * 32);
    for (const placed_parameter& p : parameters_of<thawed<partly>>) {
        CHECK(p.has_gradient);
        CHECK(p.gradient_offset == p.offset);
    }
}

TEST_CASE("frozen or not, the same seed draws the same weights") {
    struct plain : network<strata::input<9>, dense<20>, dense<3>> {};
    struct partly : network<strata::input<9>, frozen<dense<20>>, dense<3>> {};
    CHECK(tests::weights_of(model<plain>{glorot_uniform{}, seed{1}}) ==
          tests::weights_of(model<partly>{glorot_uniform{}, seed{1}}));
}

namespace {

/// Whether the weights of layer `number` are those that an initializer draws from this seed.
template <class Net, class Initializer>
bool drawn_by(const model<Net>& net, Initializer how, seed s, std::size_t number) {
    const model<Net> wanted{how, s};
    bool any = false;
    for (const placed_parameter& p : parameters_of<Net>) {
        if (p.layer_number != number || p.what.fan_in == 0) continue;
        std::vector<float> mine(p.what.count());
        std::vector<float> its(p.what.count());
        net.read(p, mine);
        wanted.read(p, its);
        if (mine != its) return false;
        any = true;
    }
    return any;
}

/// By the default, a layer is drawn by he_uniform where its letter in `kinds` is h, by glorot_uniform where
/// it is g.
template <class Net>
void check_default(const char* kinds) {
    for (const std::uint64_t s : {0u, 1u, 77u}) {
        const model<Net> net{seed{s}};
        model<Net> again{zeros{}};
        again.initialize(seed{s});
        CHECK(tests::weights_of(again) == tests::weights_of(net));
        if (s == 0) CHECK(tests::weights_of(model<Net>{}) == tests::weights_of(net));
        std::size_t number = 0;
        for (const char* kind = kinds; *kind != 0; ++kind) {
            ++number;
            CAPTURE(number);
            if (*kind == 'h') CHECK(drawn_by(net, he_uniform{}, seed{s}, number));
            if (*kind == 'g') CHECK(drawn_by(net, glorot_uniform{}, seed{s}, number));
        }
    }
}

/// The activation after a layer alone decides.
template <class Activation>
struct before : network<strata::input<9>, dense<20>, Activation, dense<5>> {};

} // namespace

TEST_CASE("by default, he_uniform draws in front of relu and its kind, glorot_uniform elsewhere") {
    check_default<before<relu>>("h-g");
    check_default<before<leaky_relu<0.2>>>("h-g");
    check_default<before<elu<>>>("h-g");
    check_default<before<gelu>>("h-g");
    check_default<before<strata::tanh>>("g-g");
    check_default<before<sigmoid>>("g-g");
    check_default<before<softplus>>("g-g");
    check_default<before<softmax>>("g-g");
    check_default<before<dropout<0.5>>>("g-g");
    // What lies between changes nothing, up to the next layer with a matrix.
    struct between : network<strata::input<8, 8, 2>, conv2d<4, 3>, batch_norm<>, dropout<0.1>, mark<"here">,
                             max_pool2d<2>, relu, conv2d_transpose<3, 2>, layer_norm<>, conv2d<2, 2>, gelu,
                             flatten, dense<7>, dense<6>, frozen<relu>, frozen<dense<3>>, strata::tanh> {};
    check_default<between>("h-----g-h--gh-g-");
    struct tied : network<strata::input<9>, mark<"first">, dense<20>, strata::tanh, tied_dense<9, "first">,
                          relu, dense<3>> {};
    check_default<tied>("-g---g");
    check_default<from<between, "here">>("---g-h--gh-g-");
    check_default<until<between, "here">>("g----"); // its relu was cut off
    check_default<thawed<between>>("h-----g-h--gh-g-");
}

TEST_CASE("by default nothing but what an initializer draws is drawn, and zeros are asked for by name") {
    struct normalized : network<strata::input<9>, dense<20>, batch_norm<>, relu, layer_norm<>, dense<3>> {};
    const std::vector<bool> holds = used<normalized>();
    const model<normalized> net;
    const model<normalized> none{zeros{}};
    const model<normalized> seeded{zeros{}, seed{4}};
    for (const placed_parameter& p : parameters_of<normalized>) {
        std::vector<float> values(p.what.count());
        std::vector<float> of_none(p.what.count());
        std::vector<float> of_seeded(p.what.count());
        net.read(p, values);
        none.read(p, of_none);
        seeded.read(p, of_seeded);
        CHECK(of_seeded == of_none);
        if (p.what.fan_in == 0) {
            CHECK(values == of_none);
        } else {
            CHECK(std::ranges::count(values, 0.0f) < std::ptrdiff_t(values.size() / 10));
            CHECK(std::ranges::count(of_none, 0.0f) == std::ptrdiff_t(of_none.size()));
        }
    }
    for (std::size_t i = 0; i < holds.size(); ++i)
        if (!holds[i]) CHECK(net.storage()[i] == 0.0f);
    CHECK(tests::weights_of(model<normalized>{he_uniform{}}) ==
          tests::weights_of(model<normalized>{he_uniform{}, seed{}}));
}

TEST_CASE("a network learns a sine from the weights that it has by default") {
    struct sine : network<strata::input<1>, dense<32>, strata::tanh, dense<1>> {};
    struct kinked : network<strata::input<1>, dense<32>, relu, dense<32>, relu, dense<1>> {};
    std::vector<float> x(256);
    std::vector<float> y(256);
    for (std::size_t i = 0; i < 256; ++i) {
        x[i] = static_cast<float>(i) / 128 - 1;
        y[i] = std::sin(3.0f * x[i]);
    }
    const auto loss_after = [&]<class Net>(std::type_identity<Net>) {
        model<Net> net;
        workspace<Net, batch<32>> work;
        optimizer opt{net, adam{.learning_rate = 0.01f}};
        fit(net, work, opt, mse{}, x, y, {.epochs = 100});
        return evaluate(net, mse{}, x, y);
    };
    CHECK(loss_after(std::type_identity<sine>{}) < 0.01f);
    CHECK(loss_after(std::type_identity<kinked>{}) < 0.01f);
}

TEST_CASE("a parameter of another network, or of none, is refused and nothing is written") {
    struct small : network<strata::input<3>, dense<4>> {};
    struct large : network<strata::input<300>, dense<40>, relu, dense<40>, relu, dense<4>> {};
    model<small> net{glorot_uniform{}, seed{1}};
    const std::vector<float> before = tests::weights_of(net);
    const auto refused = [&](const placed_parameter& p) {
        std::vector<float> values(p.what.count(), 7.0f);
        CHECK_THROWS_WITH_AS(net.write(p, values),
                             doctest::Contains("is not a parameter of this model's network"),
                             std::invalid_argument);
        CHECK_THROWS_AS(net.read(p, values), std::invalid_argument);
        CHECK(values == std::vector<float>(values.size(), 7.0f));
        CHECK(tests::weights_of(net) == before);
    };
    for (const placed_parameter& p : parameters_of<large>) refused(p);
    placed_parameter p = parameters_of<small>[0];
    p.offset += 16;
    refused(p);
    p = parameters_of<small>[0];
    p.what.logical = shape<4, 3>;
    refused(p);
    refused(placed_parameter{});
    // Those of a slice from the start, and of a thawed network, are the network's own.
    struct partly : network<strata::input<3>, frozen<dense<4>>, mark<"here">, dense<2>> {};
    model<partly> whole;
    for (const auto& list : {parameters_of<until<partly, "here">>[0], parameters_of<thawed<partly>>[3]}) {
        std::vector<float> values(list.what.count(), 3.0f);
        whole.write(list, values);
        whole.read(list, values);
        CHECK(values.front() == 3.0f);
    }
    CHECK_THROWS_AS(whole.write(parameters_of<from<partly, "here">>[0], std::vector<float>(8)),
                    std::invalid_argument);
}

TEST_CASE("values among the model's own weights are refused") {
    struct small : network<strata::input<3>, dense<4>> {};
    model<small> net{glorot_uniform{}, seed{1}};
    const std::vector<float> before = tests::weights_of(net);
    const placed_parameter& p = parameters_of<small>[0];
    CHECK_THROWS_WITH_AS(net.read(p, net.storage().first(12)),
                         doctest::Contains("lie among the model's own weights"), std::invalid_argument);
    CHECK_THROWS_AS(net.write(p, net.storage().subspan(3, 12)), std::invalid_argument);
    CHECK(tests::weights_of(net) == before);
}
