// train_step gets class indices for the targets of a loss that takes rows.
// says: class indices become one row a sample with a 1 in the column of its class: values[i * classes + labels[i]] = 1
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
    std::vector<float> values(8 * 4);
    for (std::size_t i = 0; i < 8; ++i) values[i * 4 + static_cast<std::size_t>(labels[i])] = 1;
    train_step(weights, work, opt, mse{}, x, values);
#else
    train_step(weights, work, opt, mse{}, x, labels);
#endif
}
