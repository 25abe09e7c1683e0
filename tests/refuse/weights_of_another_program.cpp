// Weights that were written for a network with other shapes are compiled in.
// says: these weights were written for a network with other shapes or parameters
#include "strata/core.hpp"
#include "strata/model/model_view.hpp"

using namespace strata;

struct net : network<input<2>, dense<2>> {};
struct wider : network<input<2>, dense<3>> {};

// As write_header writes it.
namespace weights_of_net {

alignas(64) inline constexpr float weights[net::parameter_floats]{};

template <class Net>
model_view<Net, float> view() {
    static_assert(network_hash<Net> == network_hash<net>,
                  "these weights were written for a network with other shapes or parameters");
    return model_view<Net, float>{weights};
}

} // namespace weights_of_net

#ifdef STRATA_CORRECTED
using used = net;
#else
using used = wider;
#endif

int main() { weights_of_net::view<used>(); }
