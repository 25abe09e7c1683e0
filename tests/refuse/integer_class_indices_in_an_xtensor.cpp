// fit gets class indices in an xtensor for the targets of a loss that takes rows.
// says: class indices become one row a sample with a 1 in the column of its class: an xt::xtensor<float, 2> of zeros, rows(i, labels(i)) = 1
#include "strata/strata.hpp"

using namespace strata;

struct net : network<input<9>, dense<4>> {};

int main() {
    model<net> weights;
    workspace<net, batch<8>> work;
    optimizer opt{weights, sgd{}};
    const xt::xtensor<float, 2> x{{8, 9}};
    const xt::xtensor<std::size_t, 1> labels{{8}};
#ifdef STRATA_CORRECTED
    xt::xtensor<float, 2> rows = xt::xtensor<float, 2>::from_shape({8, 4});
    rows.fill(0);
    for (std::size_t i = 0; i < 8; ++i) rows(i, labels(i)) = 1;
    fit(weights, work, opt, mse{}, x, rows, {.epochs = 1});
#else
    fit(weights, work, opt, mse{}, x, labels, {.epochs = 1});
#endif
}
