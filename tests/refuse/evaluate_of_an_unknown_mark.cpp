// evaluate gets a mark that the network has not.
// says: strata: this network has no mark of that name
// also: "digits"
// also: known_marks<
#include "strata/core.hpp"

#include <tuple>
#include <vector>

using namespace strata;

struct net : network<input<7>, dense<6>, mark<"trunk">, dense<5>, mark<"digit">, resume<"trunk">, dense<3>,
                     mark<"style">> {};

int main() {
    const model<net> weights;
    const std::vector<float> x(8 * 7), y(8 * 5);
#ifdef STRATA_CORRECTED
    return static_cast<int>(evaluate<"digit">(weights, mse{}, x, y));
#else
    return static_cast<int>(evaluate<"digits">(weights, mse{}, x, y));
#endif
}
