// predict gets the workspace before the model.
// says: strata: predict takes (model, samples) and returns the outputs
#include "strata/core.hpp"

#include <vector>

using namespace strata;

struct net : network<input<9>, dense<4>> {};

int main() {
    model<net> weights{glorot_uniform{}, seed{1}};
    workspace<net, batch<8>> work;
    const std::vector<float> x(8 * 9);
    std::vector<float> out(8 * 4);
#ifdef STRATA_CORRECTED
    predict(weights, work, x, out);
#else
    predict(work, weights, x, out);
#endif
}
