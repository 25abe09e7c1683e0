// fit gets a callback that returns a number.
// says: strata: a callback of fit returns nothing, or a bool: false ends the training
#include "strata/core.hpp"

using namespace strata;

struct net : network<input<9>, dense<4>, relu, dense<9>> {};

int main() {
    model<net> weights{zeros{}, seed{1}};
    workspace<net, batch<2>> work;
    optimizer opt{weights, sgd{}};
    const std::vector<float> x(9);
#ifdef STRATA_CORRECTED
    fit(weights, work, opt, mse{}, x, x,
        {.epochs = 3, .after_epoch = [](const auto& r) { return r.epoch < 2; }});
#else
    fit(weights, work, opt, mse{}, x, x, {.epochs = 3, .after_epoch = [](const auto&) { return 1; }});
#endif
}
