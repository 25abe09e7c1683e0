// An activation stands in the brackets of dense, as in Keras. (C++ takes no type where a number belongs: the sentence
// is the name of what stands there.)
// says: takes_no_inputs_and_no_activation
#include "strata/core.hpp"

#include <vector>

using namespace strata;

#ifdef STRATA_CORRECTED
struct net : network<input<784>, dense<64>, relu, dense<10>> {};
#else
struct net : network<input<784>, dense<64, relu>, dense<10>> {};
#endif

int main() {
    model<net> weights{glorot_uniform{}, seed{1}};
    workspace<net, batch<8>> work;
    optimizer opt{weights, sgd{.learning_rate = 0.1f}};
    const std::vector<float> x(8 * 784);
    const std::vector<float> y(8 * 10);
    train_step(weights, work, opt, mse{}, x, y);
    return static_cast<int>(predict(weights, x).size());
}
