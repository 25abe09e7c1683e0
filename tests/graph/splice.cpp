// Entries that stand for several layers: splices, frozen layers, and the thawed network.

#include "strata/graph/splice.hpp"

#include "networks/denoiser.hpp"
#include "support/small_networks.hpp"

#include <doctest/doctest.h>

#include <type_traits>

using namespace strata;

namespace {

struct autoencoder : network<strata::input<9>, dense<20>, strata::tanh, mark<"code">, dense<9>> {};
using encoder = until<autoencoder, "code">;
using decoder = from<autoencoder, "code">;

struct classifier : network<splice<encoder>, mark<"code">, dense<10>> {};
struct in_the_middle : network<strata::input<5>, dense<9>, splice<autoencoder>, relu, dense<2>> {};
struct image_classifier : network<splice<examples::encoder>, dense<10>> {};
struct two_of_them : network<splice<encoder>, splice<decoder>> {};

struct frozen_layers : network<strata::input<9>, frozen<dense<20>, strata::tanh>, dense<3>> {};
struct frozen_splice : network<frozen<splice<encoder>>, mark<"code">, dense<10>> {};
struct nested : network<strata::input<9>, frozen<dense<4>, frozen<dense<5>>, splice<autoencoder>>, dense<2>> {
};
struct spliced_frozen : network<splice<frozen_layers>, dense<2>> {};
struct frozen_in_the_middle
    : network<strata::input<9>, dense<20>, frozen<dense<30>>, mark<"here">, dense<3>, frozen<dense<2>>> {};
struct frozen_without_weights : network<strata::input<9>, frozen<strata::tanh>, dense<3>> {};
struct all_frozen : network<strata::input<9>, frozen<dense<20>, relu>> {};

/// For each layer, whether it is frozen: "f" or "-", and "m" for a mark.
template <class... Layers>
std::string frozen_of(type_list<Layers...>) {
    std::string text;
    ((text += detail::is_mark<Layers> ? "m" : Layers::traits.frozen ? "f" : "-"), ...);
    return text;
}

constexpr std::size_t first_weights = 9 * 32 + 32;   // dense<20> of 9
constexpr std::size_t second_weights = 20 * 32 + 32; // dense<30> of 20

} // namespace

// A splice is its network's layers, in place; the first one brings the input.
static_assert(std::is_empty_v<classifier> && std::is_empty_v<frozen_splice>);
static_assert(
    std::is_same_v<classifier::layers, type_list<dense<20>, strata::tanh, mark<"code">, dense<10>>>);
static_assert(classifier::input == shape<9> && classifier::output == shape<10>);
static_assert(classifier::table.shapes[1] == shape<20> && classifier::table.shapes[3] == shape<20>);
static_assert(classifier::parameter_floats == first_weights + 21 * 16);
static_assert(
    std::is_same_v<in_the_middle::layers,
                   type_list<dense<9>, dense<20>, strata::tanh, mark<"code">, dense<9>, relu, dense<2>>>);
static_assert(in_the_middle::input == shape<5> && in_the_middle::table.shapes[5] == shape<9> &&
              in_the_middle::output == shape<2>);
static_assert(image_classifier::input == shape<28, 28, 1> && image_classifier::output == shape<10>);
static_assert(image_classifier::layer_count == examples::encoder::layer_count + 1);
static_assert(std::is_same_v<two_of_them::layers, autoencoder::layers>);
static_assert(until<in_the_middle, "code">::output == shape<20>);

// The spliced network's weights are not the new one's.
static_assert(!is_part_of<encoder, classifier> && is_part_of<until<classifier, "code">, classifier>);

// Thawed, layers are what they were, at the same place in the same weights.
static_assert(std::is_same_v<thawed<frozen_layers>::layers, type_list<dense<20>, strata::tanh, dense<3>>>);
static_assert(std::is_same_v<thawed<frozen_splice>::layers, classifier::layers>);
static_assert(
    std::is_same_v<thawed<nested>::layers,
                   type_list<dense<4>, dense<5>, dense<20>, strata::tanh, mark<"code">, dense<9>, dense<2>>>);
static_assert(std::is_same_v<thawed<classifier>::layers, classifier::layers>);
static_assert(std::ranges::equal(thawed<frozen_in_the_middle>::table.parameter_offset,
                                 frozen_in_the_middle::table.parameter_offset));
static_assert(thawed<frozen_in_the_middle>::input == frozen_in_the_middle::input &&
              thawed<frozen_in_the_middle>::output == frozen_in_the_middle::output);
static_assert(is_part_of<thawed<frozen_layers>, frozen_layers>);
static_assert(parameter_offset<thawed<frozen_layers>, frozen_layers>() == 0);
using end = from<frozen_in_the_middle, "here">;
static_assert(is_part_of<thawed<end>, frozen_in_the_middle> &&
              !is_part_of<frozen_in_the_middle, thawed<end>>);
static_assert(parameter_offset<thawed<end>, frozen_in_the_middle>() == first_weights + second_weights);
static_assert(!is_part_of<thawed<frozen_layers>, frozen_splice>);

TEST_CASE("what stands in frozen<...> is frozen, however deep; marks stay marks") {
    CHECK(frozen_of(classifier::layers{}) == "--m-");
    CHECK(frozen_of(frozen_layers::layers{}) == "ff-");
    CHECK(frozen_of(frozen_splice::layers{}) == "ffm-");
    CHECK(frozen_of(nested::layers{}) == "ffffmf-");
    CHECK(frozen_of(spliced_frozen::layers{}) == "ff--");
    CHECK(frozen_of(thawed<nested>::layers{}) == "----m--");
    CHECK(std::is_same_v<element_t<4, nested::layers>, mark<"code">>);
    CHECK(until<nested, "code">::output == shape<20>);
}

TEST_CASE("frozen twice is frozen once, and says so") {
    CHECK(element_t<0, nested::layers>::describe() == "frozen dense 4");
    CHECK(element_t<1, nested::layers>::describe() == "frozen dense 5");
    CHECK(describe<frozen_layers>().find("frozen dense 20") != std::string::npos);
    CHECK(describe<thawed<frozen_layers>>().find("frozen") == std::string::npos);
}

TEST_CASE("frozen layers have weights, but no gradients of them") {
    CHECK(frozen_layers::parameter_floats == first_weights + 21 * 16);
    CHECK(frozen_layers::gradient_floats == 21 * 16);
    CHECK(frozen_in_the_middle::parameter_floats == first_weights + second_weights + 31 * 16 + 4 * 16);
    CHECK(frozen_in_the_middle::gradient_floats == first_weights + 31 * 16);
    CHECK(std::ranges::equal(frozen_in_the_middle::table.gradient_offset,
                             std::array{std::size_t{0}, first_weights, first_weights, first_weights,
                                        first_weights + 31 * 16, first_weights + 31 * 16}));
    CHECK(all_frozen::gradient_floats == 0);
    CHECK(classifier::gradient_floats == classifier::parameter_floats);
    CHECK(thawed<frozen_in_the_middle>::gradient_floats == frozen_in_the_middle::parameter_floats);
}

template <class Net>
constexpr std::size_t layers_without_gradient = [] {
    std::size_t layers = 0;
    while (layers < Net::layer_count && !Net::table.hands_back[layers + 1]) ++layers;
    return layers;
}();

TEST_CASE("the backward pass ends at the first layer that learns, if frozen weights come before it") {
    CHECK(layers_without_gradient<classifier> == 0);
    CHECK(layers_without_gradient<frozen_layers> == 2);
    CHECK(layers_without_gradient<frozen_splice> == 3);
    CHECK(layers_without_gradient<frozen_in_the_middle> == 0);
    CHECK(layers_without_gradient<frozen_without_weights> == 0); // nothing is spared by ending there
    CHECK(layers_without_gradient<all_frozen> == 2);
    CHECK(layers_without_gradient<thawed<frozen_splice>> == 0);
}

TEST_CASE("thawed or not, a model predicts the same") {
    const model<frozen_in_the_middle> net{glorot_uniform{}, seed{1}};
    const std::vector<float> x = tests::uniform_rows(7, 9, 2);
    CHECK(predict<thawed<frozen_in_the_middle>>(net, x) == predict(net, x));
    const std::vector<float> codes = predict<until<frozen_in_the_middle, "here">>(net, x);
    CHECK(predict<thawed<end>>(net, codes) == predict(net, x));
}
