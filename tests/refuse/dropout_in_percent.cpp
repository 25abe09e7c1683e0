// dropout gets a rate in percent.
// says: a dropout rate is at least 0 and below 1
// says: 50 % is 0.5
#include "strata/core.hpp"

#include <vector>

using namespace strata;

#ifdef STRATA_CORRECTED
struct net : network<input<9>, dense<16>, dropout<0.5>, dense<4>> {};
#else
struct net : network<input<9>, dense<16>, dropout<50>, dense<4>> {};
#endif

int main() { return static_cast<int>(predict(model<net>{}, std::vector<float>(9)).size()); }
