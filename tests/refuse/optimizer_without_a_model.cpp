// An optimizer is made without its model.
// says: an optimizer is made for a model: sgd optimizer{model}
#include "strata/core.hpp"

#include <vector>

using namespace strata;

struct net : network<input<9>, dense<4>> {};

int main() {
    model<net> weights{glorot_uniform{}, seed{1}};
    workspace<net, batch<8>> work;
#ifdef STRATA_CORRECTED
    sgd optimizer{weights};
#else
    sgd optimizer;
#endif
    const std::vector<float> x(8 * 9), y(8 * 4);
    train_step(weights, work, optimizer, mse{}, x, y);
}
