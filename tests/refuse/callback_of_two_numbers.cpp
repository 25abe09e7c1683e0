// fit gets a callback that takes no report.
// says: strata: fit cannot call this callback: after_epoch takes const epoch_report&, after_batch const batch_report&
#include "strata/core.hpp"

using namespace strata;

struct net : network<input<9>, dense<4>, relu, dense<9>> {};

int main() {
    model<net> weights{zeros{}, seed{1}};
    workspace<net, batch<2>> work;
    optimizer opt{weights, sgd{}};
    const std::vector<float> x(9);
#ifdef STRATA_CORRECTED
    fit(weights, work, opt, mse{}, x, x, {.epochs = 3, .after_epoch = [](const epoch_report&) {}});
#else
    fit(weights, work, opt, mse{}, x, x, {.epochs = 3, .after_epoch = [](std::size_t, float) {}});
#endif
}
