// A whole training program, as short as can be: what it costs to compile is measured by compile_time.py.

#include "strata/strata.hpp"

#include "networks/denoiser.hpp"

int main() {
    using namespace strata;
    xt::xtensor<float, 4> images({32, 28, 28, 1});
    fill_uniform({images.data(), images.size()}, 0.0f, 1.0f, seed{1});
    model<examples::denoiser> net{glorot_uniform{}, seed{2}};
    workspace<examples::denoiser, batch<32>> work;
    optimizer opt{net, sgd{.learning_rate = 0.01f, .momentum = 0.95f}};
    return train_step(net, work, opt, mse{}, images, images) > 0.0f ? 0 : 1;
}
