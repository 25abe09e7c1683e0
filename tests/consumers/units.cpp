// A program that trains a network, and so does the unit beside it, answers.cpp.
#include "strata/core.hpp"

#include <cmath>
#include <cstdio>
#include <vector>

using namespace strata;

void answers(float (&out)[4]);

struct negation : network<input<1>, dense<4>, tanh_, dense<1>> {};

int main() {
    const std::vector<float> x{0, 1}, y{1, 0};
    model<negation> net;
    workspace<negation, batch<4>> work;
    optimizer opt{net, adam{.learning_rate = 0.05f}};
    fit(net, work, opt, mse{}, x, y, {.epochs = 200});
    const std::vector<float> negated = predict(net, x);
    if (std::lround(negated[0]) != 1 || std::lround(negated[1]) != 0) return 1;

    float out[4];
    answers(out);
    for (const float answer : out) std::printf("%ld ", std::lround(answer));
    std::printf("by %d.%d.%d\n", STRATA_VERSION_MAJOR, STRATA_VERSION_MINOR, STRATA_VERSION_PATCH);
}
