// Networks of hundreds of entries, no two neighbours alike, compile at the compilers' default limits, run and learn.

#include "strata/core.hpp"

#include "support/small_networks.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <type_traits>
#include <utility>
#include <vector>

using namespace strata;

namespace {

/// "m007"
template <std::size_t Number>
constexpr char name[5]{'m', '0' + Number / 100, '0' + Number / 10 % 10, '0' + Number % 10, '\0'};

struct two_layers : network<strata::input<5>, dense<20>, strata::tanh> {};

/// Entry I: widths from 3 to 33 that repeat after 55 entries; every tenth is a mark.
template <std::size_t I>
struct entry {
    template <std::size_t Kind>
    static auto choose() {
        if constexpr (Kind == 0 || Kind == 5)
            return dense<3 + I / 5 % 11 * 3>{};
        else if constexpr (Kind == 1 || Kind == 8)
            return relu{};
        else if constexpr (Kind == 2)
            return strata::tanh{};
        else if constexpr (Kind == 3)
            return frozen<dense<17>, relu>{};
        else if constexpr (Kind == 6)
            return layer_norm<>{};
        else if constexpr (Kind == 7)
            return dropout<0.25>{};
        else if constexpr (Kind == 9)
            return mark<fixed_string<5>{name<I / 10>}>{};
        else
            return splice<two_layers>{};
    }
    using type = decltype(choose<I % 10>());
};

template <std::size_t... I>
auto network_of(std::index_sequence<I...>) -> network<strata::input<9>, typename entry<I>::type...>;

struct of_300 : decltype(network_of(std::make_index_sequence<250>{})){};
struct of_1000 : decltype(network_of(std::make_index_sequence<834>{})){};
static_assert(of_300::layer_count == 300 && of_1000::layer_count >= 1000);

template <std::size_t Count>
void check_plan(memory_plan<Count> plan) {
    std::vector<planned_block> blocks;
    plan.for_each_block([&](const planned_block& block) {
        if (block.floats > 0) blocks.push_back(block);
    });
    std::size_t overlaps = 0;
    for (const planned_block& a : blocks)
        for (const planned_block& b : blocks)
            overlaps += &a < &b && a.first_use <= b.last_use && b.first_use <= a.last_use &&
                        a.offset < b.offset + b.floats && b.offset < a.offset + a.floats;
    CHECK(overlaps == 0);
    CHECK(double(plan.floats) <= 1.1 * double(liveness_bound<2 * Count + 1>(blocks)));
}

} // namespace

TEST_CASE("plans of 300 and of 1000 layers are disjoint, and as good as those of few layers") {
    check_plan(memory_plan_of<of_300, 32, training>);
    check_plan(memory_plan_of<of_300, 32, inference>);
    check_plan(memory_plan_of<of_1000, 32, training>);
    check_plan(memory_plan_of<of_1000, 32, inference>);
}

TEST_CASE("300 layers predict and learn") {
    model<of_300> net{seed{1}};
    const std::vector<float> x = tests::uniform_rows(8, 9, 2);
    const std::vector<float> before = tests::weights_of(net);
    const std::vector<float> y = predict(net, x);
    CHECK(predict<from<of_300, "m012">>(net, predict<until<of_300, "m012">>(net, x)) == y);

    workspace<of_300, batch<8>> work;
    optimizer opt{net, sgd{.learning_rate = 0.1f}};
    CHECK(std::isfinite(train_step(net, work, opt, mse{}, x, 1.0f)));
    CHECK(tests::weights_of(net) != before);
}

TEST_CASE("1000 layers predict, and so do their slices") {
    const model<of_1000> net{seed{1}};
    const std::vector<float> x = tests::uniform_rows(3, 9, 2);
    const std::vector<float> y = predict(net, x);
    CHECK(y.size() == 3 * of_1000::output.count());
    CHECK(predict<from<of_1000, "m050">>(net, predict<until<of_1000, "m050">>(net, x)) == y);
}
