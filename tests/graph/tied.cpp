// Tied weights: which layer owns them, and where they lie as seen from the whole network and from a slice.

#include "strata/graph/tied.hpp"

#include "strata/core.hpp"

#include <doctest/doctest.h>

using namespace strata;

namespace {

using to_first = tied_dense<9, "first">;
using to_second = tied_dense<40, "second">;

struct autoencoder : network<strata::input<9>, mark<"first">, dense<40>, relu, mark<"second">, mark<"too">,
                             dense<20>, mark<"code">, to_second, relu, to_first> {};
using encoder = until<autoencoder, "code">;
using decoder = from<autoencoder, "code">;
using second_half = from<autoencoder, "second">;

struct with_frozen_owner : network<strata::input<9>, mark<"first">, frozen<dense<40>>, mark<"second">,
                                   dense<20>, to_second, to_first> {};
struct with_frozen_user
    : network<strata::input<9>, mark<"first">, dense<40>, strata::tanh, frozen<to_first>> {};

constexpr std::ptrdiff_t second_begins = 9 * 48 + 48;                // after dense<40> of 9
constexpr std::ptrdiff_t code_begins = second_begins + 40 * 32 + 32; // after dense<20> of 40
constexpr std::ptrdiff_t tied_floats = 48 + 16;                      // their biases

/// The tie of a network's layer of this type.
template <class Net, class Layer, std::size_t... I>
constexpr detail::tie tie_of(std::index_sequence<I...>) {
    std::size_t place = 0;
    ((place = std::is_same_v<element_t<I, typename Net::layers>, Layer> ? I : place), ...);
    return detail::find_tie<Net>(place);
}
template <class Net, class Layer>
constexpr detail::tie tie_of() {
    return tie_of<Net, Layer>(std::make_index_sequence<Net::layer_count>{});
}

template <class Net>
std::string owners_of() {
    std::string text;
    for (const bool owns : detail::owners<Net>) text += owns ? "o" : "-";
    return text;
}

} // namespace

static_assert(tied_layer<to_first> && !tied_layer<dense<40>> && !tied_layer<mark<"first">>);
static_assert(autoencoder::parameter_floats == code_begins + tied_floats);

TEST_CASE("a mark names the layer behind it, other marks passed over, if that comes earlier") {
    using layers = autoencoder::layers;
    CHECK(detail::find_owner({.mark = "first"}, 9, layers{}) == 1);
    CHECK(detail::find_owner({.mark = "second"}, 7, layers{}) == 5);
    CHECK(detail::find_owner({.mark = "too"}, 7, layers{}) == 5);
    CHECK(detail::find_owner({.mark = "second"}, 5, layers{}) == autoencoder::layer_count);
    CHECK(detail::find_owner({.mark = "none"}, 9, layers{}) == autoencoder::layer_count);
}

TEST_CASE("within a network, a tie is the owner's place, in weights and in gradients") {
    constexpr detail::tie first = tie_of<autoencoder, to_first>();
    CHECK(first.within);
    CHECK(first.learns);
    CHECK(first.owner == 1);
    CHECK(first.weights == 0);
    CHECK(first.gradient == 0);
    constexpr detail::tie second = tie_of<autoencoder, to_second>();
    CHECK(second.within);
    CHECK(second.owner == 5);
    CHECK(second.weights == second_begins);
    CHECK(second.gradient == second_begins);
}

TEST_CASE("in a slice, places are the slice's own; an owner before it lies at a negative one") {
    constexpr detail::tie within = tie_of<second_half, to_second>();
    CHECK(within.within);
    CHECK(within.owner == 2);
    CHECK(within.weights == 0);
    CHECK(within.gradient == 0);
    constexpr detail::tie before = tie_of<second_half, to_first>();
    CHECK_FALSE(before.within);
    CHECK_FALSE(before.learns);
    CHECK(before.weights == -second_begins);
    CHECK(tie_of<decoder, to_first>().weights == -code_begins);
    CHECK(tie_of<decoder, to_second>().weights == second_begins - code_begins);
    CHECK_FALSE(tie_of<decoder, to_second>().within);
}

TEST_CASE("ties are within a network, and within slices that hold the owners too") {
    CHECK(ties_are_within<autoencoder>);
    CHECK(ties_are_within<encoder>);
    CHECK(ties_are_within<thawed<with_frozen_owner>>);
    CHECK_FALSE(ties_are_within<decoder>);
    CHECK_FALSE(ties_are_within<second_half>); // one is, one is not
}

TEST_CASE("owners are layers to whose gradient a later layer adds") {
    CHECK(owners_of<autoencoder>() == "-o---o----");
    CHECK(owners_of<encoder>() == "------"); // its users are in the other half
    CHECK(owners_of<second_half>() == "--o----");
    CHECK(owners_of<decoder>() == "----");
}

TEST_CASE("a frozen owner has no gradient to add to, and a frozen user adds nothing") {
    CHECK_FALSE(tie_of<with_frozen_owner, to_first>().learns);
    CHECK(tie_of<with_frozen_owner, to_second>().learns);
    CHECK(tie_of<with_frozen_owner, to_second>().weights == second_begins);
    CHECK(tie_of<with_frozen_owner, to_second>().gradient == 0); // frozen ones take no place
    CHECK(owners_of<with_frozen_owner>() == "---o--");
    CHECK(owners_of<thawed<with_frozen_owner>>() == "-o-o--");
    CHECK(tie_of<thawed<with_frozen_owner>, to_second>().gradient == second_begins);
    CHECK(owners_of<with_frozen_user>() == "----");
    CHECK(owners_of<thawed<with_frozen_user>>() == "-o--");
}

TEST_CASE("the decoder runs on the owner's weights in the whole network's model") {
    model<autoencoder> net{glorot_uniform{}, seed{1}};
    std::vector<float> x(5 * 9);
    fill_uniform(x, -1.0f, 1.0f, seed{2}, streams::user);
    const std::vector<float> codes = predict<encoder>(net, x);
    const std::vector<float> before = predict<decoder>(net, codes);
    CHECK(before == predict(net, x));
    net.storage()[second_begins] += 1.0f; // a weight of the encoder's second layer
    CHECK(predict<decoder>(net, codes) != before);
}
