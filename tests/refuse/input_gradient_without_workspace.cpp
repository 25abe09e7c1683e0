// input_gradient gets no workspace.
// says: strata: accumulate and input_gradient take (model, workspace, loss, samples, targets)
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
    return static_cast<int>(input_gradient(weights, work, mse{}, x, y).rows);
#else
    return static_cast<int>(input_gradient(weights, mse{}, x, y).rows);
#endif
}
