// Compiled with -ffast-math.
#include "fast_math/fast.hpp"

#include "strata/core.hpp"
#include "strata/io/history_tensors.hpp"
#include "strata/io/write_header.hpp"
#include "strata/kernels/finite.hpp"

#include <stdexcept>

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
struct products : network<input<4, 4, 1>, conv2d<5, 3, same>, conv2d_transpose<1, 3, stride<2>, same>,
                          flatten, batch_norm<>, dense<5>, relu, dense<3>> {};
struct line : network<input<3>, dense<2>> {};

float of_gradient = 0;
struct twice : layer_defaults {
    static std::string describe() { return "twice"; }
    template <class Arch, extents In>
    static void forward(const forward_pass<Arch>& p) {
        for (std::size_t r = 0; r < p.x.rows; ++r)
            for (std::size_t i = 0; i < In.count(); ++i) p.y[r][i] = 2 * p.x[r][i];
    }
    template <class Arch, extents In>
    static void input_gradient(const backward_pass<Arch>& p) {
        for (std::size_t r = 0; r < p.x.rows; ++r)
            for (std::size_t i = 0; i < In.count(); ++i) p.x_gradient[r][i] = 2 * p.y_gradient[r][i];
        p.x_gradient[0][1] += of_gradient;
    }
};
struct alone : network<input<3>, twice> {};

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
    return loss.template gradient<arch>(from, to, 1, to);
}

} // namespace

std::vector<float> predictions(const std::vector<float>& x) { return predicted<activations>(x); }
std::vector<float> image_predictions(const std::vector<float>& x) { return predicted<images>(x); }

std::vector<float> product_predictions(const std::vector<float>& x) { return predicted<products>(x); }

std::vector<float> sums(const std::vector<float>& x) {
    model<line> net{zeros{}};
    net.write(parameters_of<line>[0], std::vector<float>(6, 1.0f));
    return predict(net, x);
}

std::vector<float> pool_gradient(const std::vector<float>& x) {
    std::vector<float> gradient(x.size());
    const std::vector<float> ones(4, 1.0f);
    kernels::max_pool_gradient<arch>({4, 4, 1, 2, 2, 2, 2, 2, 2}, x.data(), ones.data(), false,
                                     gradient.data());
    return gradient;
}

bool check_passes(float error) {
    of_gradient = error;
    return check_gradients<alone>().passed();
}

bool is_refused(std::size_t door, float value) {
    model<line> net{he_uniform{}, seed{1}};
    workspace<line, batch<2>> work;
    std::vector<float> x(6, 0.5f);
    std::vector<float> y(4, 0.5f);
    const auto train = [&](const fit_options& options) {
        strata::optimizer<line, sgd> optimizer{net, sgd{}};
        fit(net, work, optimizer, mse{}, x, y, options);
    };
    try {
        switch (door) {
        case 0: strata::optimizer<line, sgd>{net, sgd{.learning_rate = value}}; break;
        case 1: strata::optimizer<line, sgd>{net, sgd{.momentum = value}}; break;
        case 2: strata::optimizer<line, adam>{net, adam{.epsilon = value}}; break;
        case 3: strata::optimizer<line, adam>{net, adam{.beta1 = value}}; break;
        case 4: strata::optimizer<line, rmsprop>{net, rmsprop{.decay = value}}; break;
        case 5: train({.epochs = 1, .clip_norm = value}); break;
        case 6: train({.epochs = 1, .learning_rate = [&](std::size_t) { return value; }}); break;
        case 7:
            x[4] = value;
            train({.epochs = 1});
            break;
        case 8:
            y[1] = value;
            train({.epochs = 1});
            break;
        case 9: loss_of(huber{.delta = value}, x, x); break;
        case 10: check_gradients<line>({.step = value}); break;
        case 11: gradient_penalty<line, batch<2>>{value}; break;
        case 12:
            accumulate(net, work, mse{}, x, y);
            work.parameter_gradients()[1] = value;
            clip_gradients(work, 1.0f);
            break;
        case 13: standard_scaler{float_rows{{1, 2, value, 3}, shape<2>}}; break;
        case 14: standard_scaler{std::vector{1.0}, std::vector{static_cast<double>(value)}}; break;
        case 15: accuracy{.threshold = 0}(float_rows{{1}, shape<1>}, float_rows{{value}, shape<1>}); break;
        case 16:
            if (detail::literal_of(static_cast<double>(value), true).empty())
                throw std::runtime_error{"no number"};
            break;
        case 17: detail::count_of(4 * static_cast<double>(value), "epochs"); break;
        default: {
            strata::optimizer<line, sgd> optimizer{net, sgd{}};
            x[2] = value;
            train_step(net, work, optimizer, mse{}, x, y);
        }
        }
    } catch (const std::exception&) {
        return true;
    }
    return false;
}

bool accuracy_refuses(const std::vector<float>& outputs, std::size_t classes) {
    try {
        accuracy{.threshold = 0}(as_rows(outputs, extents{classes}),
                                 std::vector<int>(outputs.size() / classes));
    } catch (const std::invalid_argument&) {
        return true;
    }
    return false;
}

bool argmax_refuses(const std::vector<float>& outputs, std::size_t classes) {
    try {
        argmax(outputs, extents{classes});
    } catch (const std::invalid_argument&) {
        return true;
    }
    return false;
}

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

double validation_metric(float value) {
    struct difference : network<input<1>, dense<2>, dense<1>> {};
    model<difference> net{zeros{}};
    net.write(parameters_of<difference>[0], std::vector<float>{1e30f, 1e30f});
    net.write(parameters_of<difference>[2], std::vector<float>{1.0f, -1.0f}); // of infinities no number
    workspace<difference, batch<2>> work;
    strata::optimizer<difference, sgd> still{net, sgd{.learning_rate = 0}};
    const std::vector<float> x(4, 0.0f), y(4, 0.0f), other_x(3, value), other_y(3, 0.0f);
    const auto one = [](const rows_view&, const rows_view&) { return 1.0; };
    const fit_history history =
        fit(net, work, still, mse{}, x, y, {.validation = {other_x, other_y}, .metrics = {{"one", one}}});
    return *history.epochs.at(0).metrics.at(0).validation;
}

std::vector<double> shares_of_no_sample() {
    confusion_matrix counts{3};
    counts.add(std::vector<int>{0, 1}, std::vector<int>{1, 0});
    return {counts.recall(2), counts.precision(2)};
}

} // namespace fast
