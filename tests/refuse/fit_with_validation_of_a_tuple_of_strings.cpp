// Validation data is a tuple of which one part is strings.
// says: strata: validation data is floats, or doubles where the model computes in those
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
    const std::vector<const char*> names(8);
#ifdef STRATA_CORRECTED
    fit(weights, work, opt, mse{}, std::tie(noise, classes), y,
        {.validation = {std::tie(noise, classes), y}});
#else
    fit(weights, work, opt, mse{}, std::tie(noise, classes), y, {.validation = {std::tie(noise, names), y}});
#endif
}
