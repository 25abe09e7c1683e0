// batch_norm gets the number of its features.
// says: batch_norm<> knows the number of its features
#include "strata/core.hpp"

#include <vector>

using namespace strata;

#ifdef STRATA_CORRECTED
struct net : network<input<9>, dense<16>, batch_norm<>, dense<4>> {};
#else
struct net : network<input<9>, dense<16>, batch_norm<16>, dense<4>> {};
#endif

int main() { return static_cast<int>(predict(model<net>{}, std::vector<float>(9)).size()); }
