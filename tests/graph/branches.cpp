// Residuals, sums and concatenations of paths, and repetitions: what they expand into, and what that computes.
#include "strata/graph/branches.hpp"

#include "strata/core.hpp"

#include "support/small_networks.hpp"

#include <doctest/doctest.h>

#include <span>
#include <type_traits>
#include <vector>

using namespace strata;

namespace {

template <class... Entries>
struct net : network<Entries...> {};

/// The values that an entry reads.
template <class Net>
std::vector<std::size_t> reads(std::size_t entry) {
    const auto values = Net::topology.operands_of(entry);
    return {values.begin(), values.end()};
}
using numbers = std::vector<std::size_t>;

template <class Net, std::size_t Rows = 3>
void check_net() {
    const gradient_report report = check_gradients<Net, double, Rows>();
    INFO(describe<Net>());
    INFO(report.where << " " << report.all_zero << " " << report.misplaced);
    CHECK(report.passed(1e-7));
}

/// The same network, once with sugar and once with names: same weights, same bits.
template <class Sugar, class Named>
void check_same() {
    CHECK(Sugar::parameter_floats == Named::parameter_floats);
    model<Sugar> a{glorot_uniform{}, seed{4}};
    model<Named> b{zeros{}};
    copy_weights<Named, Sugar>(b, a);
    const std::vector<float> x = tests::uniform_rows(5, Sugar::input.count(), 2);
    CHECK(predict(a, x) == predict(b, x));
    workspace<Sugar, batch<5>> a_work;
    workspace<Named, batch<5>> b_work;
    const std::vector<float> y = tests::uniform_rows(5, Sugar::output.count(), 3);
    optimizer a_opt{a, adam{}};
    optimizer b_opt{b, adam{}};
    for (int step = 0; step < 3; ++step)
        CHECK(train_step(a, a_work, a_opt, mse{}, x, y) == train_step(b, b_work, b_opt, mse{}, x, y));
    CHECK(std::equal(a.storage().begin(), a.storage().end(), b.storage().begin()));
}

} // namespace

TEST_CASE("residual is its layers and an add of what they were given") {
    using once = net<strata::input<6>, residual<dense<6>, relu>>;
    CHECK(once::layer_count == 3);
    CHECK(reads<once>(2) == numbers{2, 0});
    using nested = net<strata::input<6>, dense<6>, residual<relu, residual<dense<6>>, dense<6>>>;
    CHECK(reads<nested>(3) == numbers{3, 2});
    CHECK(reads<nested>(5) == numbers{5, 1});
    check_same<net<strata::input<6>, residual<dense<6>, relu>, dense<2>>,
               net<strata::input<6>, mark<"x">, dense<6>, relu, strata::add<"x">, dense<2>>>();
    check_net<net<strata::input<6>, residual<dense<6>, strata::tanh>, dense<2>>>();
    check_net<
        net<strata::input<6>, dense<6>, residual<strata::tanh, residual<dense<6>>, dense<6>>, dense<2>>>();
    check_net<net<strata::input<4, 4, 2>, residual<conv2d<2, 3, same>, strata::tanh, conv2d<2, 3, same>>,
                  flatten>>();
}

TEST_CASE("repeat is its layers several times, with weights of their own") {
    using three = net<strata::input<6>, repeat<3, dense<6>, strata::tanh>>;
    CHECK(std::is_same_v<three::layers,
                         type_list<dense<6>, strata::tanh, dense<6>, strata::tanh, dense<6>, strata::tanh>>);
    CHECK(net<strata::input<6>, dense<4>, repeat<0, dense<6>>>::layer_count == 1);
    using blocks = net<strata::input<6>, repeat<2, residual<dense<6>, relu>>, dense<2>>;
    CHECK(reads<blocks>(2) == numbers{2, 0});
    CHECK(reads<blocks>(5) == numbers{5, 3});
    check_net<net<strata::input<6>, repeat<3, residual<dense<6>, strata::tanh>>, dense<2>>>();
}

TEST_CASE("sum_of adds what several paths make of one value") {
    using two = net<strata::input<4, 4, 3>, sum_of<path<conv2d<5, 3, same>, relu>, path<conv2d<5, 1>>>>;
    CHECK(two::layer_count == 5);
    CHECK(reads<two>(2) == numbers{0}); // back to where they part
    CHECK(reads<two>(4) == numbers{2, 4});
    check_same<net<strata::input<4, 4, 3>, sum_of<path<conv2d<5, 3, same>, relu>, path<conv2d<5, 1>>>>,
               net<strata::input<4, 4, 3>, mark<"x">, conv2d<5, 3, same>, relu, mark<"f">, resume<"x">,
                   conv2d<5, 1>, strata::add<"f">>>();
    check_net<net<strata::input<4, 4, 3>, sum_of<path<conv2d<5, 3, same>, strata::tanh>, path<conv2d<5, 1>>>,
                  flatten>>();
    check_net<net<strata::input<6>, dense<5>,
                  sum_of<path<>, path<strata::tanh>, path<dense<5>, sum_of<path<>, path<strata::tanh>>>>,
                  dense<2>>>();
}

TEST_CASE("concat_of puts them side by side, in their order") {
    struct sides : network<strata::input<3>, concat_of<path<relu>, path<>, path<dense<2>>>> {};
    CHECK(sides::output == shape<8>);
    model<sides> of{zeros{}};
    of.write(parameters_of<sides>[1], std::vector<float>{7, 9});
    CHECK(predict(of, std::vector<float>{-1, 2, -3}) == std::vector<float>{0, 2, 0, -1, 2, -3, 7, 9});
    check_net<net<strata::input<5, 4, 2>,
                  concat_of<path<conv2d<3, 3, same>, strata::tanh>, path<>, path<conv2d<1, 1>, sigmoid>>,
                  flatten, dense<2>>>();
}

TEST_CASE("frozen branches are given back their gradients, but do not learn") {
    using with_frozen = net<strata::input<6>, dense<6>, frozen<residual<dense<6>, strata::tanh>>, dense<2>>;
    CHECK(with_frozen::gradient_floats == 7 * 16 + 7 * 16);
    CHECK(thawed<with_frozen>::gradient_floats == with_frozen::parameter_floats);
    check_net<with_frozen>();
    check_net<thawed<with_frozen>>();
}

TEST_CASE("a slice between residuals runs on the whole network's weights, and splices into another") {
    struct whole : network<strata::input<6>, residual<dense<6>, relu>, mark<"code">, residual<dense<6>, relu>,
                           dense<2>> {};
    using head = from<whole, "code">;
    using body = until<whole, "code">;
    CHECK(reads<head>(3) == numbers{3, 1});
    const model<whole> net{seed{2}};
    const std::vector<float> x = tests::uniform_rows(4, 6, 1);
    CHECK(predict<head>(net, predict<body>(net, x)) == predict(net, x));

    struct other : network<strata::input<6>, splice<body>, strata::tanh, splice<body>, dense<3>> {};
    CHECK(reads<other>(2) == numbers{2, 0});
    CHECK(reads<other>(6) == numbers{6, 4});
    check_net<thawed<other>>();
}
