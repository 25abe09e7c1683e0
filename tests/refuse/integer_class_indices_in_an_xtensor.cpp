// fit gets class indices in an xtensor for the targets of a loss that takes rows.
// says: class indices become rows with a 1 in the column of each class: one_hot(labels, Net::output)
#include "strata/strata.hpp"

using namespace strata;

struct net : network<input<9>, dense<4>> {};

int main() {
    model<net> weights;
    workspace<net, batch<8>> work;
    optimizer opt{weights, sgd{}};
    const xt::xtensor<float, 2> x{{8, 9}};
    const xt::xtensor<std::size_t, 1> labels = xt::zeros<std::size_t>({8});
#ifdef STRATA_CORRECTED
    fit(weights, work, opt, mse{}, x, one_hot(labels, net::output), {.epochs = 1});
#else
    fit(weights, work, opt, mse{}, x, labels, {.epochs = 1});
#endif
}
