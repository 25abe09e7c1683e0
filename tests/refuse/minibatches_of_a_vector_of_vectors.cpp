// minibatches gets a vector of vectors.
// says: strata: a container of containers lies in many pieces: put its rows one after the other into one std::vector<float>
#include "strata/core.hpp"

using namespace strata;

struct net : network<input<9>, dense<4>> {};

int main() {
    const std::vector<std::vector<float>> x(8, std::vector<float>(9));
    const std::vector<float> y(8 * 4);
#ifdef STRATA_CORRECTED
    std::vector<float> values;
    for (const auto& row : x) values.insert(values.end(), row.begin(), row.end());
    const auto batches = minibatches<2>(as_rows(values, net::input), as_rows(y, net::output));
#else
    const auto batches = minibatches<2>(x, as_rows(y, net::output));
#endif
    return static_cast<int>(batches.size());
}
