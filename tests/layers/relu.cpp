// relu: alone, and done by the kernels of the layers before and after it, which must make no difference.
#include "strata/layers/relu.hpp"
#include "strata/layers/conv2d.hpp"
#include "strata/layers/conv2d_transpose.hpp"
#include "strata/layers/dense.hpp"
#include "strata/layers/flatten.hpp"
#include "strata/layers/max_pool2d.hpp"
#include "strata/layers/tied_dense.hpp"

#include "support/networks.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace {

using namespace strata;

static_assert(relu::output(shape<3, 5, 7>) == shape<3, 5, 7>);
static_assert(relu::output(shape<9>) == shape<9>);
static_assert(relu::accepts(shape<9>) == layer_error::none);
static_assert(relu::parameters(shape<9>).size == 0);

struct alone : network<input<19>, relu> {};
struct fused : network<input<5>, dense<19>, relu> {};
struct apart : network<input<5>, dense<19>, mark<"between">, relu> {};

/// The gradients of all weights after one pass, layer by layer without padding between them.
template <any_network Net>
std::vector<float> weight_gradients() {
    model<Net> net{zeros{}};
    std::uint64_t stream = streams::user;
    for (const placed_parameter& p : parameters_of<Net>) {
        std::vector<float> values(p.what.count());
        fill_uniform(values, -1.0f, 1.0f, seed{1}, stream++);
        net.write(p, values);
    }
    std::vector<float> x(3 * Net::input.count());
    std::vector<float> y_gradient(3 * Net::output.count());
    fill_uniform(x, -1.0f, 1.0f, seed{2});
    fill_uniform(y_gradient, -1.0f, 1.0f, seed{3});
    workspace<Net, batch<3>> work;
    forward(net, work, x);
    backward(net, work, y_gradient);
    return {work.parameter_gradients().begin(), work.parameter_gradients().end()};
}

/// That a layer after a relu which it reads in place, and does the gradient of, and after one in a block of
/// its own leave the same gradients to the layer before.
template <class First, class Brought, class... Layers>
void relu_before_makes_no_difference() {
    struct together : network<Brought, First, relu, Layers...> {};
    struct kept_apart : network<Brought, First, mark<"between">, relu, Layers...> {};
    CHECK(memory_plan_of<together, 3, training>.masked[2]);
    CHECK(std::ranges::count(memory_plan_of<kept_apart, 3, training>.masked, true) == 0);
    const std::vector<float> gradients = weight_gradients<together>();
    CHECK(gradients == weight_gradients<kept_apart>());
    CHECK(std::ranges::count(gradients, 0.0f) < std::ssize(gradients));
    gradients_are_right<together>();
}

TEST_CASE("relu is 0 below 0 and x above, and keeps a NaN") {
    std::vector<float> x(2 * 19);
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<float>(i) - 20.0f;
    x[3] = std::numeric_limits<float>::quiet_NaN();
    const std::vector<float> y = run<alone>({}, x);
    for (std::size_t i = 0; i < x.size(); ++i) {
        CAPTURE(i);
        if (i == 3)
            CHECK(std::isnan(y[i]));
        else
            CHECK(y[i] == (i < 20 ? 0.0f : x[i]));
    }
}

TEST_CASE("relu after dense is done by dense, with the same bits as by itself") {
    CHECK(memory_plan_of<fused, 1, training>.fused[1]);
    CHECK_FALSE(memory_plan_of<apart, 1, training>.fused[2]);
    std::vector<float> w(5 * 19);
    std::vector<float> b(19);
    std::vector<float> x(4 * 5);
    fill_uniform(w, -1.0f, 1.0f, seed{1});
    fill_uniform(b, -1.0f, 1.0f, seed{2});
    fill_uniform(x, -1.0f, 1.0f, seed{3});
    const std::vector<float> y = run<fused>({w, b}, x);
    CHECK(y == run<apart>({w, b}, x));
    CHECK(std::count(y.begin(), y.end(), 0.0f) > 10);
    CHECK(std::count(y.begin(), y.end(), 0.0f) < 66);
}

TEST_CASE("relu's derivative at 0 is 0") {
    alignas(64) const float y[16] = {0.0f, -0.0f, 1.0f};
    alignas(64) const float y_gradient[16] = {5, 5, 5};
    alignas(64) float x_gradient[16] = {};
    backward_pass<arch> pass{};
    pass.y = {y, 1, 3};
    pass.y_gradient = {y_gradient, 1, 3};
    pass.x_gradient = {x_gradient, 1, 3};
    relu::input_gradient<arch, shape<3>>(pass);
    CHECK(x_gradient[0] == 0.0f);
    CHECK(x_gradient[1] == 0.0f);
    CHECK(x_gradient[2] == 5.0f);
}

TEST_CASE("relu's gradient is done by the layer after it, with the same bits as by itself") {
    relu_before_makes_no_difference<dense<21>, input<5>, dense<7>>();
    relu_before_makes_no_difference<dense<100>, input<5>, dense<60>>(); // turns gradients, not weights
    relu_before_makes_no_difference<conv2d<5, 3>, input<8, 9, 2>, conv2d<4, 3>>();
    relu_before_makes_no_difference<conv2d<18, 3>, input<8, 9, 2>, conv2d<4, 3, stride<2>, same>>();
    relu_before_makes_no_difference<conv2d<5, 3>, input<8, 9, 2>, conv2d_transpose<4, 3, stride<2>>>();
    relu_before_makes_no_difference<conv2d<5, 3>, input<8, 9, 2>, max_pool2d<2>>();
    relu_before_makes_no_difference<conv2d<5, 3>, input<8, 9, 2>, max_pool2d<3, stride<1>>>();
}

TEST_CASE("relu's gradient is done by a tied layer after it as well") {
    struct tied : network<input<19>, mark<"owner">, dense<21>, relu, tied_dense<19, "owner">> {};
    CHECK(memory_plan_of<tied, 3, training>.masked[3]);
    gradients_are_right<tied>();
}

TEST_CASE("relu describes itself") { CHECK(relu::describe() == "relu"); }

TEST_CASE("gradients of relu, alone, fused, apart, and behind a layer that it may not overwrite") {
    gradients_are_right<alone>();
    gradients_are_right<fused>();
    gradients_are_right<apart>();
    struct twice : network<input<2, 3, 3>, relu, flatten, relu, dense<3>> {};
    gradients_are_right<twice>();
}

} // namespace
