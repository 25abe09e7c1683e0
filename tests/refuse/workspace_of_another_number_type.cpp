// train_step gets a model of doubles and a workspace of floats.
// says: variables of one number type
#include "strata/core.hpp"

#include <vector>

using namespace strata;

struct net : network<input<9>, dense<4>> {};

int main() {
    model<net, double> weights;
#ifdef STRATA_CORRECTED
    workspace<net, batch<2>, training, double> work;
#else
    workspace<net, batch<2>> work;
#endif
    optimizer opt{weights, sgd{}};
    const std::vector<double> x(9), y(4);
    train_step(weights, work, opt, mse{}, x, y);
}
