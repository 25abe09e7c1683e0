// Compiled with -ffast-math.
#include "fast_math/fast.hpp"

#include "strata/core.hpp"
#include "strata/kernels/finite.hpp"

#include "support/kernels_of_functions.hpp"

#if !defined(__FAST_MATH__)
#error "this unit is for -ffast-math"
#endif

namespace fast {

using namespace strata;

std::vector<functions::kernel> functions() { return ::functions::kernels(); }

bool all_finite(const std::vector<float>& x) { return kernels::all_finite<arch>(x.size(), x.data()); }

std::vector<float> normal_numbers(std::size_t count) {
    std::vector<float> values(count);
    fill_normal(values, 0.0f, 1.0f, seed{1});
    return values;
}

namespace {

struct activations : network<input<4>, relu, leaky_relu<0.2>, elu<>, gelu, softplus, sigmoid, strata::tanh,
                             layer_norm<>, softmax> {};
struct images : network<input<4, 4, 1>, conv2d<3, 1>, relu, max_pool2d<2>> {};

template <class Net>
std::vector<float> predicted(const std::vector<float>& x) {
    const model<Net> net{he_uniform{}, seed{1}};
    return predict(net, x);
}

template <class Loss>
float loss_of(const Loss& loss, const std::vector<float>& y, const std::vector<float>& target) {
    arena outputs{row_stride(y.size())};
    arena gradient{row_stride(y.size())};
    const padded_rows<float> to{gradient.data(), 1, y.size()};
    const padded_rows<float> from{outputs.data(), 1, y.size()};
    copy_rows({y.data(), 1, y.size(), y.size(), nullptr}, from);
    copy_rows({target.data(), 1, y.size(), y.size(), nullptr}, to);
    return loss.template differentiate<arch>(from, to);
}

} // namespace

std::vector<float> predictions(const std::vector<float>& x) { return predicted<activations>(x); }
std::vector<float> image_predictions(const std::vector<float>& x) { return predicted<images>(x); }

float loss(std::size_t number, const std::vector<float>& y, const std::vector<float>& target) {
    switch (number) {
    case 0: return loss_of(mse{}, y, target);
    case 1: return loss_of(mae{}, y, target);
    case 2: return loss_of(huber{}, y, target);
    case 3: return loss_of(bce{}, y, target);
    case 4: return loss_of(bce_with_logits{}, y, target);
    default: return loss_of(cross_entropy{}, y, target);
    }
}

} // namespace fast
