// sample_gaussian gets a row that is no pairs of means and variances.
// says: strata: sample_gaussian takes n means and then n logarithms of variances, one flat row of 2 n
// also: layer_number<2>
// also: sample_gaussian
// also: input_shape<7>
#include "strata/core.hpp"

using namespace strata;

#ifdef STRATA_CORRECTED
struct net : network<input<9>, dense<8>, sample_gaussian, dense<4>> {};
#else
struct net : network<input<9>, dense<7>, sample_gaussian, dense<4>> {};
#endif

static_assert(net::layer_count > 0);

int main() {}
