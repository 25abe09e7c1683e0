// Every layer, loss and optimizer in one unit: compiled for instruction sets that this machine need not have.

#include "strata/core.hpp"

namespace {

using namespace strata;

struct images
    : network<input<9, 8, 3>, conv2d<32, 3, same>, batch_norm<>, relu, max_pool2d<2>, upsample2d<2>,
              conv2d_transpose<1, 3, same>, leaky_relu<0.2>, average_pool2d<2>, upsample2d<2, 2, bilinear>,
              zero_pad2d<1>, conv2d<18, 3, dilation<2>, same>, conv2d<36, 3, groups<18>, same>,
              conv2d<18, 1, groups<2>>, conv2d<20, 1>, global_average_pool2d, layer_norm<>, dense<12>> {};
struct rows : network<input<20>, gaussian_noise<0.1>, mark<"first">, dense<12>, gelu, dropout<0.3>, elu<>,
                      tied_dense<20, "first">, softplus, silu, prelu, clip<-1, 4>, dense<10>, mark<"moments">,
                      sample_gaussian, strata::tanh, dense<5>, sigmoid, reshape<5>, softmax> {};

// The memory that these take does not depend on the target, whatever the size of its pointers.
static_assert(memory_plan_of<images, 8, training>.floats == 152688);
static_assert(memory_plan_of<rows, 8, training>.floats == 2256);

template <class Net, class Rule, class Loss>
float train_once(const Loss& loss) {
    model<Net> net{he_uniform{}, seed{1}};
    workspace<Net, batch<8>> work;
    optimizer opt{net, Rule{}};
    const std::vector<float> x(8 * Net::input.count(), 0.3f);
    const std::vector<float> y(8 * Net::output.count(), 0.2f);
    return train_step(net, work, opt, loss, x, y);
}

} // namespace

/// Uses all of it; nobody calls it.
float everything() {
    float sum = train_once<images, sgd>(mse{}) + train_once<images, rmsprop>(cross_entropy{}) +
                train_once<images, adamw>(bce_with_logits{});
    sum += train_once<rows, adam>(bce{} + 0.1f * at<"moments">(gaussian_kl{}) + 0.1f * on_weights(l1{}));
    sum += train_once<rows, adam>(huber{} + 0.1f * on_weights(l2{})) + train_once<rows, adam>(mae{});
    return sum;
}
