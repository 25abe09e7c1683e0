// A program whose other headers have defined macros of words that Strata and the standard library use: windows.h,
// Arduino, Qt and X11 among them. They are there again after Strata's headers.
#include <vector>

#define min(a, b) (((a) < (b)) ? (a) : (b))
#define max(a, b) (((a) > (b)) ? (a) : (b))
#define abs(x) ((x) > 0 ? (x) : -(x))
#define round(x) ((x) >= 0 ? (long)((x) + 0.5) : (long)((x) - 0.5))
#define check(assertion)
#define small char
#define near
#define far
#define interface struct
#define IN
#define OUT
#define OPTIONAL
#define I imaginary unit
#define None 0L
#define Bool int
#define Status int
#define Success 0
#define emit
#define signals public
#define slots
#define foreach for each
#define major(x) (x)
#define minor(x) (x)
#include "strata/strata.hpp"

using namespace strata;

struct net : network<input<6, 6, 1>, conv2d<4, 3>, relu, max_pool2d<2>, flatten, dense<8>, tanh_,
                     batch_norm<>, dropout<0.1>, dense<2>> {};

static_assert(min(1, 2) == 1 && max(1, 2) == 2 && Success == None && sizeof(small) == 1,
              "the macros are back");

int main() {
    model<net> weights{he_uniform{}, seed{1}};
    workspace<net, batch<4>> work;
    optimizer opt{weights, adam{.learning_rate = 0.01f}};
    const std::vector<float> x(4 * 36, 0.5f);
    const std::vector<float> y(4 * 2, 0.25f);
    const fit_history history =
        fit(weights, work, opt, mse{} + 0.1f * on_weights(l2{}), x, y, {.epochs = 2, .clip_norm = 1.0f});
    const xt::xtensor<float, 2> images = xt::zeros<float>({3, 36});
    return max(history.loss.back(), 0.0f) >= 0.0f && predict(weights, images).shape()[0] == 3 ? 0 : 1;
}
