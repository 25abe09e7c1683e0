// fit gets its callback last.
// says: strata: the last argument of fit is validation{x, y}; a callback comes before it
#include "strata/core.hpp"

using namespace strata;

struct net : network<input<9>, dense<4>, relu, dense<9>> {};

int main() {
    model<net> weights{zeros{}, seed{1}};
    workspace<net, batch<2>> work;
    optimizer opt{weights, sgd{}};
    const std::vector<float> x(9);
#ifdef STRATA_CORRECTED
    fit(weights, work, opt, mse{}, x, x, {.epochs = 3}, [](const epoch_report&) {}, validation{x, x});
#else
    fit(weights, work, opt, mse{}, x, x, {.epochs = 3}, no_callback{}, [](const epoch_report&) {});
#endif
}
