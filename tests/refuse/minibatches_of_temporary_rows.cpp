// minibatches gets rows that are gone before they are read.
// says: strata: these rows are a temporary and gone before they are read: give them a name first
#include "strata/core.hpp"

using namespace strata;

struct net : network<input<9>, dense<4>> {};

int main() {
    const std::vector<float> x(8 * 9);
    const std::vector<int> labels(8);
    const float_rows targets = one_hot(labels, net::output);
#ifdef STRATA_CORRECTED
    for (auto [a, b] : minibatches<4>(as_rows(x, net::input), targets))
#else
    for (auto [a, b] : minibatches<4>(as_rows(x, net::input), one_hot(labels, net::output)))
#endif
        if (a.rows != b.rows) return 1;
}
