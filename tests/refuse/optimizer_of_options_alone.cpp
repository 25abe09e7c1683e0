// An optimizer is made of its options, without its model.
// says: for a model: adam optimizer{model, {.learning_rate = 0.01f}}
#include "strata/core.hpp"

#include <vector>

using namespace strata;

struct net : network<input<9>, dense<4>> {};

int main() {
    model<net> weights{glorot_uniform{}, seed{1}};
    workspace<net, batch<8>> work;
#ifdef STRATA_CORRECTED
    adam optimizer{weights, {.learning_rate = 0.1f}};
#else
    adam optimizer{{.learning_rate = 0.1f}};
#endif
    const std::vector<float> x(8 * 9), y(8 * 4);
    train_step(weights, work, optimizer, mse{}, x, y);
}
