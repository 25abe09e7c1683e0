// train_step gets a model that it must not change.
// says: strata: this model is const, but a step of training changes its weights
#include "strata/core.hpp"

using namespace strata;

struct net : network<input<9>, dense<4>, relu, dense<9>> {};

int main() {
#ifdef STRATA_CORRECTED
    model<net> weights{zeros{}, seed{1}};
#else
    const model<net> weights{zeros{}, seed{1}};
#endif
    workspace<net, batch<2>> work;
    optimizer opt{weights, sgd{}};
    const std::vector<float> x(9);
    train_step(weights, work, opt, mse{}, x, x);
}
