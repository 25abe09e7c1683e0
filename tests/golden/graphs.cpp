// Networks beyond a chain against PyTorch: output, loss, all gradients, and the weights after three steps; graphs.py made
// the values.
#include "golden.hpp"

namespace {

using namespace strata;

struct unet : network<input<8, 8, 2>, conv2d<4, 3, same>, relu, mark<"fine">, max_pool2d<2>,
                      conv2d<6, 3, same>, relu, upsample2d<2>, concat<"fine">, conv2d<3, 3, same>> {};

struct resnet
    : network<input<6, 6, 3>, conv2d<4, 3, same>, batch_norm<>, relu,
              residual<conv2d<4, 3, same>, batch_norm<>, relu, conv2d<4, 3, same>, batch_norm<>>, relu,
              sum_of<path<conv2d<6, 3, stride<2>, same>, relu, conv2d<6, 3, same>>,
                     path<conv2d<6, 1, stride<2>>>>,
              relu, flatten, dense<3>> {};

struct densenet
    : network<input<5, 4, 2>, repeat<3, concat_of<path<>, path<conv2d<3, 3, same>, strata::tanh>>>, flatten,
              dense<2>> {};

struct gates : network<input<9>, mark<"given">, dense<9>, strata::tanh, mark<"x">, dense<9>, sigmoid,
                       strata::multiply<"x">, mark<"y">, resume<"given">, dense<9>, strata::subtract<"y">,
                       mark<"held">, stop_gradient, dense<9>, strata::add<"held", "x">,
                       strata::multiply<"held", "x">, concat<"given", "y">, dense<3>> {};

template <class Net, class Real>
void check_steps(const golden::file& values, const std::string& name) {
    model<Net, Real> net{zeros{}};
    golden::load_weights(net, values, name);
    workspace<Net, batch<3>, training, Real> work;
    optimizer optimizer{net, sgd{.learning_rate = 0.0625f, .momentum = 0.875f}};
    std::vector<Real> losses;
    for (int step = 0; step < 3; ++step)
        losses.push_back(train_step(net, work, optimizer, mse{}, values.of<Real>(name + ".input"),
                                    values.of<Real>(name + ".target")));
    golden::check_agreement(name + ".losses", losses, values[name + ".losses"]);
    golden::check_weights(values, name, net);
}

template <class Net>
void check_graph(const std::string& name) {
    static const golden::file values{STRATA_GOLDEN "/graphs.f64"};
    golden::check_network<Net, 3>(values, name);
    check_steps<Net, float>(values, name);
    check_steps<Net, double>(values, name);
}

TEST_CASE("a U-Net computes and learns as in PyTorch") { check_graph<unet>("unet"); }
TEST_CASE("a ResNet computes and learns as in PyTorch") { check_graph<resnet>("resnet"); }
TEST_CASE("a DenseNet computes and learns as in PyTorch") { check_graph<densenet>("densenet"); }
TEST_CASE("sums, differences and products of marked values, one without a gradient, as in PyTorch") {
    check_graph<gates>("gates");
}

} // namespace
