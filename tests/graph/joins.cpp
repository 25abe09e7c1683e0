// Joins: what they compute, their shapes, and that gradients reach every operand.
#include "strata/graph/joins.hpp"

#include "strata/core.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

using namespace strata;

namespace {

/// Joins of the input with itself and of what a layer with known weights makes of it: dense<3> without weights is its bias.
template <class Join>
struct joined : network<strata::input<3>, mark<"in">, dense<3>, mark<"dense">, Join> {};

template <class Net>
std::vector<float> predict_with_bias(const std::vector<float>& x, const std::vector<float>& bias) {
    model<Net> net{zeros{}};
    net.write(parameters_of<Net>[1], bias);
    return predict(net, x);
}

const std::vector<float> x{1, -2, 3, 0.5f, 4, -5};
const std::vector<float> bias{10, 20, 40};

template <class Net, std::size_t Rows = 3>
void check_net() {
    const gradient_report report = check_gradients<Net, double, Rows>();
    INFO(describe<Net>());
    INFO(report.where << " " << report.all_zero << " " << report.misplaced);
    CHECK(report.passed(1e-7));
}

/// Every join at the widths around a vector and a line, with operands that others read, too.
template <std::size_t Width>
void check_width() {
    struct sums : network<strata::input<Width>, mark<"a">, dense<Width>, strata::tanh, mark<"b">,
                          dense<Width>, strata::add<"a", "b">, dense<2>> {};
    struct differences : network<strata::input<Width>, mark<"a">, dense<Width>, strata::subtract<"a">,
                                 strata::tanh, mark<"b">, dense<Width>, strata::subtract<"b">, dense<2>> {};
    struct products : network<strata::input<Width>, mark<"a">, dense<Width>, mark<"b">, strata::tanh,
                              strata::multiply<"a", "b">, strata::multiply<"a">, dense<2>> {};
    struct sides : network<strata::input<Width>, mark<"a">, dense<3>, strata::tanh, mark<"b">,
                           concat<"a", "b">, dense<17>, concat<"a">, dense<2>> {};
    struct squares : network<strata::input<Width>, dense<Width>, mark<"a">, strata::multiply<"a">, mark<"b">,
                             strata::add<"b", "b">, concat<"a", "a">, dense<2>> {};
    check_net<sums>();
    check_net<differences>();
    check_net<products>();
    check_net<sides>();
    check_net<squares, 1>();
}

} // namespace

static_assert(join<strata::add<"a">> && join<concat<"a", "b">> && !join<dense<3>> &&
              !layer<strata::add<"a">>);

TEST_CASE("a sum, a difference and a product of a value and a marked one") {
    CHECK(predict_with_bias<joined<strata::add<"in">>>(x, bias) ==
          std::vector<float>{11, 18, 43, 10.5f, 24, 35});
    CHECK(predict_with_bias<joined<strata::add<"in", "dense", "in">>>(x, bias) ==
          std::vector<float>{22, 36, 86, 21, 48, 70});
    CHECK(predict_with_bias<joined<strata::subtract<"in">>>(x, bias) ==
          std::vector<float>{9, 22, 37, 9.5f, 16, 45});
    CHECK(predict_with_bias<joined<strata::multiply<"in">>>(x, bias) ==
          std::vector<float>{10, -40, 120, 5, 80, -200});
    CHECK(predict_with_bias<joined<strata::multiply<"in", "in">>>(x, bias) ==
          std::vector<float>{10, 80, 360, 2.5f, 320, 1000});
}

TEST_CASE("concat puts the running value first, then the marks as named") {
    CHECK(joined<concat<"in">>::output == shape<6>);
    CHECK(predict_with_bias<joined<concat<"in">>>(x, bias) ==
          std::vector<float>{10, 20, 40, 1, -2, 3, 10, 20, 40, 0.5f, 4, -5});
    CHECK(predict_with_bias<joined<concat<"in", "dense">>>(x, bias) ==
          std::vector<float>{10, 20, 40, 1, -2, 3, 10, 20, 40, 10, 20, 40, 0.5f, 4, -5, 10, 20, 40});
}

TEST_CASE("concat of images is along their channels") {
    struct images : network<strata::input<2, 2, 1>, mark<"in">, upsample2d<2>, max_pool2d<2>, concat<"in">> {
    };
    CHECK(images::output == shape<2, 2, 2>);
    const model<images> net;
    CHECK(predict(net, std::vector<float>{1, 2, 3, 4}) == std::vector<float>{1, 1, 2, 2, 3, 3, 4, 4});
}

TEST_CASE("gradients of joins are those of central differences") {
    check_width<3>();
    check_width<7>();
    check_width<16>();
    check_width<17>();
    check_width<33>();
}

TEST_CASE("gradients of joins of images") {
    struct images : network<strata::input<5, 4, 2>, mark<"in">, conv2d<3, 3, same>, strata::tanh, mark<"f">,
                            conv2d<5, 1>, concat<"in", "f">, strata::tanh, mark<"wide">, conv2d<10, 3, same>,
                            strata::multiply<"wide">, conv2d<2, 3>, flatten, dense<2>> {};
    check_net<images>();
    check_net<images, 1>();
}

TEST_CASE("a join that nobody else's reading forbids it works in place") {
    struct skip : network<strata::input<8>, mark<"in">, dense<8>, strata::add<"in">, dense<3>> {};
    constexpr auto plan = memory_plan_of<skip, 4, training>;
    CHECK(plan.buffer[3] == plan.buffer[2]);
    // The product's gradient reads both operands.
    struct gate : network<strata::input<8>, mark<"in">, dense<8>, strata::multiply<"in">, dense<3>> {};
    constexpr auto apart = memory_plan_of<gate, 4, training>;
    CHECK(apart.buffer[3] == 3);
    // The sum may not overwrite what a later layer reads.
    struct read_later : network<strata::input<8>, mark<"in">, dense<8>, mark<"x">, strata::add<"in">,
                                dense<8>, strata::add<"x">, dense<3>> {};
    constexpr auto kept = memory_plan_of<read_later, 4, inference>;
    CHECK(kept.buffer[4] == 4);
}
