// predict gets samples of one input, and the network has two.
// says: strata: this network has another number of inputs than samples are handed in
// also: net
// also: inputs<2>
#include "strata/core.hpp"

#include <tuple>
#include <vector>

using namespace strata;

struct net : network<input<7>, mark<"noise">, input<5>, concat<"noise">, dense<4>> {};

int main() {
    const model<net> weights;
    const std::vector<float> noise(8 * 7), classes(8 * 5), y(8 * 4);
#ifdef STRATA_CORRECTED
    return static_cast<int>(predict(weights, std::tie(noise, classes)).size());
#else
    return static_cast<int>(predict(weights, noise).size());
#endif
}
