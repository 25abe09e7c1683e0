// leaky_relu lacks its brackets. Compilers say so where they read its name, and Clang before it has seen of what it is an
// entry.
// says: leaky_relu
#include "strata/core.hpp"

#include <vector>

using namespace strata;

#ifdef STRATA_CORRECTED
struct net : network<input<784>, dense<64>, leaky_relu<0.01>, dense<10>> {};
#else
struct net : network<input<784>, dense<64>, leaky_relu, dense<10>> {};
#endif

int main() {
    model<net> weights{glorot_uniform{}, seed{1}};
    return static_cast<int>(predict(weights, std::vector<float>(784)).size());
}
