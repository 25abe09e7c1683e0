// A program of a few lines on strata/strata.hpp: it learns exclusive or from xtensors, and says by which version.
#include "strata/strata.hpp"

#include <cmath>
#include <cstdio>

using namespace strata;

#if STRATA_VERSION < 200
#error "the version is no number, or too small"
#endif

struct exclusive_or : network<input<2>, dense<8>, tanh_, dense<1>> {};

int main() {
    const xt::xtensor<float, 2> x{{0, 0}, {0, 1}, {1, 0}, {1, 1}}, y{{0}, {1}, {1}, {0}};
    model<exclusive_or> net;
    workspace<exclusive_or, batch<4>> work;
    optimizer opt{net, adam{.learning_rate = 0.05f}};
    fit(net, work, opt, mse{}, x, y, {.epochs = 200});
    const auto answers = predict(net, x);
    for (std::size_t i = 0; i < 4; ++i) std::printf("%ld ", std::lround(answers(i, 0)));
    std::printf("by %d.%d.%d\n", STRATA_VERSION_MAJOR, STRATA_VERSION_MINOR, STRATA_VERSION_PATCH);
}
