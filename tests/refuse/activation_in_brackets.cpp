// An activation stands among a layer's options, as it does in Keras.
// says: strata: this layer does not take one of the options in its brackets
// says: an activation such as relu is an entry of its own, after the layer
// also: layer_number<1>
// also: conv2d<32
#include "strata/core.hpp"

using namespace strata;

#ifdef STRATA_CORRECTED
struct net : network<input<9, 9, 1>, conv2d<32, 3>, relu> {};
#else
struct net : network<input<9, 9, 1>, conv2d<32, 3, relu>> {};
#endif

static_assert(net::layer_count > 0);

int main() {}
