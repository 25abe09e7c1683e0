// A siamese pair against PyTorch: outputs, gradients, and the weights after three steps; siamese.py made the values.
#include "golden.hpp"

#include <tuple>

namespace {

using namespace strata;

struct encoder : network<input<9>, dense<7>, strata::tanh, dense<5>> {};
struct siamese : network<input<9>, scope<"left", splice<encoder>>, mark<"a">, input<9>,
                         shared<"left", splice<encoder>>, subtract<"a">, multiply<"a">, dense<2>> {};
struct one_sided : network<input<9>, scope<"left", splice<encoder>>, stop_gradient, mark<"a">, input<9>,
                           shared<"left", splice<encoder>>, subtract<"a">, multiply<"a">, dense<2>> {};

template <class Net, class Real>
void check_pair_of(const golden::file& values, const std::string& name) {
    model<Net, Real> net{zeros{}};
    golden::load_weights(net, values, name);
    workspace<Net, batch<3>, training, Real> work;
    const std::vector<Real> first = values.of<Real>(name + ".input"),
                            second = values.of<Real>(name + ".other"),
                            target = values.of<Real>(name + ".target");
    const auto x = std::tie(first, second);
    golden::check_agreement(name + ".output", predict(net, x), values[name + ".output"]);
    if constexpr (Net::table.has_input_gradient) {
        const auto by_input = input_gradient(net, work, mse{}, x, target);
        golden::check_agreement(name + ".input.gradient", golden::gather(by_input.inputs[0]),
                                values[name + ".input.gradient"]);
        golden::check_agreement(name + ".other.gradient", golden::gather(by_input.inputs[1]),
                                values[name + ".other.gradient"]);
    }
    accumulate(net, work, mse{}, x, target);
    golden::check_gradients_of<Net>(values, name, work);
    work.clear_gradients();
    optimizer opt{net, sgd{.learning_rate = 0.0625f, .momentum = 0.875f}};
    std::vector<Real> losses;
    for (int step = 0; step < 3; ++step) losses.push_back(train_step(net, work, opt, mse{}, x, target));
    golden::check_agreement(name + ".losses", losses, values[name + ".losses"]);
    golden::check_weights(values, name, net);
}

template <class Net>
void check_pair(const std::string& name) {
    static const golden::file values{STRATA_GOLDEN "/siamese.f64"};
    check_pair_of<Net, float>(values, name);
    check_pair_of<Net, double>(values, name);
}

TEST_CASE("a siamese pair computes and learns as in PyTorch") { check_pair<siamese>("siamese"); }
TEST_CASE("a siamese pair of which one use teaches, as in PyTorch") { check_pair<one_sided>("one_sided"); }

} // namespace
