// A workspace whose size is a number by itself.
// says: size_as_batch_of_32
#include "strata/core.hpp"

#include <vector>

using namespace strata;

struct net : network<input<9>, dense<4>> {};

int main() {
    model<net> weights{glorot_uniform{}, seed{1}};
#ifdef STRATA_CORRECTED
    workspace<net, batch<8>> work;
#else
    workspace<net, 8> work;
#endif
    optimizer opt{weights, sgd{.learning_rate = 0.1f}};
    const std::vector<float> x(8 * 9);
    const std::vector<float> y(8 * 4);
    train_step(weights, work, opt, mse{}, x, y);
}
