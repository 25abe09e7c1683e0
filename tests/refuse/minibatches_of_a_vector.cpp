// minibatches gets a std::vector, which does not say how wide a sample is.
// says: strata: these values do not say how many of them are a sample: hand in as_rows(values, Net::input)
// also: vector<float
#include "strata/core.hpp"

using namespace strata;

struct net : network<input<9>, dense<4>> {};

int main() {
    const std::vector<float> x(9 * 4);
    const std::vector<float> y(4 * 4);
#ifdef STRATA_CORRECTED
    const auto batches = minibatches<2>(as_rows(x, net::input), as_rows(y, net::output));
#else
    const auto batches = minibatches<2>(x, y);
#endif
    return static_cast<int>(batches.size());
}
