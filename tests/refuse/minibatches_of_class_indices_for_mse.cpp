// train_step gets minibatches with class indices for a loss that takes rows.
// says: strata: these minibatches have class indices for targets, which cross_entropy takes; this loss takes rows
#include "strata/core.hpp"

#include <vector>

using namespace strata;

struct net : network<input<9>, dense<4>> {};

int main() {
    model<net> weights;
    workspace<net, batch<8>> work;
    optimizer opt{weights, sgd{}};
    const std::vector<float> x(8 * 9);
    const std::vector<int> labels(8);
    const rows_view rows = as_rows(x, net::input);
    for (const auto& [samples, targets] : minibatches<4>(rows, labels))
#ifdef STRATA_CORRECTED
        train_step(weights, work, opt, cross_entropy{}, samples, targets);
#else
        train_step(weights, work, opt, mse{}, samples, targets);
#endif
}
