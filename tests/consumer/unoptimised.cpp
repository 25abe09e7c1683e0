// What calls a logarithm or an error function, at -O0, with which GCC's intrinsics are macros: it has to compile, to run,
// and to give what the standard library gives.
#include "strata/core.hpp"

#include <cmath>
#include <cstdio>
#include <vector>

using namespace strata;

struct net : network<input<9>, gaussian_noise<0.1>, dense<17>, gelu, dense<8>, mark<"moments">,
                     sample_gaussian, softplus, dense<3>, sigmoid> {};
struct gelu_alone : network<input<1>, gelu> {};

int main() {
    model<net> weights;
    workspace<net, batch<4>> work;
    optimizer opt{weights, adam{}};
    const std::vector<float> x(4 * 9, 0.5f), y(4 * 3, 0.25f);
    const float loss = train_step(weights, work, opt, bce{} + 0.1f * at<"moments">(gaussian_kl{}), x, y);
    const float one = predict(model<gelu_alone>{}, std::vector{1.0f})[0];
    std::printf("%g %g\n", static_cast<double>(loss), static_cast<double>(one));
    return std::isfinite(loss) && std::abs(one - 0.841344746f) < 1e-6f ? 0 : 1;
}
