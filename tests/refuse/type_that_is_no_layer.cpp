// A layer of one's own lacks what a layer has.
// says: strata: this entry of the network is not a layer: it lacks a member that concept `layer` lists
// also: layer_number<1>
// also: swish
#include "strata/core.hpp"

using namespace strata;

#ifdef STRATA_CORRECTED
struct swish : layer_defaults {
    static std::string describe() { return "swish"; }
};
#else
struct swish {};
#endif
struct net : network<input<9>, swish, dense<4>> {};

static_assert(net::layer_count > 0);

int main() {}
