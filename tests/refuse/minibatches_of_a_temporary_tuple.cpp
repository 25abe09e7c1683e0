// minibatches gets a tuple that owns its rows and is gone before they are read.
// says: strata: these rows are a temporary and gone before they are read: give them a name first
#include "strata/core.hpp"

#include <tuple>
#include <vector>

using namespace strata;

struct net : network<input<7>, mark<"noise">, input<5>, concat<"noise">, dense<4>> {};

std::tuple<float_rows, float_rows> load() {
    return {float_rows{8, net::inputs[0]}, float_rows{8, net::inputs[1]}};
}

int main() {
    const float_rows y{8, net::output};
#ifdef STRATA_CORRECTED
    const auto x = load();
    return static_cast<int>(minibatches<2>(x, y, seed{1}).size());
#else
    return static_cast<int>(minibatches<2>(load(), y, seed{1}).size());
#endif
}
