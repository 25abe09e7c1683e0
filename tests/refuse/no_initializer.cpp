// An initializer that takes a float.
// says: strata: no initializer: it is called with a const weight_draw& w and fills w.values; initializers/initializer.hpp has an example
#include "strata/core.hpp"
using namespace strata;

struct net : network<input<9>, dense<4>> {};

struct halves {
#if defined(STRATA_CORRECTED)
    void operator()(const weight_draw& w) const { std::ranges::fill(w.values, 0.5f); }
#else
    float operator()(float) const { return 0.5f; }
#endif
};

int main() { model<net> weights{halves{}, seed{1}}; }
