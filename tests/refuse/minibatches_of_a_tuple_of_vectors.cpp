// minibatches gets a tuple of std::vectors, which do not say how wide a sample is.
// says: strata: these values do not say how many of them are a sample: hand in as_rows(values, Net::input)
#include "strata/core.hpp"

#include <tuple>
#include <vector>

using namespace strata;

struct net : network<input<7>, mark<"noise">, input<5>, concat<"noise">, dense<4>> {};

int main() {
    const std::vector<float> noise(8 * 7), classes(8 * 5), y(8 * 4);
#ifdef STRATA_CORRECTED
    return static_cast<int>(minibatches<2>(std::tuple{as_rows(noise, shape<7>), as_rows(classes, shape<5>)},
                                           as_rows(y, net::output))
                                .size());
#else
    return static_cast<int>(minibatches<2>(std::tie(noise, classes), as_rows(y, net::output)).size());
#endif
}
