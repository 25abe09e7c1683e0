// tied_dense: the transposed matrix of another layer, which learns from both.
#include "strata/layers/tied_dense.hpp"
#include "strata/initializers/glorot_uniform.hpp"
#include "strata/layers/dense.hpp"
#include "strata/layers/tanh.hpp"
#include "strata/losses/mse.hpp"
#include "strata/model/predict.hpp"
#include "strata/optimizers/sgd.hpp"
#include "strata/train/accumulate.hpp"
#include "strata/train/train_step.hpp"

#include "support/networks.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

namespace {

using namespace strata;

static_assert(tied_dense<19, "first">::output(shape<7>) == shape<19>);
static_assert(tied_dense<19, "first">::parameters(shape<7>).count() == 19);
static_assert(tied_dense<0, "first">::accepts(shape<7>) == layer_error::nothing_left);
static_assert(tied_dense<19, "first">::accepts(shape<7, 1>) == layer_error::needs_flat_input);

struct tied
    : network<input<19>, mark<"first">, dense<7>, strata::tanh, mark<"code">, tied_dense<19, "first">> {};
struct untied : network<input<19>, dense<7>, strata::tanh, dense<19>> {};
struct deep : network<input<19>, mark<"one">, dense<33>, strata::tanh, mark<"two">, dense<7>, mark<"code">,
                      tied_dense<33, "two">, strata::tanh, tied_dense<19, "one">> {};

static_assert(tied::parameter_floats < untied::parameter_floats);

struct both {
    model<tied> net{glorot_uniform{}, seed{1}};
    model<untied> twin{zeros{}};

    both() {
        std::vector<float> matrix(19 * 7);
        std::vector<float> turned(7 * 19);
        std::vector<float> code_bias(7);
        std::vector<float> bias(19);
        fill_uniform(code_bias, -1.0f, 1.0f, seed{2});
        fill_uniform(bias, -1.0f, 1.0f, seed{3});
        net.read(parameters_of<tied>[0], matrix);
        net.write(parameters_of<tied>[1], code_bias);
        net.write(parameters_of<tied>[2], bias);
        for (std::size_t r = 0; r < 19; ++r)
            for (std::size_t c = 0; c < 7; ++c) turned[c * 19 + r] = matrix[r * 7 + c];
        twin.write(parameters_of<untied>[0], matrix);
        twin.write(parameters_of<untied>[1], code_bias);
        twin.write(parameters_of<untied>[2], turned);
        twin.write(parameters_of<untied>[3], bias);
    }
};

TEST_CASE("a tied network computes what its twin with a turned copy of the matrix computes") {
    const both b;
    std::vector<float> x(5 * 19);
    fill_uniform(x, -1.0f, 1.0f, seed{4});
    const std::vector<float> expected = predict(b.twin, x);
    const std::vector<float> got = predict(b.net, x);
    for (std::size_t i = 0; i < got.size(); ++i) CHECK(got[i] == doctest::Approx(expected[i]).epsilon(1e-5));
}

TEST_CASE("the decoder, cut off, still finds its matrix in the encoder") {
    const both b;
    std::vector<float> x(5 * 19);
    fill_uniform(x, -1.0f, 1.0f, seed{4});
    const std::vector<float> codes = predict<until<tied, "code">>(b.net, x);
    CHECK(predict<from<tied, "code">>(b.net, codes) == predict(b.net, x));
}

TEST_CASE("the shared matrix learns from both layers, and gradients of two passes add up") {
    const both b;
    std::vector<float> x(5 * 19);
    fill_uniform(x, -1.0f, 1.0f, seed{4});
    workspace<tied, batch<5>> work;
    workspace<untied, batch<5>> twin_work;
    for (int pass = 1; pass <= 2; ++pass) {
        accumulate(b.net, work, mse{}, x, x);
        accumulate(b.twin, twin_work, mse{}, x, x);
        const placed_parameter& shared = parameters_of<tied>[0];
        const placed_parameter& first = parameters_of<untied>[0];
        const placed_parameter& second = parameters_of<untied>[2];
        for (std::size_t r = 0; r < 19; ++r)
            for (std::size_t c = 0; c < 7; ++c) {
                const float sum =
                    twin_work.parameter_gradients()[first.offset + first.what.place(r * 7 + c)] +
                    twin_work.parameter_gradients()[second.offset + second.what.place(c * 19 + r)];
                CHECK(work.parameter_gradients()[shared.offset + shared.what.place(r * 7 + c)] ==
                      doctest::Approx(sum).epsilon(1e-4));
            }
    }
}

TEST_CASE("a tied network learns, step after step") {
    both b;
    std::vector<float> x(5 * 19);
    fill_uniform(x, -1.0f, 1.0f, seed{4});
    workspace<tied, batch<5>> work;
    optimizer opt{b.net, sgd{.learning_rate = 0.1f}};
    const float first = train_step(b.net, work, opt, mse{}, x, x);
    float last = first;
    for (int i = 0; i < 300; ++i) last = train_step(b.net, work, opt, mse{}, x, x);
    CHECK(last < first / 2);
}

TEST_CASE("tied_dense describes itself") {
    CHECK(tied_dense<19, "first">::describe() == "tied_dense 19 to \"first\"");
}

TEST_CASE("gradients of tied networks, shallow, deep, and with a frozen owner") {
    gradients_are_right<tied>();
    gradients_add_up<tied>();
    gradients_are_right<deep>();
    struct wide : network<input<5>, mark<"first">, dense<40>, strata::tanh, tied_dense<5, "first">> {};
    gradients_are_right<wide, 1>();
    struct frozen_owner : network<input<19>, dense<19>, mark<"first">, frozen<dense<7>>, strata::tanh,
                                  tied_dense<19, "first">> {};
    gradients_are_right<frozen_owner>();
}

} // namespace
