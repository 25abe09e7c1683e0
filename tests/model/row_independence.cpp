// predict's promise for every layer: a row's bits depend neither on the rows beside it nor on the workspace.
#include "strata/core.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace {

using namespace strata;

constexpr std::size_t most_rows = 70;

/// Weights of any kind, running statistics among them, drawn from where each is at home.
template <class Net>
model<Net> random_model() {
    model<Net> net;
    std::uint64_t stream = 100;
    for (const placed_parameter& p : parameters_of<Net>) {
        std::vector<float> values(p.what.count());
        const bool positive = p.what.what_for == role::running; // a variance is one
        fill_uniform(values, positive ? 0.5f : -0.5f, positive ? 1.5f : 0.5f, seed{7}, stream++);
        net.write(p, values);
    }
    return net;
}

/// Predicts the first `rows` rows, in a workspace for Batch of them.
template <class Net, std::size_t Batch>
std::vector<float> predicted(const model<Net>& net, const std::vector<float>& x, std::size_t rows) {
    workspace<Net, batch<Batch>, inference> work;
    std::vector<float> y(rows * Net::output.count());
    predict(net, work, std::span{x}.first(rows * Net::input.count()), y);
    return y;
}

template <class Net>
void rows_are_independent() {
    CAPTURE(Net::input.count());
    CAPTURE(Net::output.count());
    const model<Net> net = random_model<Net>();
    std::vector<float> x(most_rows * Net::input.count());
    fill_uniform(x, -1.0f, 1.0f, seed{8});
    const std::vector<float> alone = predicted<Net, 1>(net, x, most_rows);
    const auto is_the_same = [&](const std::vector<float>& y) {
        const auto [mine, other] = std::mismatch(y.begin(), y.end(), alone.begin());
        const std::size_t same = static_cast<std::size_t>(mine - y.begin());
        CHECK_MESSAGE(same == y.size(), "row ", same / Net::output.count(),
                      " is not what it is alone: ", mine == y.end() ? 0.0f : *mine, " for ",
                      mine == y.end() ? 0.0f : *other);
    };
    for (std::size_t rows = 1; rows <= most_rows; ++rows) {
        CAPTURE(rows);
        is_the_same(predicted<Net, most_rows>(net, x, rows)); // all beside one another
        is_the_same(predict(net, std::span{x}.first(rows * Net::input.count())));
    }
    is_the_same(predicted<Net, 2>(net, x, most_rows));
    is_the_same(predicted<Net, 7>(net, x, most_rows));
    is_the_same(predicted<Net, 33>(net, x, most_rows));
}

template <std::size_t Wide, std::size_t Narrow>
void dense_layers_are_independent() {
    struct plain : network<input<Wide>, dense<Narrow>, relu, dense<Wide>> {};
    rows_are_independent<plain>();
    struct tied
        : network<input<Wide>, mark<"first">, dense<Narrow>, strata::tanh, tied_dense<Wide, "first">> {};
    rows_are_independent<tied>();
}

TEST_CASE("a row of dense and tied_dense does not depend on the rows beside it, at any width") {
    dense_layers_are_independent<1, 1>();
    dense_layers_are_independent<19, 7>();
    dense_layers_are_independent<7, 19>();
    dense_layers_are_independent<16, 16>();
    dense_layers_are_independent<15, 17>();
    dense_layers_are_independent<33, 31>();
    dense_layers_are_independent<64, 2>();
    dense_layers_are_independent<65, 63>();
    dense_layers_are_independent<129, 47>();
    dense_layers_are_independent<5, 257>();
    dense_layers_are_independent<211, 40>();
}

template <std::size_t Side, std::size_t Channels, std::size_t Maps>
void image_layers_are_independent() {
    struct plain : network<input<Side, Side, Channels>, conv2d<Maps, 3, same>, batch_norm<>, relu,
                           max_pool2d<2>, upsample2d<2>, conv2d_transpose<Channels, 3, stride<2>, same>> {};
    rows_are_independent<plain>();
    struct strided : network<input<Side, Side, Channels>, conv2d<Maps, 3, stride<2>, valid>, leaky_relu<0.2>,
                             conv2d_transpose<Channels, 2>, softmax> {};
    rows_are_independent<strided>();
    struct padded : network<input<Side, Side, Channels>, conv2d<Maps, 3, stride<2>, padding<1>>> {};
    rows_are_independent<padded>();
    struct enlarged : network<input<Side, Side, Channels>, upsample2d<2, 3, bilinear>, zero_pad2d<1, 0>> {};
    rows_are_independent<enlarged>();
    struct dilated : network<input<Side, Side, Channels>, conv2d<Maps, 2, dilation<2, 3>>> {};
    rows_are_independent<dilated>();
    struct grouped : network<input<Side, Side, Channels>, conv2d<2 * Channels, 3, groups<Channels>>,
                             conv2d<6, 2, groups<2>>, conv2d<36, 1, groups<2>>> {};
    rows_are_independent<grouped>();
    struct pooled : network<input<Side, Side, Channels>, max_pool2d<3, stride<1>, padding<1>>,
                            average_pool2d<2, stride<1>>, global_average_pool2d> {};
    rows_are_independent<pooled>();
}

TEST_CASE("a row of layers of images does not depend on the rows beside it") {
    image_layers_are_independent<5, 1, 1>();
    image_layers_are_independent<5, 3, 16>();
    image_layers_are_independent<7, 2, 17>();
    image_layers_are_independent<6, 16, 5>();
    image_layers_are_independent<4, 1, 33>();
}

template <std::size_t Width>
void activations_are_independent() {
    struct all : network<input<Width>, layer_norm<>, elu<>, gelu, softplus, sigmoid, dropout<0.3>,
                         gaussian_noise<0.1>, batch_norm<>, strata::tanh, leaky_relu<0.1>, silu, prelu,
                         clip<-0.5, 0.75>, softmax> {};
    rows_are_independent<all>();
    struct grouped
        : network<input<2 * Width>, group_norm<2>, reshape<Width, 1, 2>, group_norm<1>, group_norm<2>> {};
    rows_are_independent<grouped>();
    struct codes : network<input<2 * Width>, sample_gaussian, reshape<Width, 1>, softmax, flatten> {};
    rows_are_independent<codes>();
}

TEST_CASE("a row of fast convolutions does not depend on the rows beside it") {
    struct narrow : network<input<8, 7, 16>, conv2d<16, 3, same>, relu, conv2d<33, 3, same>> {};
    rows_are_independent<narrow>();
    struct wide : network<input<9, 6, 17>, conv2d<80, 3, padding<2>>, conv2d<16, 3, same, direct>> {};
    rows_are_independent<wide>();
}

TEST_CASE("a row of activations, normalisations and noise does not depend on the rows beside it") {
    activations_are_independent<1>();
    activations_are_independent<7>();
    activations_are_independent<16>();
    activations_are_independent<31>();
    activations_are_independent<53>();
}

} // namespace
