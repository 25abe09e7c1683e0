// adam gets an option under the name that it has in Keras.
// says: strata: an optimizer's options go by name
#include "strata/core.hpp"

#include <vector>

using namespace strata;

struct net : network<input<9>, dense<4>> {};

int main() {
    model<net> weights{glorot_uniform{}, seed{1}};
    workspace<net, batch<8>> work;
    sgd optimizer{weights, {.learning_rate = 0.1f}};
    const std::vector<float> x(8 * 9);
    const std::vector<float> y(8 * 4);
    train_step(weights, work, optimizer, mse{}, x, y);
#ifdef STRATA_CORRECTED
    adam third{weights, {.learning_rate = 0.1f, .beta1 = 0.9f}};
#else
    adam third{weights, {.learning_rate = 0.1f, .beta_1 = 0.9f}};
#endif
}
