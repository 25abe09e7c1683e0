// Your own parts beside the library's: a layer, a join, a loss, a penalty, an optimizer's rule, a metric and an
// initializer, each a struct that nothing has to be registered for. What is written for any machine (Arch) runs in float and in double,
// in which gradients are proved. They learn a small function together, the product of two numbers.

#include "strata/core.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

namespace own {

using namespace strata;

/// A layer: x above 0, slope * x below, with a slope for each value that is learned (the PReLU of He and others, ICCV
/// 2015). What a layer is stands in strata/graph/concepts.hpp; whatever it does not say is in layer_defaults.
struct prelu : layer_defaults {
    static constexpr layer_traits traits{.backward_reads_input = true, .relu_like = true, .smooth = false};

    static constexpr parameter slope(extents in) {
        return {.name = "slope", .logical = extents{in.count()}, .start = 0.25f};
    }
    static constexpr parameter_list parameters(extents in) { return {1, {slope(in)}}; }
    static const char* describe() { return "prelu"; }

    template <class Arch, extents In>
    static void forward(const forward_pass<Arch>& p) {
        for (std::size_t r = 0; r < p.x.rows; ++r)
            for (std::size_t i = 0; i < In.count(); ++i) {
                const auto x = p.x[r][i];
                p.y[r][i] = x > 0 ? x : p.parameters[slope(In).place(i)] * x;
            }
    }
    template <class Arch, extents In>
    static void input_gradient(const backward_pass<Arch>& p) {
        for (std::size_t r = 0; r < p.x.rows; ++r)
            for (std::size_t i = 0; i < In.count(); ++i)
                p.x_gradient[r][i] =
                    p.y_gradient[r][i] * (p.x[r][i] > 0 ? 1 : p.parameters[slope(In).place(i)]);
    }
    template <class Arch, extents In>
    static void parameter_gradient(const backward_pass<Arch>& p) {
        for (std::size_t i = 0; i < In.count(); ++i) {
            auto& gradient = p.parameter_gradient[slope(In).place(i)];
            if (!p.accumulate) gradient = 0;
            for (std::size_t r = 0; r < p.x.rows; ++r)
                if (p.x[r][i] <= 0) gradient += p.y_gradient[r][i] * p.x[r][i];
        }
    }
};

/// A join (strata/graph/operands.hpp): of two values of one shape the larger of each two numbers, the one right before it
/// and the one at a mark (maxout, Goodfellow and others, ICML 2013).
template <fixed_string Mark>
struct maximum : join_defaults<Mark> {
    static constexpr layer_traits traits{.backward_reads_input = true, .smooth = false};
    static std::string describe() { return join_defaults<Mark>::describe_as("maximum"); }

    template <class Arch, extents In>
    static void forward(const join_forward<Arch>& p) {
        for (std::size_t r = 0; r < p.y.rows; ++r)
            for (std::size_t i = 0; i < In.count(); ++i) p.y[r][i] = std::max(p.x[0][r][i], p.x[1][r][i]);
    }
    template <class Arch, extents In>
    static void input_gradient(const join_backward<Arch>& p) {
        for (std::size_t r = 0; r < p.y_gradient.rows; ++r)
            for (std::size_t i = 0; i < In.count(); ++i) {
                const bool first = p.x[0][r][i] >= p.x[1][r][i];
                const auto gradient = first == (p.operand == 0) ? p.y_gradient[r][i] : 0;
                p.x_gradient[r][i] = gradient + (p.accumulate ? p.x_gradient[r][i] : 0);
            }
    }
};

/// A loss (strata/losses/loss.hpp): log cosh of the error, which is half its square where small and its size where
/// large; summed over a sample's values, mean over samples. Keras's LogCosh, for errors whose cosh is a float.
struct log_cosh {
    template <class Arch>
    real_of<Arch> value(const rows_of<Arch>& y, const rows_of<Arch>& target, std::size_t samples) const {
        double sum = 0;
        for (std::size_t r = 0; r < y.rows; ++r)
            for (std::size_t i = 0; i < y.width; ++i) sum += std::log(std::cosh(y[r][i] - target[r][i]));
        return static_cast<real_of<Arch>>(sum / static_cast<double>(samples));
    }
    template <class Arch>
    real_of<Arch> gradient(const rows_of<Arch>& y, const rows_of<Arch>& target, std::size_t samples,
                           const padded_rows<real_of<Arch>>& out) const {
        const real_of<Arch> loss = value<Arch>(y, target, samples); // before out overwrites the targets
        for (std::size_t r = 0; r < y.rows; ++r)
            for (std::size_t i = 0; i < y.width; ++i)
                out[r][i] = std::tanh(y[r][i] - target[r][i]) / static_cast<real_of<Arch>>(samples);
        return loss;
    }
};

/// A penalty (strata/penalties/penalty.hpp): log(1 + x * x), which hardly tells a large value from a larger one.
struct log_square {
    template <class Arch>
    real_of<Arch> penalize(std::size_t count, const real_of<Arch>* x, real_of<Arch>* gradient,
                           real_of<Arch> scale) const {
        double sum = 0;
        for (std::size_t i = 0; i < count; ++i) {
            sum += std::log1p(x[i] * x[i]);
            if (gradient != nullptr) gradient[i] += scale * 2 * x[i] / (1 + x[i] * x[i]);
        }
        return static_cast<real_of<Arch>>(sum);
    }
};

/// A rule (strata/optimizers/rule.hpp): Lion, Chen and others, NeurIPS 2023. Every weight moves by the learning rate,
/// against the sign of a mean of gradients, which is the one number that is kept for each.
struct lion {
    float learning_rate = 1e-3f;
    float beta1 = 0.9f, beta2 = 0.99f;

    std::size_t states() const { return 1; }
    template <class Arch>
    void update(const weight_update<Arch>& u) const {
        auto* mean = u.state(0);
        for (std::size_t i = 0; i < u.count; ++i) {
            const auto direction = beta1 * mean[i] + (1 - beta1) * u.gradients[i];
            u.weights[i] -= learning_rate * static_cast<real_of<Arch>>((direction > 0) - (direction < 0));
            mean[i] = beta2 * mean[i] + (1 - beta2) * u.gradients[i];
        }
    }
};

/// A metric (strata/train/metric.hpp): the part of the outputs that are at most `distance` away from their targets.
struct near_target {
    static constexpr const char* name = "near";
    float distance = 0.05f;

    double operator()(const rows_view& y, const rows_view& target) const {
        std::size_t hits = 0;
        for (std::size_t r = 0; r < y.rows; ++r)
            for (std::size_t i = 0; i < y.width; ++i) hits += std::abs(y[r][i] - target[r][i]) <= distance;
        return static_cast<double>(hits) / static_cast<double>(y.rows * y.width);
    }
};

/// An initializer (strata/initializers/initializer.hpp): normal, of a variance of 1.5 divided by the number of inputs.
struct scaled_normal {
    void operator()(const weight_draw& w) const {
        fill_normal(w.values, 0.0f, std::sqrt(1.5f / static_cast<float>(w.fan_in)), w.seed, w.stream);
    }
};

} // namespace own

struct product
    : strata::network<strata::input<2>, strata::mark<"in">, strata::dense<24>, strata::mark<"piece">,
                      strata::resume<"in">, strata::dense<24>, own::maximum<"piece">, strata::dense<24>,
                      own::prelu, strata::mark<"features">, strata::dense<1>> {};

// At an odd width, to prove their gradients.
struct alone : strata::network<strata::input<19>, own::prelu, strata::mark<"x">, strata::dense<19>,
                               own::maximum<"x">, strata::mark<"y">, own::maximum<"y">> {};

int main() {
    const strata::gradient_report report = strata::check_gradients<alone, double>();
    std::printf("gradients %s: %zu compared, largest error %.0e\n", report.passed(1e-7) ? "proved" : "wrong",
                report.compared, report.worst);
    if (!report.passed(1e-7)) return 1;

    std::vector<float> x(2 * 1000), y;
    strata::fill_uniform(x, -1.0f, 1.0f, strata::seed{1});
    for (std::size_t i = 0; i < x.size(); i += 2) y.push_back(x[i] * x[i + 1]);
    strata::model<product> net{own::scaled_normal{}, strata::seed{2}};
    strata::workspace<product, strata::batch<20>> work;
    strata::optimizer opt{net, own::lion{}};
    const auto loss = own::log_cosh{} + 1e-6f * strata::at<"features">(own::log_square{}) +
                      1e-6f * strata::on_weights(own::log_square{});
    const strata::warm_up rate{100, strata::cosine_decay{.rate = 3e-3f, .steps = 4000}};
    const auto print = [](const strata::epoch_report& e) {
        if (e.epoch == 1 || e.epoch % 20 == 0)
            std::printf("epoch %3zu: loss %.5f, near %5.1f %%, held out %5.1f %%\n", e.epoch,
                        static_cast<double>(e.loss), 100 * e.metric("near").training,
                        100 * *e.metric("near").validation);
    };
    strata::fit(net, work, opt, loss, x, y,
                {.epochs = 100,
                 .learning_rate = rate,
                 .validation_split = 0.2f,
                 .metrics = {own::near_target{}},
                 .after_epoch = print});
    std::printf("0.6 * -0.5 is about %.2f\n",
                static_cast<double>(strata::predict(net, std::vector{0.6f, -0.5f})[0]));
}
