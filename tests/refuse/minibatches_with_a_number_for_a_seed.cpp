// minibatches gets a number for its seed.
// says: strata: a number by itself is no seed: write seed{1}
#include "strata/core.hpp"

#include <vector>

using namespace strata;

struct net : network<input<9>, dense<4>> {};

int main() {
    model<net> weights{glorot_uniform{}, seed{1}};
    workspace<net, batch<8>> work;
    optimizer opt{weights, sgd{}};
    const std::vector<float> x(8 * 9), y(8 * 4);
    const rows_view rows = as_rows(x, net::input), wanted = as_rows(y, net::output);
#ifdef STRATA_CORRECTED
    for (const auto& [samples, targets] : minibatches<4>(rows, wanted, seed{1}))
#else
    for (const auto& [samples, targets] : minibatches<4>(rows, wanted, 1))
#endif
        train_step(weights, work, opt, mse{}, samples, targets);
}
