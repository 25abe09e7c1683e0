// Networks with several inputs and outputs against PyTorch: outputs, losses, all gradients, and the weights after three
// steps; several.py made the values.
#include "golden.hpp"

#include <array>
#include <cmath>
#include <string>
#include <tuple>
#include <utility>

namespace {

using namespace strata;

struct two_heads : network<input<9>, dense<8>, strata::tanh, mark<"trunk">, dense<5>, mark<"digit">,
                           resume<"trunk">, dense<6>, sigmoid, dense<3>, mark<"style">> {};

/// mean + e^(log variance / 2) * noise, where the noise is right before it, and the moments at a mark.
template <fixed_string Moments>
struct draw : join_defaults<Moments> {
    static constexpr layer_traits traits{.backward_reads_input = true};
    static constexpr layer_error accepts(std::span<const extents> in) {
        return in[1].count() == 2 * in[0].count() ? layer_error::none : layer_error::operands_differ;
    }
    template <class Arch, extents In>
    static void forward(const join_forward<Arch>& pass) {
        for (std::size_t r = 0; r < pass.y.rows; ++r)
            for (std::size_t i = 0; i < In.count(); ++i)
                pass.y[r][i] = pass.x[1][r][i] + deviation<In>(pass, r, i) * pass.x[0][r][i];
    }
    template <class Arch, extents In>
    static void input_gradient(const join_backward<Arch>& pass) {
        const auto put = [&](std::size_t r, std::size_t i, real_of<Arch> value) {
            pass.x_gradient[r][i] = value + (pass.accumulate ? pass.x_gradient[r][i] : real_of<Arch>(0));
        };
        constexpr std::size_t count = In.count();
        for (std::size_t r = 0; r < pass.y_gradient.rows; ++r)
            for (std::size_t i = 0; i < count; ++i) {
                const real_of<Arch> by_y = pass.y_gradient[r][i];
                if (pass.operand == 0) {
                    put(r, i, by_y * deviation<In>(pass, r, i));
                } else {
                    put(r, i, by_y);
                    put(r, count + i, by_y * pass.x[0][r][i] * deviation<In>(pass, r, i) / 2);
                }
            }
    }
    static std::string describe() { return "draw"; }

private:
    template <extents In, class Pass>
    static auto deviation(const Pass& pass, std::size_t r, std::size_t i) {
        return std::exp(pass.x[1][r][In.count() + i] / 2);
    }
};

struct autoencoder : network<input<4, 4, 1>, conv2d<3, 3, same>, strata::tanh, flatten, mark<"image">,
                             input<3>, mark<"class">, concat<"image">, dense<10>, strata::tanh, dense<8>,
                             mark<"moments">, input<4>, draw<"moments">, mark<"code">, concat<"class">,
                             dense<12>, strata::tanh, dense<16>, reshape<4, 4, 1>> {};

struct generator : network<input<5>, mark<"noise">, input<3>, concat<"noise">, dense<8>, strata::tanh,
                           dense<6>, strata::tanh> {};
struct critic
    : network<input<6>, mark<"image">, input<3>, concat<"image">, dense<8>, strata::tanh, dense<1>> {};

const golden::file& stored() {
    static const golden::file values{STRATA_GOLDEN "/several.f64"};
    return values;
}

/// A network's outputs, loss, gradients and three steps, on samples and targets that a tuple or one vector has.
template <class Net, class Real, class Loss, class X, class Y>
void check_network(const std::string& name, const Loss& loss, const X& x, const Y& y) {
    const golden::file& values = stored();
    model<Net, Real> net{zeros{}};
    golden::load_weights(net, values, name);
    workspace<Net, batch<3>, training, Real> work;
    const auto outputs = forward(net, work, x);
    if constexpr (Net::outputs.size() == 1)
        golden::check_agreement(name + ".output1", golden::gather(outputs), values[name + ".output1"]);
    else
        for (std::size_t k = 0; k < outputs.size(); ++k) {
            const std::string tensor = name + ".output" + std::to_string(k + 1);
            golden::check_agreement(tensor, golden::gather(outputs[k]), values[tensor]);
        }
    const auto slope = input_gradient(net, work, loss, x, y);
    golden::check_agreement(name + ".loss", std::vector{slope.loss}, values[name + ".loss"]);
    const auto check_slope = [&](const std::string& input, const basic_rows_view<Real>& rows) {
        golden::check_agreement(name + input + ".gradient", golden::gather(rows),
                                values[name + input + ".gradient"]);
    };
    if constexpr (Net::inputs.size() == 1)
        check_slope(".input", slope);
    else
        for (std::size_t k = 0; k < slope.inputs.size(); ++k)
            check_slope(k == 0 ? ".input" : ".input" + std::to_string(k + 1), slope.inputs[k]);
    CHECK(accumulate(net, work, loss, x, y) == slope.loss);
    golden::check_gradients_of<Net>(values, name, work);
    work.clear_gradients();

    optimizer opt{net, sgd{.learning_rate = 0.0625f, .momentum = 0.875f}};
    std::vector<Real> losses;
    for (int step = 0; step < 3; ++step) losses.push_back(train_step(net, work, opt, loss, x, y));
    golden::check_agreement(name + ".losses", losses, values[name + ".losses"]);
    golden::check_weights(values, name, net);
}

template <class Real>
std::vector<Real> target_of(const std::string& name) {
    std::vector<Real> target = stored().of<Real>(name + ".target");
    for (Real& value : target) value = std::abs(value); // from 0 to 1
    return target;
}

template <class Real>
void check_two_heads() {
    const std::vector<int> digit{4, 0, 2};
    check_network<two_heads, Real>("two_heads", at<"digit">(cross_entropy{}) + 0.1f * at<"style">(mse{}),
                                   stored().of<Real>("two_heads.input"),
                                   std::tuple{digit, target_of<Real>("two_heads")});
}

template <class Real>
void check_autoencoder() {
    check_network<autoencoder, Real>("autoencoder", 16.0f * bce_with_logits{} + at<"moments">(gaussian_kl{}),
                                     std::tuple{stored().of<Real>("autoencoder.input"),
                                                stored().of<Real>("autoencoder.input2"),
                                                stored().of<Real>("autoencoder.input3")},
                                     target_of<Real>("autoencoder"));
}

/// Three rounds of a critic's step and a generator's.
template <class Real>
void check_gan() {
    const golden::file& values = stored();
    model<generator, Real> g{zeros{}};
    model<critic, Real> d{zeros{}};
    golden::load_weights(g, values, "generator");
    golden::load_weights(d, values, "critic");
    workspace<generator, batch<4>, training, Real> g_work;
    workspace<critic, batch<4>, training, Real> d_work;
    optimizer g_opt{g, sgd{.learning_rate = 0.0625f, .momentum = 0.875f}};
    optimizer d_opt{d, sgd{.learning_rate = 0.0625f, .momentum = 0.875f}};
    std::vector<Real> losses;
    for (int step = 1; step <= 3; ++step) {
        const std::string number = std::to_string(step);
        const std::vector<Real> real = values.of<Real>("real" + number),
                                noise = values.of<Real>("noise" + number),
                                of_class = values.of<Real>("class" + number);
        const auto fake = forward(g, g_work, std::tie(noise, of_class));
        if (step == 1) golden::check_agreement("fake1", golden::gather(fake), values["fake1"]);
        losses.push_back(accumulate(d, d_work, bce_with_logits{}, std::tie(real, of_class), Real(1)) +
                         accumulate(d, d_work, bce_with_logits{}, std::tie(fake, of_class), Real(0)));
        if (step == 1) golden::check_gradients_of<critic>(values, "critic", d_work);
        d_opt.step(d, d_work);

        const auto slope =
            input_gradient(std::as_const(d), d_work, bce_with_logits{}, std::tie(fake, of_class), Real(1));
        losses.push_back(slope.loss);
        backward(g, g_work, slope.inputs[0]);
        if (step == 1) {
            golden::check_agreement("fake1.gradient", golden::gather(slope.inputs[0]),
                                    values["fake1.gradient"]);
            golden::check_gradients_of<generator>(values, "generator", g_work);
        }
        g_opt.step(g, g_work);
    }
    golden::check_agreement("gan.losses", losses, values["gan.losses"]);
    golden::check_weights(values, "generator", g);
    golden::check_weights(values, "critic", d);
}

TEST_CASE("a classifier with two heads computes and learns as in PyTorch") {
    check_two_heads<float>();
    check_two_heads<double>();
}
TEST_CASE(
    "a conditional variational autoencoder, its noise a further input, computes and learns as in PyTorch") {
    check_autoencoder<float>();
    check_autoencoder<double>();
}
TEST_CASE("three rounds of a conditional GAN are PyTorch's") {
    check_gan<float>();
    check_gan<double>();
}
TEST_CASE("the join that draws has the gradients that its values have") {
    const gradient_report report = check_gradients<autoencoder, double>();
    INFO(report.where << report.all_zero);
    CHECK(report.passed(1e-7));
}

} // namespace
