// Scopes: the marks of a block renamed, so that it can stand in a network twice.
#include "strata/graph/scope.hpp"

#include "strata/core.hpp"

#include "support/small_networks.hpp"

#include <doctest/doctest.h>

#include <type_traits>

using namespace strata;

namespace {

struct encoder
    : network<strata::input<6>, mark<"in">, dense<6>, strata::tanh, strata::add<"in">, mark<"code">> {};

struct twice : network<strata::input<6>, mark<"x">, scope<"a", splice<encoder>>, strata::add<"x">,
                       scope<"b", splice<encoder>, strata::add<"x">>, strata::add<"a/code">, dense<2>> {};

struct nested
    : network<strata::input<6>, scope<"out", scope<"in", dense<6>, mark<"m">>, relu, strata::add<"in/m">>,
              mark<"end">, resume<"out/in/m">, strata::tanh, strata::add<"end">> {};

} // namespace

TEST_CASE("marks within are renamed, and what names them; marks outside are not") {
    using layers = twice::layers;
    CHECK(std::is_same_v<element_t<1, layers>, mark<"a/in">>);
    CHECK(std::is_same_v<element_t<4, layers>, strata::add<"a/in">>);
    CHECK(std::is_same_v<element_t<5, layers>, mark<"a/code">>);
    CHECK(std::is_same_v<element_t<6, layers>, strata::add<"x">>);
    CHECK(std::is_same_v<element_t<10, layers>, strata::add<"b/in">>);
    CHECK(std::is_same_v<element_t<12, layers>, strata::add<"x">>);
    CHECK(std::is_same_v<element_t<13, layers>, strata::add<"a/code">>);
    const gradient_report report = check_gradients<twice, double>();
    INFO(report.where << report.all_zero);
    CHECK(report.passed(1e-7));
}

TEST_CASE("a slice by a name in a scope runs that block") {
    const model<twice> net{seed{1}};
    const std::vector<float> x = tests::uniform_rows(3, 6, 1);
    model<encoder> alone{zeros{}};
    copy_weights<encoder, until<twice, "a/code">>(alone, net);
    CHECK(predict<until<twice, "a/code">>(net, x) == predict(alone, x));
}

TEST_CASE("scopes in scopes") {
    CHECK(std::is_same_v<element_t<1, nested::layers>, mark<"out/in/m">>);
    CHECK(std::is_same_v<element_t<3, nested::layers>, strata::add<"out/in/m">>);
}

TEST_CASE("frozen blocks and tied layers keep to their scope") {
    struct tied : network<strata::input<6>, mark<"first">, dense<4>, strata::tanh, tied_dense<6, "first">> {};
    struct both
        : network<strata::input<6>, scope<"l", splice<tied>>, scope<"r", frozen<splice<tied>>>, dense<2>> {};
    CHECK(std::is_same_v<element_t<3, both::layers>, detail::in_scope<"l", tied_dense<6, "l/first">>>);
    const gradient_report report = check_gradients<both, double>();
    INFO(report.where << report.all_zero);
    CHECK(report.passed(1e-7));
}
