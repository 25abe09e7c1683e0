// A program of a few lines on strata/core.hpp, or where SINGLE_HEADER is defined on the generated header: it learns
// exclusive or, and says by which version.
#if defined(SINGLE_HEADER)
#include "strata_core.hpp"
#else
#include "strata/core.hpp"
#endif

#include <cmath>
#include <cstdio>
#include <vector>

using namespace strata;

#if STRATA_VERSION < 200
#error "the version is no number, or too small"
#endif

struct exclusive_or : network<input<2>, dense<8>, tanh_, dense<1>> {};

int main() {
    const std::vector<float> x{0, 0, 0, 1, 1, 0, 1, 1}, y{0, 1, 1, 0};
    model<exclusive_or> net;
    workspace<exclusive_or, batch<4>> work;
    optimizer opt{net, adam{.learning_rate = 0.05f}};
    fit(net, work, opt, mse{}, x, y, {.epochs = 200});
    for (const float answer : predict(net, x)) std::printf("%ld ", std::lround(answer));
    std::printf("by %d.%d.%d\n", STRATA_VERSION_MAJOR, STRATA_VERSION_MINOR, STRATA_VERSION_PATCH);
}
