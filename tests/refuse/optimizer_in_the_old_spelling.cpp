// An optimizer is made as before there were rules.
// says: strata: this is a rule, without a model and its state: make an optimizer of it
#include "strata/core.hpp"

#include <vector>

using namespace strata;

struct net : network<input<9>, dense<4>> {};

int main() {
    model<net> weights{glorot_uniform{}, seed{1}};
    workspace<net, batch<8>> work;
#ifdef STRATA_CORRECTED
    optimizer opt{weights, sgd{}};
#else
    sgd opt{weights};
#endif
    const std::vector<float> x(8 * 9), y(8 * 4);
    train_step(weights, work, opt, mse{}, x, y);
}
