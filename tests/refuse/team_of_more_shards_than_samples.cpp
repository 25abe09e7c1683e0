// A team has more shards than its batches have samples.
// says: strata: a team cuts a batch into shards of at least one sample each: batch<n>, and at most shards<n>
#include "strata/core.hpp"
#include "strata/parallel/team.hpp"

#include <vector>

using namespace strata;

struct net : network<input<7>, dense<5>> {};

int main() {
    model<net> weights;
    optimizer opt{weights, sgd{}};
#ifdef STRATA_CORRECTED
    team<net, batch<8>, shards<4>> work;
#else
    team<net, batch<4>, shards<8>> work;
#endif
    const std::vector<float> x(4 * 7), y(4 * 5);
    train_step(weights, work, opt, mse{}, x, y);
}
