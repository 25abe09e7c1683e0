// dense gets inputs and outputs, in the order of PyTorch, throughout the network.
// says: strata: dense<16> takes the number of its units alone
// also: layer_number<1>
// also: dense<784, 64>
#include "strata/core.hpp"

#include <vector>

using namespace strata;

#ifdef STRATA_CORRECTED
struct net : network<input<784>, dense<64>, relu, dense<32>, relu, dense<10>> {};
#else
struct net : network<input<784>, dense<784, 64>, relu, dense<64, 32>, relu, dense<32, 10>> {};
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
