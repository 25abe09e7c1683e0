// evaluate gets one number in place of targets, which train_step takes.
// says: strata: one number is no samples, and stands for all targets in steps on a batch
// also: as_rows
#include "strata/core.hpp"

#include <vector>

using namespace strata;

struct net : network<input<7>, dense<5>> {};

int main() {
    const model<net> weights;
    const std::vector<float> x(8 * 7);
#ifdef STRATA_CORRECTED
    evaluate(weights, mse{}, x, std::vector<float>(8 * 5, 1.0f));
#else
    evaluate(weights, mse{}, x, 1.0f);
#endif
}
