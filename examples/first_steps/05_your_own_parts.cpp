// Parts of one's own beside the library's, structs that nothing has to be registered for: a loss, a penalty, an optimizer's rule,
// a metric and an initializer. Written for any machine (Arch), they run in float and in double. Layers and joins: 09_your_own_layer.

#include "strata/core.hpp"

#include <cmath>
#include <cstdio>
#include <vector>

using namespace strata;

/// log cosh of the error, half its square where small and its size where large: summed over a sample, mean over samples.
struct log_cosh { // concept loss, strata/losses/loss.hpp
    template <class Arch>
    real_of<Arch> value(const rows_of<Arch>& y, const rows_of<Arch>& target, std::size_t samples) const {
        real_of<Arch> sum = 0;
        for (std::size_t r = 0; r < y.rows; ++r)
            for (std::size_t i = 0; i < y.width; ++i) sum += std::log(std::cosh(y[r][i] - target[r][i]));
        return sum / real_of<Arch>(samples);
    }
    template <class Arch>
    real_of<Arch> gradient(auto& y, auto& target, std::size_t samples, auto& out) const {
        const real_of<Arch> loss = value<Arch>(y, target, samples), scale = 1 / real_of<Arch>(samples);
        for (std::size_t r = 0; r < y.rows; ++r) // out may be where the targets are
            for (std::size_t i = 0; i < y.width; ++i) out[r][i] = scale * std::tanh(y[r][i] - target[r][i]);
        return loss;
    }
};

/// log(1 + x * x), which hardly tells a large value from a larger one.
struct log_square { // concept penalty, strata/penalties/penalty.hpp
    template <class Arch, class Real = real_of<Arch>>
    Real penalize(std::size_t count, const Real* x, Real* gradient, Real scale) const {
        Real sum = 0;
        for (std::size_t i = 0; i < count; ++i) {
            sum += std::log1p(x[i] * x[i]);
            if (gradient != nullptr) gradient[i] += scale * 2 * x[i] / (1 + x[i] * x[i]);
        }
        return sum;
    }
};

/// Every weight moves by the rate, against the sign of a mean of gradients (Lion: Chen and others, NeurIPS 2023).
struct lion { // concept optimizer_rule, strata/optimizers/rule.hpp
    float learning_rate = 1e-3f;
    std::size_t states() const { return 1; } // numbers kept for each weight
    template <class Arch>
    void update(const weight_update<Arch>& u) const {
        for (std::size_t i = 0; i < u.count; ++i) {
            const auto direction = 0.9f * u.state(0)[i] + 0.1f * u.gradients[i];
            u.weights[i] -= learning_rate * static_cast<real_of<Arch>>((direction > 0) - (direction < 0));
            u.state(0)[i] = 0.99f * u.state(0)[i] + 0.01f * u.gradients[i];
        }
    }
};

struct product : network<input<2>, dense<24>, relu, dense<24>, relu, mark<"features">, dense<1>> {};

int main() {
    std::vector<float> x(2 * 1000), y;
    fill_uniform(x, -1.0f, 1.0f, seed{1});
    for (std::size_t i = 0; i < x.size(); i += 2) y.push_back(x[i] * x[i + 1]);

    const auto small = [](const weight_draw& w) { fill_normal(w.values, 0.0f, 0.3f, w.seed, w.stream); };
    const auto error = [](auto& said, auto& right) { return double{right[0][0] - said[0][0]}; };
    model<product> net{small, seed{2}};
    workspace<product, batch<20>> work;
    optimizer opt{net, lion{}};
    const auto loss = log_cosh{} + 1e-6f * at<"features">(log_square{}) + 1e-6f * on_weights(log_square{});
    const auto history = fit(net, work, opt, loss, x, y,
                             {.epochs = 100,
                              .learning_rate = cosine_decay{3e-3f, 5000},
                              .metrics = {{"error", error}}}); // of the first sample of each batch
    for (const epoch_report& e : {history.epochs.front(), history.epochs.back()})
        std::printf("epoch %zu: loss %.4f, error %.2f\n", e.epoch, double{e.loss},
                    e.metric("error").training);
    std::printf("0.6 * -0.5 = %.1f\n", double{predict(net, std::vector{0.6f, -0.5f})[0]});
}

/* It prints:
epoch 1: loss 0.0194, error 0.04
epoch 100: loss 0.0001, error 0.00
0.6 * -0.5 = -0.3
*/
