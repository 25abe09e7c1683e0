// A wrong network that is used all over the program: its uses add nothing to the one message.
// says: strata: this layer takes one row of numbers, not an image: put flatten in front of it
// also: layer_number<2>
#include "strata/core.hpp"

using namespace strata;

#ifdef STRATA_CORRECTED
struct net : network<input<6, 6, 1>, flatten, dense<4>, mark<"code">, relu, dense<36>, reshape<6, 6, 1>> {};
#else
struct net : network<input<6, 6, 1>, relu, dense<4>, mark<"code">, relu, dense<36>, reshape<6, 6, 1>> {};
#endif

using encoder = until<net, "code">;
using decoder = from<net, "code">;

int main() {
    model<net> weights{glorot_uniform{}, seed{1}};
    workspace<net, batch<2>> work;
    optimizer opt{weights, sgd{.momentum = 0.9f}};
    const std::vector<float> x(36);
    fit(weights, work, opt, mse{}, x, x, {.epochs = 1});
    train_step(weights, work, opt, mse{}, x, x);
    const std::vector<float> code = predict<encoder>(weights, x);
    const std::vector<float> image = predict<decoder>(weights, code);
    return static_cast<int>(describe<net>().size() + image.size());
}
