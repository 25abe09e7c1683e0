// Gradient penalties against PyTorch's double backward, for models of float and of double; penalty.py made the values.
#include "golden.hpp"

namespace {

using namespace strata;

struct smooth : network<input<9>, dense<7>, strata::tanh, dense<6>, gelu, layer_norm<>, dense<5>, elu<>,
                        dense<4>, softplus, dense<4>, silu, dense<2>, sigmoid> {};
struct kinked : network<input<9>, dense<17>, leaky_relu<0.2>, dense<12>, relu, dense<9>, prelu, dense<6>,
                        clip<-1.0, 1.0>, dense<3>, strata::tanh> {};
struct images : network<input<6, 6, 2>, conv2d<6, 3, same>, leaky_relu<0.2>, conv2d<4, 3, stride<2>, same>,
                        relu, max_pool2d<2, stride<1>>, conv2d_transpose<5, 3, stride<2>>, strata::tanh,
                        average_pool2d<2>, upsample2d<2>, conv2d<4, 3>, flatten, softmax, dense<1>> {};
struct normalized : network<input<4, 4, 2>, conv2d<5, 3, same>, batch_norm<>, leaky_relu<0.2>, flatten,
                            dense<6>, batch_norm<>, strata::tanh, dense<1>> {};
struct graph
    : network<input<9>, mark<"start">, dense<8>, strata::tanh, dense<9>, strata::add<"start">, mark<"middle">,
              dense<9>, sigmoid, strata::multiply<"middle">, concat<"start">, dense<5>, relu, dense<1>> {};

/// To 1e-5, as golden::compare measures it; what PyTorch finds no gradient for has none.
template <class Net, class Real>
void check_penalty_of(const golden::file& values, const std::string& name) {
    model<Net, Real> net{zeros{}};
    golden::load_weights(net, values, name);
    workspace<Net, batch<4>, training, Real> work;
    gradient_penalty<Net, batch<4>, Real> penalty{3.0f};
    const std::vector<Real> value{penalty.accumulate(net, work, values.of<Real>(name + ".input"))};
    CHECK(golden::compare(value, values[name + ".penalty"]).worst <= 1e-6);
    for (const placed_parameter& p : parameters_of<Net>) {
        if (p.what.what_for == role::running) continue;
        const std::string tensor =
            name + '.' + std::to_string(p.layer_number) + '.' + std::string{p.what.name} + ".gradient";
        std::vector<Real> gradient(p.what.count());
        for (std::size_t i = 0; i < gradient.size(); ++i)
            gradient[i] = work.parameter_gradients()[p.gradient_offset + p.what.place(i)];
        INFO(tensor);
        if (values.has(tensor)) {
            const golden::disagreement found = golden::compare(gradient, values[tensor]);
            INFO("worst at index " << found.where << ": " << gradient[found.where] << ", by PyTorch "
                                   << values[tensor][found.where]);
            CHECK(found.worst <= 1e-5);
        } else {
            for (const Real g : gradient) CHECK(std::abs(g) < Real(1e-8));
        }
    }
}

template <class Net>
void check_penalty(const std::string& name) {
    static const golden::file values{STRATA_GOLDEN "/penalty.f64"};
    check_penalty_of<Net, float>(values, name);
    check_penalty_of<Net, double>(values, name);
}

TEST_CASE("a gradient penalty is PyTorch's: smooth layers") { check_penalty<smooth>("smooth"); }
TEST_CASE("a gradient penalty is PyTorch's: layers whose slope jumps") { check_penalty<kinked>("kinked"); }
TEST_CASE("a gradient penalty is PyTorch's: images") { check_penalty<images>("images"); }
TEST_CASE("a gradient penalty is PyTorch's: layers that mix samples") {
    check_penalty<normalized>("normalized");
}
TEST_CASE("a gradient penalty is PyTorch's: joins") { check_penalty<graph>("graph"); }

} // namespace
