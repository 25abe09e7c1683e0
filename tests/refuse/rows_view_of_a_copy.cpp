// A view is taken of rows that own a copy, which is gone before it is read.
// says: strata: these rows may be a copy that ends with this line: give them a name first
#include "strata/strata.hpp"

using namespace strata;

struct net : network<input<9>, dense<4>> {};

int main() {
    const xt::xtensor<float, 2> a{{8, 9}};
#ifdef STRATA_CORRECTED
    const auto copied = as_rows(a + a, net::input);
    const rows_view rows = copied;
#else
    const rows_view rows = as_rows(a + a, net::input);
#endif
    return static_cast<int>(rows.rows);
}
