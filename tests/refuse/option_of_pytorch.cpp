// The learning rate has the name that it has in PyTorch.
// says: strata: an optimizer's options go by name
#include "strata/core.hpp"

#include <vector>

using namespace strata;

struct net : network<input<9>, dense<4>> {};

int main() {
    model<net> weights{glorot_uniform{}, seed{1}};
    workspace<net, batch<8>> work;
#ifdef STRATA_CORRECTED
    sgd optimizer{weights, {.learning_rate = 0.1f}};
#else
    sgd optimizer{weights, {.lr = 0.1f, .momentum = 0.9f}};
#endif
    const std::vector<float> x(8 * 9);
    const std::vector<float> y(8 * 4);
    train_step(weights, work, optimizer, mse{}, x, y);
}
