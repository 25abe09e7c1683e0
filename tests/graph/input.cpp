// Inputs and outputs anywhere in the list: which there are, of which shapes, and the gradients through all of them.
#include "strata/graph/input.hpp"

#include "strata/core.hpp"
#include "support/several_networks.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <tuple>
#include <type_traits>
#include <vector>

using namespace strata;
using tests::conditional, tests::two_heads, tests::three_in_two_out;

namespace {

template <class Net, std::size_t Rows = 3>
void gradients_agree() {
    const gradient_report report = check_gradients<Net, double, Rows>();
    INFO(report.where << ", " << report.compared << " compared, all zero: " << report.all_zero);
    CHECK(report.passed(1e-7));
    CHECK(report.skipped * 5 < report.compared);
}

} // namespace

TEST_CASE("inputs and outputs are in the list's order, each with its shape") {
    static_assert(conditional::inputs == std::array{shape<7>, shape<5>});
    static_assert(conditional::outputs == std::array{shape<4>});
    static_assert(conditional::input == shape<7> && conditional::output == shape<4>);
    static_assert(two_heads::inputs == std::array{shape<7>});
    static_assert(two_heads::outputs == std::array{shape<5>, shape<3>});
    static_assert(three_in_two_out::inputs == std::array{shape<7>, shape<4, 3, 2>, shape<3>});
    static_assert(three_in_two_out::outputs == std::array{shape<5>, shape<4>});
    static_assert(three_in_two_out::output == shape<4>);
    // An input is an entry, and counts in the layers' numbers.
    static_assert(parameters_of<conditional>[0].layer_number == 4);
}

TEST_CASE("a slice has the inputs alone on which its output depends") {
    static_assert(until<three_in_two_out, "left">::inputs == std::array{shape<7>});
    static_assert(until<three_in_two_out, "digit">::inputs == std::array{shape<7>, shape<4, 3, 2>});
    static_assert(until<three_in_two_out, "style">::inputs == three_in_two_out::inputs);
    static_assert(between<three_in_two_out, "code", "digit">::inputs == std::array{shape<6>});
    static_assert(between<three_in_two_out, "code", "style">::inputs == std::array{shape<6>, shape<3>});
    static_assert(from<three_in_two_out, "code">::inputs == std::array{shape<6>, shape<3>});
    static_assert(from<three_in_two_out, "code">::outputs == three_in_two_out::outputs);
    static_assert(from<three_in_two_out, "left">::inputs == std::array{shape<6>, shape<4, 3, 2>, shape<3>});
    struct apart : network<strata::input<3>, dense<2>, mark<"a">, strata::input<5>, dense<2>, mark<"b">,
                           strata::add<"a">> {};
    static_assert(until<apart, "b">::inputs == std::array{shape<5>});
    static_assert(from<apart, "a">::inputs == std::array{shape<2>, shape<5>});
}

TEST_CASE("outputs are the values that nobody reads; of several views of one the last") {
    struct viewed : network<strata::input<4>, dense<6>, mark<"flat">, strata::reshape<2, 3>, mark<"image">,
                            strata::input<4>, dense<2>> {};
    static_assert(viewed::outputs == std::array{shape<2, 3>, shape<2>});
    struct read_later : network<strata::input<4>, dense<6>, mark<"a">, strata::input<6>, strata::add<"a">> {};
    static_assert(read_later::outputs == std::array{shape<6>});
    struct stopped : network<strata::input<4>, dense<6>, mark<"a">, dense<3>, mark<"b">, resume<"a">,
                             stop_gradient, dense<2>> {};
    static_assert(stopped::outputs == std::array{shape<3>, shape<2>});
}

TEST_CASE("gradients with several inputs") {
    gradients_agree<conditional>();
    SUBCASE("of which one is an image") {
        struct net : network<strata::input<4, 5, 2>, conv2d<3, 3, same>, strata::tanh, max_pool2d<2>, flatten,
                             mark<"image">, strata::input<3>, dense<7>, sigmoid, concat<"image">, dense<2>> {
        };
        gradients_agree<net>();
    }
    SUBCASE("two images side by side") {
        struct net : network<strata::input<4, 4, 2>, mark<"first">, strata::input<4, 4, 3>, concat<"first">,
                             conv2d<4, 3, same>, relu, conv2d<1, 3>> {};
        gradients_agree<net, 2>();
    }
    SUBCASE("each read more than once") {
        struct net : network<strata::input<5>, mark<"a">, strata::input<5>, mark<"b">, strata::multiply<"a">,
                             mark<"p">, resume<"b">, strata::subtract<"a">, concat<"p", "b">, dense<3>,
                             strata::tanh> {};
        gradients_agree<net>();
    }
    SUBCASE("twice the same block through scope, one input each") {
        struct half
            : network<strata::input<6>, dense<5>, strata::tanh, mark<"code">, dense<5>, strata::add<"code">> {
        };
        struct net : network<scope<"left", splice<half>>, strata::input<6>, scope<"right", splice<half>>,
                             strata::multiply<"left/code">, mark<"product">, dense<2>> {};
        // half<"left">'s sum is read by nobody: it is an output.
        static_assert(net::outputs == std::array{shape<5>, shape<2>});
        gradients_agree<net>();
    }
    SUBCASE("in a path of a sum, and in a path of a concatenation") {
        struct net : network<strata::input<5>, mark<"x">,
                             sum_of<path<dense<4>>, path<strata::input<3>, dense<4>, strata::tanh>>,
                             concat_of<path<>, path<strata::input<2>>>, dense<3>> {};
        static_assert(net::inputs == std::array{shape<5>, shape<3>, shape<2>});
        gradients_agree<net>();
    }
    SUBCASE("one with a number a sample") {
        struct net : network<strata::input<1>, mark<"t">, strata::input<17>, concat<"t">, dense<33>,
                             strata::tanh, dense<1>> {};
        gradients_agree<net, 5>();
    }
}

TEST_CASE("gradients with several outputs") {
    gradients_agree<two_heads>();
    SUBCASE("one of which is read in the middle, but by views alone") {
        struct net
            : network<strata::input<5>, dense<6>, strata::tanh, mark<"trunk">, dense<6>,
                      strata::reshape<3, 2, 1>, mark<"image">, resume<"trunk">, dense<2>, relu, dense<3>> {};
        gradients_agree<net>();
    }
    SUBCASE("behind relus, which share memory with what they read") {
        struct net : network<strata::input<5>, dense<8>, relu, mark<"trunk">, dense<4>, relu, mark<"a">,
                             resume<"trunk">, dense<4>, relu, dense<3>, mark<"b">, resume<"trunk">, relu,
                             dense<2>, sigmoid> {};
        static_assert(net::outputs.size() == 3);
        gradients_agree<net, 4>();
    }
    SUBCASE("one without a layer that learns on the way") {
        struct net : network<strata::input<5>, mark<"x">, strata::tanh, mark<"a">, resume<"x">, dense<3>> {};
        static_assert(net::outputs.size() == 2);
        gradients_agree<net>();
    }
    SUBCASE("with batch_norm, dropout and noise") {
        struct net
            : network<strata::input<6>, dense<8>, strata::tanh, batch_norm<>, mark<"trunk">, dropout<0.25>,
                      dense<3>, mark<"a">, resume<"trunk">, gaussian_noise<0.5>, dense<4>, layer_norm<>> {};
        gradients_agree<net, 7>();
    }
    SUBCASE("images") {
        struct net : network<strata::input<6, 4, 2>, conv2d<4, 3, same>, relu, mark<"trunk">, conv2d<2, 1>,
                             mark<"mask">, resume<"trunk">, global_average_pool2d, dense<3>, mark<"class">,
                             resume<"trunk">, conv2d_transpose<1, 2, stride<2>>> {};
        static_assert(net::outputs == std::array{shape<6, 4, 2>, shape<3>, shape<12, 8, 1>});
        gradients_agree<net, 2>();
    }
}

TEST_CASE("gradients with several inputs and outputs") {
    gradients_agree<three_in_two_out>();
    SUBCASE("one input behind stop_gradient, whose gradient nobody has") {
        struct net : network<strata::input<5>, stop_gradient, dense<4>, strata::tanh, mark<"code">,
                             strata::input<3>, dense<4>, strata::add<"code">, mark<"sum">, dense<2>,
                             mark<"y">, resume<"sum">, dense<3>> {};
        static_assert(!net::table.has_input_gradient);
        gradients_agree<net>();
    }
    SUBCASE("frozen layers behind what learns") {
        struct net : network<strata::input<5>, dense<4>, strata::tanh, mark<"code">, strata::input<3>,
                             dense<4>, strata::add<"code">, frozen<dense<3>, strata::tanh>, mark<"a">,
                             resume<"code">, dense<2>> {};
        static_assert(net::table.has_input_gradient);
        gradients_agree<net>();
    }
    SUBCASE("frozen layers at one input, whose gradient nobody has") {
        struct net : network<strata::input<5>, frozen<dense<4>>, mark<"code">, strata::input<3>, dense<4>,
                             strata::add<"code">, mark<"sum">, dense<3>, mark<"a">, resume<"sum">, dense<2>> {
        };
        static_assert(!net::table.has_input_gradient);
        gradients_agree<net>();
        gradients_agree<thawed<net>>();
    }
    SUBCASE("tied weights") {
        struct net : network<strata::input<6>, mark<"in">, dense<4>, strata::tanh, mark<"code">,
                             tied_dense<6, "in">, mark<"again">, strata::input<2>, concat<"code">, dense<3>> {
        };
        static_assert(net::outputs == std::array{shape<6>, shape<3>});
        gradients_agree<net>();
    }
    SUBCASE("a residual around each") {
        struct net : network<strata::input<4>, residual<dense<4>, strata::tanh>, mark<"a">, strata::input<4>,
                             repeat<2, residual<dense<4>, strata::tanh>>, mark<"b">, strata::multiply<"a">,
                             dense<2>, mark<"y">, resume<"b">, strata::subtract<"a">> {};
        static_assert(net::outputs == std::array{shape<2>, shape<4>});
        gradients_agree<net>();
    }
}

TEST_CASE("what stop_gradient holds back counts as an input of its own") {
    struct held : network<strata::input<5>, dense<4>, strata::tanh, mark<"code">, strata::input<3>, dense<4>,
                          strata::add<"code">, mark<"a">, resume<"code">, stop_gradient,
                          strata::multiply<"a">, dense<2>, mark<"y">, resume<"a">, dense<3>> {};
    struct given : network<strata::input<5>, dense<4>, strata::tanh, mark<"code">, strata::input<3>, dense<4>,
                           strata::add<"code">, mark<"a">, strata::input<4>, strata::multiply<"a">, dense<2>,
                           mark<"y">, resume<"a">, dense<3>> {};
    gradients_agree<given>();
    const model<held, double> net{seed{3}};
    model<given, double> same{seed{3}};
    copy_weights<given, held>(same, net);
    const auto x = tests::in_double(tests::samples_for<held>(3, 1));
    const auto dy = tests::in_double(tests::targets_for<held>(3, 5));
    workspace<held, batch<3>, training, double> work;
    workspace<given, batch<3>, training, double> same_work;
    forward(net, work, x);
    backward(net, work, dy);
    const std::vector<double> code = predict<"code">(net, std::get<0>(x));
    forward(same, same_work, std::tuple_cat(x, std::tuple{code}));
    backward(same, same_work, dy);
    const auto a = work.parameter_gradients(), b = same_work.parameter_gradients();
    CHECK(std::equal(a.begin(), a.end(), b.begin(), b.end()));
}

TEST_CASE("gradients of slices with several inputs") {
    struct unet : network<strata::input<4, 4, 2>, conv2d<3, 3, same>, strata::tanh, mark<"fine">,
                          max_pool2d<2>, conv2d<4, 3, same>, strata::tanh, mark<"code">, upsample2d<2>,
                          concat<"fine">, mark<"joined">, conv2d<2, 3, same>, mark<"mask">, resume<"fine">,
                          global_average_pool2d, dense<3>> {};
    static_assert(unet::outputs == std::array{shape<4, 4, 2>, shape<3>});
    using late = from<unet, "code", "fine">;
    static_assert(late::inputs == std::array{shape<4, 4, 3>, shape<2, 2, 4>});
    static_assert(std::is_same_v<late, from<unet, "fine", "code">>);
    static_assert(late::outputs == unet::outputs);
    gradients_agree<late, 2>();
    gradients_agree<from<three_in_two_out, "code">>();
    gradients_agree<from<three_in_two_out, "left">>();
    gradients_agree<until<three_in_two_out, "style">>();
    gradients_agree<between<three_in_two_out, "left", "digit">>();
    // A slice of a slice.
    gradients_agree<until<from<three_in_two_out, "left">, "digit">>();
    static_assert(std::is_same_v<until<from<three_in_two_out, "left">, "digit">,
                                 between<three_in_two_out, "left", "digit">>);
}

TEST_CASE("a slice that is first in a network brings the input of its first layer, whether its output needs "
          "that or not") {
    struct apart
        : network<strata::input<3>, dense<4>, mark<"a">, strata::input<5>, dense<2>, mark<"b">, concat<"a">> {
    };
    struct again : network<splice<until<apart, "b">>, mark<"b">, concat<"a">, dense<2>> {};
    static_assert(again::inputs == apart::inputs);
    static_assert(again::outputs == std::array{shape<2>});
    model<apart> first{seed{1}};
    model<again> second{seed{2}};
    copy_weights<until<apart, "b">, until<again, "b">>(first, second);
    const std::vector<float> x = tests::uniform_rows(3, 5, 1);
    CHECK(predict<"b">(first, x) == predict<"b">(second, x));
    const std::vector<float> z = tests::uniform_rows(3, 3, 2);
    CHECK(predict<"a">(first, z) == predict<"a">(second, z));
}
