// evaluate gets a workspace.
// says: strata: evaluate takes (model, loss, samples, targets), and no workspace
#include "strata/core.hpp"

#include <vector>

using namespace strata;

struct net : network<input<9>, dense<4>> {};

int main() {
    model<net> weights{glorot_uniform{}, seed{1}};
    workspace<net, batch<8>> work;
    optimizer opt{weights, sgd{.learning_rate = 0.1f}};
    const std::vector<float> x(8 * 9), y(8 * 4);
#ifdef STRATA_CORRECTED
    return evaluate(weights, mse{}, x, y) < 1.0f;
#else
    return evaluate(weights, work, mse{}, x, y) < 1.0f;
#endif
}
