// Weights: reading and writing them, copies, and the padding that stays zero.

#include "strata/train/model.hpp"

#include "strata/core.hpp"
#include "support/small_networks.hpp"

#include <doctest/doctest.h>

#include <numeric>

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
    sgd with_momentum{net, {.learning_rate = 0.05f, .momentum = 0.9f}};
    adam with_moments{net, {.weight_decay = 0.01f}};
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

TEST_CASE("factors and variances start at 1, drawn or not, and their padding at 0") {
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
    CHECK(parameters_of<normalized>[2].what.start == 1.0f); // the factor
    model<normalized> net{zeros{}};
    net.write(parameters_of<normalized>[5], std::vector<float>(20, 4.0f)); // the running variance
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
