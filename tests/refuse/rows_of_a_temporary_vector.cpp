// as_rows gets a vector that is gone before its rows are read.
// says: strata: these values are a temporary and gone before their rows are read: give them a name first
#include "strata/core.hpp"

using namespace strata;

struct net : network<input<9>, dense<4>> {};

std::vector<float> load() { return std::vector<float>(8 * 9); }

int main() {
#ifdef STRATA_CORRECTED
    const auto values = load();
    const rows_view rows = as_rows(values, net::input);
#else
    const rows_view rows = as_rows(load(), net::input);
#endif
    return static_cast<int>(rows.rows);
}
