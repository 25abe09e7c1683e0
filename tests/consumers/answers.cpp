// A unit that learns exclusive or. Built as a shared object, it shows one function.
#include "strata/core.hpp"

#include <algorithm>
#include <vector>

using namespace strata;

struct exclusive_or : network<input<2>, dense<8>, tanh_, dense<1>> {};

[[gnu::visibility("default")]] void answers(float (&out)[4]);

void answers(float (&out)[4]) {
    const std::vector<float> x{0, 0, 0, 1, 1, 0, 1, 1}, y{0, 1, 1, 0};
    model<exclusive_or> net;
    workspace<exclusive_or, batch<4>> work;
    optimizer opt{net, adam{.learning_rate = 0.05f}};
    fit(net, work, opt, mse{}, x, y, {.epochs = 200});
    std::ranges::copy(predict(net, x), out);
}
