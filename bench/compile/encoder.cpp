// A training step of a dense network without xtensor: what it costs to compile is measured by
// compile_time.py.

#include "strata/core.hpp"

struct encoder : strata::network<strata::input<561>, strata::dense<280>, strata::tanh, strata::dense<140>,
                                 strata::tanh, strata::dense<32>, strata::tanh> {};

int main() {
    using namespace strata;
    std::vector<float> x(32 * 561);
    std::vector<float> y(32 * 32);
    fill_uniform(x, -1.0f, 1.0f, seed{1});
    model<encoder> net{glorot_uniform{}, seed{2}};
    workspace<encoder, batch<32>> work;
    optimizer opt{net, sgd{.learning_rate = 0.01f}};
    return train_step(net, work, opt, mse{}, x, y) > 0.0f ? 0 : 1;
}
