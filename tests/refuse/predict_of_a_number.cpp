// predict gets a number, of a network with one input.
// says: strata: one number is no samples
// also: as_rows
#include "strata/core.hpp"

#include <array>

using namespace strata;

struct net : network<input<1>, dense<5>> {};

int main() {
    const model<net> weights;
#ifdef STRATA_CORRECTED
    predict(weights, std::array{1.0f});
#else
    predict(weights, 1.0f);
#endif
}
