// split gets samples and targets of which neither says how many floats are a sample.
// says: strata: these values do not say how many of them are a sample: hand in as_rows(values, Net::input)
#include "strata/core.hpp"

using namespace strata;

struct net : network<input<9>, dense<4>> {};

int main() {
    const std::vector<float> x(8 * 9), y(8 * 4);
#ifdef STRATA_CORRECTED
    const auto parts = split(as_rows(x, net::input), y, 0.25, seed{1});
#else
    const auto parts = split(x, y, 0.25, seed{1});
#endif
    return static_cast<int>(parts.train.y.size());
}
