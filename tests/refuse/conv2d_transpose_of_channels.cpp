// conv2d_transpose gets channels in, channels out and its kernel, in the order of PyTorch.
// says: no_channels_in
#include "strata/core.hpp"

#include <vector>

using namespace strata;

#ifdef STRATA_CORRECTED
struct net : network<input<28, 28, 1>, conv2d_transpose<8, 3>, relu, flatten, dense<10>> {};
#else
struct net : network<input<28, 28, 1>, conv2d_transpose<1, 8, 3>, relu, flatten, dense<10>> {};
#endif

int main() {
    model<net> weights{glorot_uniform{}, seed{1}};
    workspace<net, batch<8>> work;
    optimizer opt{weights, sgd{.learning_rate = 0.1f}};
    const std::vector<float> x(8 * 784);
    const std::vector<float> y(8 * 10);
    train_step(weights, work, opt, mse{}, x, y);
    return static_cast<int>(predict(weights, x).size());
}
