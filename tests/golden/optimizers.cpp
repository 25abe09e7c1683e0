// Optimizers against those of torch.optim over five steps; optimizers.py made the values.
#include "golden.hpp"

namespace {

using namespace strata;

struct small : network<input<7>, dense<19>, strata::tanh, dense<3>> {};

template <class Real, class Rule>
void check_steps_of(const std::string& name, const Rule& rule) {
    static const golden::file values{STRATA_GOLDEN "/optimizers.f64"};
    model<small, Real> net{zeros{}};
    golden::load_weights(net, values, name);
    workspace<small, batch<4>, training, Real> work;
    optimizer optimizer{net, rule};
    std::vector<Real> losses;
    for (int step = 1; step <= 5; ++step) {
        if (step == 4) optimizer.learning_rate(optimizer.learning_rate() / 2);
        losses.push_back(train_step(net, work, optimizer, mse{}, values.of<Real>(name + ".input"),
                                    values.of<Real>(name + ".target")));
        for (const placed_parameter& p : parameters_of<small>) {
            const std::string tensor = name + '.' + std::to_string(p.layer_number) + '.' +
                                       std::string{p.what.name} + ".after." + std::to_string(step);
            std::vector<Real> weights(p.what.count());
            net.read(p, weights);
            golden::check_agreement(tensor, weights, values[tensor]);
        }
    }
    golden::check_agreement(name + ".losses", losses, values[name + ".losses"]);
}

template <class Rule>
void check_steps(const std::string& name, const Rule& rule) {
    check_steps_of<float>(name, rule);
    check_steps_of<double>(name, rule);
}

TEST_CASE("sgd steps as torch.optim.SGD does, also when the learning rate changes") {
    check_steps("sgd", sgd{.learning_rate = 0.125f});
    check_steps("momentum", sgd{.learning_rate = 0.125f, .momentum = 0.875f});
    check_steps("nesterov", sgd{.learning_rate = 0.125f, .momentum = 0.875f, .nesterov = true});
}

TEST_CASE("adam, adamw and rmsprop step as torch.optim's do") {
    // An epsilon that shows where it is added.
    adam options{.learning_rate = 0x1p-5f, .beta1 = 0.875f, .beta2 = 0.9375f, .epsilon = 0x1p-10f};
    check_steps("adam", options);
    check_steps("adamw", adamw{.learning_rate = options.learning_rate,
                               .beta1 = options.beta1,
                               .beta2 = options.beta2,
                               .epsilon = options.epsilon,
                               .weight_decay = 0.25f});
    check_steps("rmsprop", rmsprop{.learning_rate = 0x1p-5f, .decay = 0.875f, .epsilon = 0x1p-10f});
}

} // namespace
