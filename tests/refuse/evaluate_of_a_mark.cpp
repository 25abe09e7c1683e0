// evaluate gets a mark where a slice belongs.
// says: strata: evaluate takes a slice in its brackets: evaluate<until<Net, "code">>(model, loss, samples, targets)
#include "strata/core.hpp"

#include <tuple>
#include <vector>

using namespace strata;

struct net : network<input<7>, dense<6>, mark<"trunk">, dense<5>, mark<"digit">, resume<"trunk">, dense<3>,
                     mark<"style">> {};

int main() {
    const model<net> weights;
    const std::vector<float> x(8 * 7), digit(8 * 5), style(8 * 3);
#ifdef STRATA_CORRECTED
    evaluate<until<net, "digit">>(weights, mse{}, x, digit);
#else
    evaluate<"digit">(weights, mse{}, x, digit);
#endif
}
