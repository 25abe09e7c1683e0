// sgd gets an option of adamw.
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
    sgd optimizer{weights, {.learning_rate = 0.1f, .weight_decay = 1e-4f}};
#endif
    const std::vector<float> x(8 * 9);
    const std::vector<float> y(8 * 4);
    train_step(weights, work, optimizer, mse{}, x, y);
}
