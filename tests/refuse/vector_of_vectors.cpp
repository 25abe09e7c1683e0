// predict gets a vector of vectors.
// says: strata: a container of containers lies in many pieces: put its rows one after the other into one std::vector<float>
#include "strata/core.hpp"

using namespace strata;

struct net : network<input<9>, dense<4>> {};

int main() {
    const model<net> weights;
#ifdef STRATA_CORRECTED
    const std::vector<float> x(8 * 9);
#else
    const std::vector<std::vector<float>> x(8, std::vector<float>(9));
#endif
    predict(weights, x);
}
