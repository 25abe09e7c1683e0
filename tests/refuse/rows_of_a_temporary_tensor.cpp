// as_rows gets a tensor that is gone before its rows are read.
// says: strata: this xtensor is a temporary and gone before its rows are read: give it a name first
#include "strata/strata.hpp"

using namespace strata;

struct net : network<input<9>, dense<4>> {};

xt::xtensor<float, 2> load() { return xt::xtensor<float, 2>{{8, 9}}; }

int main() {
#ifdef STRATA_CORRECTED
    const auto x = load();
    const auto rows = as_rows(x, net::input);
#else
    const auto rows = as_rows(load(), net::input);
#endif
    return static_cast<int>(rows.view.rows);
}
