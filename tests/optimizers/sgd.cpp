// Stochastic gradient descent: plain, with momentum, with Nesterov's variant.
#include "strata/optimizers/sgd.hpp"

#include "optimizers/optimizer_case.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <vector>

namespace {

using optimizers::net;
using strata::model;
using strata::optimizer;
using strata::sgd;

struct rule {
    sgd options;
    std::vector<double> velocity = std::vector<double>(net::parameter_floats);

    void step(double& weight, double gradient, std::size_t i, std::size_t) {
        const auto momentum = static_cast<double>(options.momentum);
        velocity[i] = momentum * velocity[i] + gradient;
        const double direction = options.nesterov ? gradient + momentum * velocity[i] : velocity[i];
        weight -= static_cast<double>(options.learning_rate) * direction;
    }
};

TEST_CASE("sgd: ten steps are those of the formula") {
    for (const sgd& options : {sgd{.learning_rate = 0.1f}, sgd{.learning_rate = 0.03f, .momentum = 0.9f},
                               sgd{.learning_rate = 0.03f, .momentum = 0.9f, .nesterov = true}}) {
        CAPTURE(options.momentum);
        CAPTURE(options.nesterov);
        model<net> weights{strata::zeros{}};
        optimizer opt{weights, options};
        optimizers::check_against(opt, weights, rule{options});
    }
}

TEST_CASE("sgd: without options, the rate is 0.01 and there is no momentum") {
    model<net> weights{strata::zeros{}};
    optimizer opt{weights, sgd{}};
    CHECK(opt.learning_rate() == 0.01f);
    optimizers::check_against(opt, weights, rule{{.learning_rate = 0.01f}});
}

TEST_CASE("sgd: no state without momentum, one number a weight with it") {
    CHECK(sgd{}.states() == 0);
    CHECK(sgd{.momentum = 0.5f}.states() == 1);
}

TEST_CASE("sgd: what every optimizer promises") {
    optimizers::check_promises<optimizer<net, sgd>>(sgd{.learning_rate = 0.05f});
    optimizers::check_promises<optimizer<net, sgd>>(sgd{.learning_rate = 0.02f, .momentum = 0.8f});
    optimizers::check_promises<optimizer<net, sgd>>(
        sgd{.learning_rate = 0.02f, .momentum = 0.8f, .nesterov = true});
}

} // namespace
