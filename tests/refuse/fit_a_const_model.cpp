// fit gets a const model.
// says: strata: this model is const, but a step of training changes its weights
#include "strata/core.hpp"

#include <vector>

using namespace strata;

struct net : network<input<9>, dense<4>> {};

int main() {
    model<net> weights{glorot_uniform{}, seed{1}};
    workspace<net, batch<8>> work;
    optimizer opt{weights, sgd{.learning_rate = 0.1f}};
    const model<net> fixed = weights.clone();
    const std::vector<float> x(8 * 9), y(8 * 4);
#ifdef STRATA_CORRECTED
    fit(weights, work, opt, mse{}, x, y, {.epochs = 2});
#else
    fit(fixed, work, opt, mse{}, x, y, {.epochs = 2});
#endif
    static_cast<void>(predict(fixed, x));
}
