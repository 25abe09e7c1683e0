// train_step gets a tuple of which one part is integers.
// says: strata: networks compute in float, these are integers
#include "strata/core.hpp"

#include <tuple>
#include <vector>

using namespace strata;

struct net : network<input<7>, mark<"noise">, input<5>, concat<"noise">, dense<4>> {};

int main() {
    model<net> weights;
    workspace<net, batch<8>> work;
    optimizer opt{weights, sgd{}};
    const std::vector<float> noise(8 * 7), classes(8 * 5), y(8 * 4);
    const std::vector<int> wrong(8 * 5);
#ifdef STRATA_CORRECTED
    train_step(weights, work, opt, mse{}, std::tie(noise, classes), y);
#else
    train_step(weights, work, opt, mse{}, std::tie(noise, wrong), y);
#endif
}
