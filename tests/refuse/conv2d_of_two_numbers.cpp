// A kernel that is no square is given as two numbers.
// says: 3x5_is_kernel_3_5
#include "strata/core.hpp"

#include <vector>

using namespace strata;

#ifdef STRATA_CORRECTED
struct net : network<input<28, 28, 1>, conv2d<8, kernel<1, 5>>, relu, flatten, dense<10>> {};
#else
struct net : network<input<28, 28, 1>, conv2d<8, 1, 5>, relu, flatten, dense<10>> {};
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
