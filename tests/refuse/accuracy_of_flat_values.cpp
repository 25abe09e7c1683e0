// accuracy gets outputs and targets of which neither says how many floats are a sample.
// says: strata: these values do not say how many of them are a sample: hand in as_rows(values, Net::output)
#include "strata/core.hpp"

using namespace strata;

struct net : network<input<9>, dense<4>> {};

int main() {
    const model<net> weights;
    const std::vector<float> x(8 * 9), y(8 * 4);
    const std::vector<float> outputs = predict(weights, x);
#ifdef STRATA_CORRECTED
    return accuracy{}(outputs, as_rows(y, net::output)) > 0.5;
#else
    return accuracy{}(outputs, y) > 0.5;
#endif
}
