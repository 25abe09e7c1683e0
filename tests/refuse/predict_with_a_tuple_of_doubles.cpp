// predict gets a tuple of which one part is doubles.
// says: strata: networks compute in float unless told otherwise
#include "strata/core.hpp"

#include <tuple>
#include <vector>

using namespace strata;

struct net : network<input<7>, mark<"noise">, input<5>, concat<"noise">, dense<4>> {};

int main() {
    const model<net> weights;
    const std::vector<float> noise(8 * 7), classes(8 * 5), y(8 * 4);
    const std::vector<double> wide(8 * 5);
#ifdef STRATA_CORRECTED
    return static_cast<int>(predict(weights, std::tie(noise, classes)).size());
#else
    return static_cast<int>(predict(weights, std::tie(noise, wide)).size());
#endif
}
