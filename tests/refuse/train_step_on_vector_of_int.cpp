// train_step gets a std::vector of int as samples.
// says: strata: networks compute in float, these are integers
#include "strata/core.hpp"

#include <vector>

using namespace strata;

struct net : network<input<9>, dense<4>> {};

int main() {
    model<net> weights{glorot_uniform{}, seed{1}};
    workspace<net, batch<8>> work;
    optimizer opt{weights, sgd{}};
#ifdef STRATA_CORRECTED
    const std::vector<float> x(8 * 9);
#else
    const std::vector<int> x(8 * 9);
#endif
    train_step(weights, work, opt, mse{}, x, std::vector<float>(8 * 4));
}
