// train_step gets class indices for the targets of a loss that takes rows.
// says: class indices become rows with a 1 in the column of each class: one_hot(labels, Net::output)
#include "strata/core.hpp"

using namespace strata;

struct net : network<input<9>, dense<4>> {};

int main() {
    model<net> weights;
    workspace<net, batch<8>> work;
    optimizer opt{weights, sgd{}};
    const std::vector<float> x(8 * 9);
    const std::vector<int> labels(8);
#ifdef STRATA_CORRECTED
    train_step(weights, work, opt, mse{}, x, one_hot(labels, net::output));
#else
    train_step(weights, work, opt, mse{}, x, labels);
#endif
}
