// The seed comes before the initializer.
// says: strata: the initializer comes before the seed: model<Net> model{glorot_uniform{}, seed{1}}
#include "strata/core.hpp"

#include <vector>

using namespace strata;

struct net : network<input<9>, dense<4>> {};

int main() {
#ifdef STRATA_CORRECTED
    model<net> weights{glorot_uniform{}, seed{1}};
#else
    model<net> weights{seed{1}, glorot_uniform{}};
#endif
    static_cast<void>(predict(weights, std::vector<float>(9)));
}
