// RMSprop.
#include "strata/optimizers/rmsprop.hpp"

#include "optimizers/optimizer_case.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <vector>

namespace {

using optimizers::net;
using strata::model;
using strata::optimizer;
using strata::rmsprop;

struct rule {
    rmsprop options;
    std::vector<double> square = std::vector<double>(net::parameter_floats);

    void step(double& weight, double gradient, std::size_t i, std::size_t) {
        const auto decay = static_cast<double>(options.decay);
        square[i] = decay * square[i] + (1 - decay) * gradient * gradient;
        weight -= static_cast<double>(options.learning_rate) * gradient /
                  (std::sqrt(square[i]) + static_cast<double>(options.epsilon));
    }
};

TEST_CASE("rmsprop: ten steps are those of the formula") {
    for (const rmsprop& options :
         {rmsprop{.learning_rate = 0.01f}, rmsprop{.learning_rate = 0.05f, .decay = 0.5f},
          rmsprop{.learning_rate = 0.05f, .epsilon = 0.2f}}) {
        CAPTURE(options.decay);
        CAPTURE(options.epsilon);
        model<net> weights{strata::zeros{}};
        optimizer opt{weights, options};
        optimizers::check_against(opt, weights, rule{options}, 4e-6);
    }
}

TEST_CASE("rmsprop: without options, PyTorch's: rate 0.01, decay 0.99, epsilon 1e-8") {
    model<net> weights{strata::zeros{}};
    optimizer opt{weights, rmsprop{}};
    CHECK(opt.learning_rate() == 0.01f);
    optimizers::check_against(opt, weights, rule{{.learning_rate = 0.01f, .decay = 0.99f, .epsilon = 1e-8f}},
                              4e-6);
}

TEST_CASE("rmsprop: what every optimizer promises") {
    optimizers::check_promises<optimizer<net, rmsprop>>(rmsprop{.learning_rate = 0.003f});
}

} // namespace
