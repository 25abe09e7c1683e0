// fit gets one number in place of targets, which train_step takes.
// says: strata: one number is no samples, and stands for all targets in steps on a batch
// also: as_rows
#include "strata/core.hpp"

#include <vector>

using namespace strata;

struct net : network<input<7>, dense<5>> {};

int main() {
    model<net> weights;
    workspace<net, batch<8>> work;
    optimizer opt{weights, sgd{}};
    const std::vector<float> x(8 * 7);
#ifdef STRATA_CORRECTED
    train_step(weights, work, opt, mse{}, x, 1.0f);
#else
    fit(weights, work, opt, mse{}, x, 1.0f, {.epochs = 2});
#endif
}
