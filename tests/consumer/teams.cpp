// A program that trains several networks in teams, every warning on: GCC takes the functions that they share into one another.
#include "strata/core.hpp"
#include "strata/parallel/team.hpp"

#include <cstdio>
#include <vector>

using namespace strata;

struct first : network<input<8>, dense<16>, relu, dense<4>> {};
struct second : network<input<8>, dense<4>> {};
struct third : network<splice<first>, dense<2>> {};

template <class Net, class Shards>
float train() {
    model<Net> net{glorot_uniform{}, seed{1}};
    team<Net, batch<32>, Shards> work;
    optimizer rule{net, adam{}};
    const std::vector<float> x(50 * Net::input.count(), 0.5f), y(50 * Net::output.count(), 0.25f);
    return fit(net, work, rule, mse{}, x, y, {.epochs = 2, .clip_norm = 1.0f}).loss.back();
}

int main() {
    const float sum = train<first, shards<2>>() + train<second, shards<2>>() + train<third, shards<2>>() +
                      train<first, shards<1>>() + train<second, shards<5>>();
    std::printf("%f\n", static_cast<double>(sum));
}
