// Models and workspaces in memory of somebody else.
#include "strata/model/model_view.hpp"

#include "strata/core.hpp"

#include "support/small_networks.hpp"

#include <doctest/doctest.h>

#include <array>
#include <stdexcept>
#include <utility>
#include <vector>

using namespace strata;

namespace {

struct small
    : network<strata::input<6, 6, 1>, conv2d<4, 3>, relu, mark<"code">, max_pool2d<2>, flatten, dense<3>> {};
struct pair : network<strata::input<6>, dense<4>, mark<"a">, strata::input<4>, concat<"a">, dense<2>,
                      mark<"y">, resume<"a">, dense<3>> {};

template <class Net>
struct aligned_copy {
    alignas(64) std::array<float, Net::parameter_floats> weights{};
    explicit aligned_copy(const model<Net>& net) {
        std::copy(net.storage().begin(), net.storage().end(), weights.begin());
    }
};

} // namespace

TEST_CASE("a view of a model's weights computes the same, in a workspace of its own and in a block") {
    const model<small> net{seed{3}};
    const aligned_copy<small> copy{net};
    const model_view<small> view{copy.weights};
    const std::vector<float> x = tests::uniform_rows(40, 36, 1);
    CHECK(predict(view, x) == predict(net, x));
    CHECK(predict<until<small, "code">>(view, x) == predict<until<small, "code">>(net, x));
    alignas(64) static float block[workspace_bytes<small, batch<4>, inference> / sizeof(float)];
    workspace_view<small, batch<4>> work{block};
    std::vector<float> y(40 * 3);
    predict(view, work, x, y);
    CHECK(y == predict(net, x));
    predict(net, work, x, y); // a model runs there, too
    CHECK(y == predict(net, x));
    const rows_view last = forward(view, work, std::span<const float>{x}.first(4 * 36));
    CHECK(std::vector<float>(last[3].begin(), last[3].end()) ==
          std::vector<float>(y.begin() + 9, y.begin() + 12));
}

TEST_CASE("several inputs and outputs, and a workspace of a slice") {
    const model<pair> net{seed{3}};
    const aligned_copy<pair> copy{net};
    const model_view<pair> view{copy.weights};
    const std::vector<float> a = tests::uniform_rows(5, 6, 1), b = tests::uniform_rows(5, 4, 2);
    CHECK(predict(view, std::tie(a, b)) == predict(net, std::tie(a, b)));
    alignas(64) static float block[workspace_bytes<until<pair, "a">, batch<5>, inference> / sizeof(float)];
    workspace_view<until<pair, "a">, batch<5>> work{block};
    std::vector<float> y(5 * 4);
    predict(view, work, a, y);
    CHECK(y == predict<"a">(net, a));
}

TEST_CASE("blocks that are too small, too large for weights, or not aligned are refused") {
    const model<small> net{seed{3}};
    const aligned_copy<small> copy{net};
    const std::span<const float> all{copy.weights};
    CHECK_THROWS_AS(model_view<small>{all.first(all.size() - 1)}, std::invalid_argument);
    CHECK_THROWS_AS(model_view<pair>{all}, std::invalid_argument);
    alignas(64) static float block[workspace_bytes<small, batch<1>, inference> / sizeof(float) + 1];
    using view = workspace_view<small, batch<1>>;
    CHECK_NOTHROW(view{block});
    CHECK_THROWS_AS(view{std::span{block}.first(std::size(block) - 2)}, std::invalid_argument);
    CHECK_THROWS_AS(view{std::span{block}.subspan(1)}, std::invalid_argument);
    alignas(64) static float shifted[small::parameter_floats + 1];
    CHECK_THROWS_AS(model_view<small>{std::span<const float>{shifted}.subspan(1)}, std::invalid_argument);
}

TEST_CASE("views move, and copies of what they show own their weights") {
    const model<small> net{seed{3}};
    const aligned_copy<small> copy{net};
    model_view<small> view{copy.weights};
    const model<small> own = view.get().clone();
    const model_view<small> moved = std::move(view);
    const std::vector<float> x = tests::uniform_rows(2, 36, 1);
    CHECK(predict(moved, x) == predict(net, x));
    CHECK(predict(own, x) == predict(net, x));
    CHECK(own.storage().data() != copy.weights.data());
}

TEST_CASE("networks with other shapes or parameters have other hashes") {
    struct other : network<strata::input<6, 6, 1>, conv2d<4, 3>, relu, mark<"code">, max_pool2d<2>, flatten,
                           dense<4>> {};
    struct normal : network<strata::input<6>, dense<4>, batch_norm<>, dense<4>> {};
    struct twice : network<strata::input<6>, dense<4>, layer_norm<>, dense<4>> {};
    struct tied : network<strata::input<6>, mark<"m">, dense<6>, strata::add<"m">, dense<4>> {};
    struct squared : network<strata::input<6>, mark<"m">, dense<6>, mark<"n">, strata::add<"n">, dense<4>> {};
    const std::uint64_t hashes[]{network_hash<small>,  network_hash<other>, network_hash<pair>,
                                 network_hash<normal>, network_hash<twice>, network_hash<tied>,
                                 network_hash<squared>};
    for (const std::uint64_t& a : hashes)
        for (const std::uint64_t& b : hashes) CHECK((&a == &b || a != b));
}
