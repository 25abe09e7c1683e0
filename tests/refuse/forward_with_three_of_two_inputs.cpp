// forward gets samples of three inputs, and the network has two.
// says: strata: this network has another number of inputs than samples are handed in
// also: inputs<2>
// also: given<3>
#include "strata/core.hpp"

#include <tuple>
#include <vector>

using namespace strata;

struct net : network<input<7>, mark<"noise">, input<5>, concat<"noise">, dense<4>> {};

int main() {
    model<net> weights;
    workspace<net, batch<8>> work;
    const std::vector<float> noise(8 * 7), classes(8 * 5), y(8 * 4);
#ifdef STRATA_CORRECTED
    forward(weights, work, std::tie(noise, classes));
#else
    forward(weights, work, std::tie(noise, classes, classes));
#endif
}
