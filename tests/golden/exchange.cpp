// Weights of PyTorch and of Keras's layers in Strata: what the models of exchange.py and keras.js compute, to 1e-5.
#include "strata/io/weights.hpp"

#include "golden.hpp"

namespace {

using namespace strata;

struct activations : network<input<9>, dense<12>, strata::tanh, dense<8>, layer_norm<>, prelu, dense<8>,
                             elu<>, dense<8>, gelu, dense<8>, silu, dense<8>, softplus, dense<8>,
                             leaky_relu<0.2>, dense<8>, sigmoid, dense<4>, softmax> {};
struct images : network<input<11, 12, 2>, conv2d<6, 3, padding<1>>, batch_norm<>, relu, mark<"first">,
                        conv2d<8, 3, dilation<2>, groups<2>>, prelu, max_pool2d<2>,
                        conv2d<8, 3, stride<2>, padding<1>, groups<8>>, batch_norm<>, clip<0.0, 6.0>,
                        average_pool2d<2, stride<1>>, flatten, batch_norm<>, dense<5>> {};
struct flattened : network<input<4, 5, 3>, conv2d<4, kernel<1, 2>>, flatten, mark<"flat">, batch_norm<>,
                           strata::tanh, dropout<0.5>, dense<6>, relu, dense<2>> {};
struct decoder
    : network<input<4>, dense<36>, batch_norm<>, relu, reshape<3, 3, 4>, conv2d_transpose<5, 3, stride<2>>,
              strata::tanh, upsample2d<2>, conv2d<2, 3, padding<1>>, clip<-1.0, 1.0>> {};
struct gaps : network<input<9>, dense<5>, relu, mark<"code">, dense<5>, strata::tanh, dense<2>> {};
struct named : network<input<9>, dense<7>, layer_norm<>, strata::tanh, dense<3>> {};

struct grouped : network<input<7, 6, 2>, conv2d<6, 3>, group_norm<3>, strata::tanh, conv2d<4, kernel<2, 1>>,
                         group_norm<1>, flatten, dense<6>, group_norm<2>, dense<2>> {};

// The same with Keras's options: batch_norm's epsilon is 1e-3 there.
struct keras_activations
    : network<input<9>, dense<12>, strata::tanh, dense<8>, elu<>, layer_norm<>, dense<8>, softplus, dense<8>,
              prelu, dense<8>, leaky_relu<0.2>, dense<8>, sigmoid, dropout<0.5>, dense<4>, softmax> {};
struct keras_images
    : network<input<11, 12, 2>, conv2d<6, 3, same>, relu, batch_norm<0.01, 1e-3>, conv2d<8, 3, dilation<2>>,
              max_pool2d<2>, mark<"small">, conv2d<8, 3, stride<2>, same>, batch_norm<>, clip<0.0, 6.0>,
              average_pool2d<2, stride<1>>, flatten, dense<5>> {};
struct keras_decoder : network<input<4>, dense<36>, relu, reshape<3, 3, 4>, conv2d_transpose<5, 3, stride<2>>,
                               strata::tanh, upsample2d<2>, conv2d<3, kernel<1, 2>, same>,
                               conv2d_transpose<2, 3, stride<2>, same>, sigmoid> {};

const std::string path = STRATA_GOLDEN "/exchange.safetensors",
                  keras_path = STRATA_GOLDEN "/keras.safetensors";

template <class Net, class Real>
double worst_of(const std::string& name, const convention& how) {
    const std::string& from = how.layout == weight_layout::keras ? keras_path : path;
    const safetensors file{from};
    model<Net, Real> net{seed{1}};
    const load_report report = load(from, net, how);
    CHECK(report.complete());
    CHECK(report.applied == parameters_of<Net>.size());
    const std::vector<Real> outputs = predict(net, file.values<Real>("input of " + name));
    const std::vector<Real> wanted = file.values<Real>("output of " + name);
    REQUIRE(outputs.size() == wanted.size());
    // The way back: what is written is what PyTorch wrote, but for tensors that only PyTorch has.
    if constexpr (std::is_same_v<Real, float>) {
        const safetensors written{save(net, how)};
        if (how.layout == weight_layout::pytorch && (how.layers.size() > 0 || name != "gaps"))
            for (const named_tensor& tensor : written.tensors()) {
                INFO(tensor.name);
                CHECK(tensor.shape == file.at(tensor.name).shape);
                CHECK(written.values<float>(tensor.name) == file.values<float>(tensor.name));
            }
    }
    double worst = 0;
    for (std::size_t i = 0; i < wanted.size(); ++i)
        worst = std::max(worst, std::abs(static_cast<double>(outputs[i]) - static_cast<double>(wanted[i])));
    return worst;
}

template <class Net>
void check_exchange(const std::string& name, convention how) {
    how.prefix = name + ".";
    const double single = worst_of<Net, float>(name, how), twice = worst_of<Net, double>(name, how);
    MESSAGE(name << ": " << single << " in float, " << twice << " in double");
    CHECK(single <= 1e-5);
    CHECK(twice <= 1e-5); // the weights, inputs and outputs of the file are floats
}

TEST_CASE("models of PyTorch compute the same: activations, norms") {
    check_exchange<activations>("activations", pytorch);
}
TEST_CASE("models of PyTorch compute the same: convolutions, pools") {
    check_exchange<images>("images", pytorch);
}
TEST_CASE("models of PyTorch compute the same: layers behind a flattened image") {
    check_exchange<flattened>("flattened", pytorch);
}
TEST_CASE("models of PyTorch compute the same: layers in front of an image") {
    check_exchange<decoder>("decoder", pytorch);
}
TEST_CASE("models of PyTorch compute the same: group norms") { check_exchange<grouped>("groups", pytorch); }
TEST_CASE("models of PyTorch compute the same: numbers with gaps") { check_exchange<gaps>("gaps", pytorch); }
TEST_CASE("models of PyTorch compute the same: names by a table") {
    check_exchange<named>("named", pytorch.with_names({{"0", "fc1"}, {"1", "norm"}, {"3", "fc2"}}));
}

TEST_CASE("models of Keras's layers compute the same") {
    check_exchange<keras_activations>("activations", keras);
    check_exchange<keras_images>("images", keras);
    check_exchange<keras_decoder>("decoder", keras);
}

TEST_CASE("norms have Keras's names") {
    struct normed : network<input<6>, group_norm<2>, dense<3>, layer_norm<>> {};
    model<normed> net, other{zeros{}};
    const std::vector<std::byte> file = save(net, keras);
    for (const char* name : {"0.gamma", "0.beta", "1.kernel", "1.bias", "2.gamma", "2.beta"})
        CHECK(safetensors{file}.find(name) != nullptr);
    CHECK(load(file, other, keras).applied == 6);
    CHECK(predict(other, std::vector<float>{1, 2, 3, 4, 5, 7}) ==
          predict(net, std::vector<float>{1, 2, 3, 4, 5, 7}));
}

TEST_CASE("without its convention a file of PyTorch's is refused, with the likeliest cause") {
    model<named> net;
    convention how = convention{}.within("named.").with_names({{"0", "fc1"}, {"1", "norm"}, {"3", "fc2"}});
    try {
        load(path, net, how);
        FAIL("it fits");
    } catch (const load_error& error) {
        REQUIRE(error.report().other_shapes.size() == 2);
        CHECK(error.report().other_shapes[0].problem ==
              "7 x 9 in the file, 9 x 7 here, layer 1 (dense 7): PyTorch's layout?");
    }
}

} // namespace
