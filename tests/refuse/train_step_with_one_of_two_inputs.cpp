// train_step gets samples of one input, and the network has two.
// says: strata: this network has another number of inputs than samples are handed in
// also: inputs<2>
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
#ifdef STRATA_CORRECTED
    train_step(weights, work, opt, mse{}, std::tie(noise, classes), y);
#else
    train_step(weights, work, opt, mse{}, noise, y);
#endif
}
