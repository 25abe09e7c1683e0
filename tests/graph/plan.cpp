// The memory plan: no two blocks that live together overlap, nothing dies before it is read, and nothing is
// wasted.

#include "strata/graph/plan.hpp"

#include "denoiser.hpp"
#include "support/small_networks.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace strata;
using examples::denoiser;

namespace {

struct stacked : network<strata::input<9>, dense<40>, strata::tanh, relu, sigmoid, dense<3>> {};
struct marked : network<strata::input<9>, dense<40>, mark<"here">, relu, dense<3>> {};

// Growing, shrinking, and of one width: each is placed best in another order.
struct generator : network<strata::input<256>, dense<256>, strata::tanh, dense<256>, strata::tanh, dense<256>,
                           strata::tanh, dense<561>, strata::tanh> {};
struct encoder : network<strata::input<561>, dense<280>, strata::tanh, dense<140>, strata::tanh, dense<32>,
                         strata::tanh> {};
struct even : network<strata::input<64>, dense<64>, relu, dense<64>, relu, dense<64>> {};

struct with_frozen_start
    : network<strata::input<9>, frozen<dense<40>, strata::tanh>, frozen<dense<40>>, relu, dense<3>> {};
struct with_frozen_middle : network<strata::input<9>, dense<40>, frozen<dense<40>>, dense<3>> {};

template <std::size_t Count>
std::vector<planned_block> blocks_of(memory_plan<Count> plan) {
    std::vector<planned_block> blocks;
    plan.for_each_block([&](const planned_block& block) { blocks.push_back(block); });
    return blocks;
}

template <std::size_t Count>
std::size_t bound_of(const memory_plan<Count>& plan) {
    return liveness_bound<2 * Count + 1>(blocks_of(plan));
}

template <class Plan>
void check_disjoint(const Plan& plan) {
    const std::vector<planned_block> blocks = blocks_of(plan);
    for (std::size_t i = 0; i < blocks.size(); ++i)
        for (std::size_t j = 0; j < i; ++j) {
            const planned_block& a = blocks[i];
            const planned_block& b = blocks[j];
            if (a.floats == 0 || b.floats == 0 || a.first_use > b.last_use || b.first_use > a.last_use)
                continue;
            CAPTURE(i);
            CAPTURE(j);
            CHECK((a.offset + a.floats <= b.offset || b.offset + b.floats <= a.offset));
        }
    for (const planned_block& block : blocks) {
        CHECK(block.offset + block.floats <= plan.floats);
        CHECK(block.offset % 16 == 0);
        CHECK(block.first_use <= block.last_use);
    }
}

/// Who reads what when, written down once more and more plainly than in the plan.
template <class Net, std::size_t Rows>
void check_lives() {
    static constexpr auto plan = memory_plan_of<Net, Rows, training>;
    constexpr std::size_t count = Net::layer_count;
    walk_forward<Net>([&]<class Kind>(Kind, std::size_t i) {
        constexpr layer_traits traits = Kind::layer::traits;
        const auto lives = [](const planned_block& block, std::size_t moment) {
            return block.first_use <= moment && moment <= block.last_use;
        };
        const std::size_t backward = 2 * count - i;
        CHECK(lives(plan.activation(i), i));
        CHECK(lives(plan.activation(i + 1), i));
        if (traits.output == storage::view) return;
        if (traits.backward_reads_input) CHECK(lives(plan.activation(i), backward));
        if (traits.backward_reads_output) CHECK(lives(plan.activation(i + 1), backward));
        CHECK(lives(plan.gradient(i), backward));
        CHECK(lives(plan.gradient(i + 1), backward));
        CHECK(plan.activation(i + 1).floats >= Rows * Kind::output.count());
        CHECK(plan.gradient(i).floats >= Rows * Kind::input.count());
        CHECK(plan.backward_scratch(i).floats >= Kind::layer::scratch(Kind::input, Rows));
    });
    CHECK(plan.activation(count).last_use >= count);
}

template <class Net>
void check_network() {
    check_disjoint(memory_plan_of<Net, 1, training>);
    check_disjoint(memory_plan_of<Net, 32, training>);
    check_disjoint(memory_plan_of<Net, 32, inference>);
    check_lives<Net, 1>();
    check_lives<Net, 32>();
    CHECK(double(memory_plan_of<Net, 32, training>.floats) <=
          1.1 * double(bound_of(memory_plan_of<Net, 32, training>)));
    CHECK(double(memory_plan_of<Net, 32, inference>.floats) <=
          1.1 * double(bound_of(memory_plan_of<Net, 32, inference>)));
    CHECK(memory_plan_of<Net, 32, inference>.floats < memory_plan_of<Net, 32, training>.floats);
}

} // namespace

TEST_CASE("plans of several networks") {
    check_network<denoiser>();
    check_network<examples::encoder>();
    check_network<examples::decoder>();
    check_network<stacked>();
    check_network<marked>();
    check_network<tests::conv_net>();
    check_network<tests::dense_net>();
    check_network<generator>();
    check_network<encoder>();
    check_network<even>();
}

TEST_CASE("a relu after a layer with weights is done by that layer's kernel, in its block") {
    constexpr auto plan = memory_plan_of<denoiser, 32, training>;
    for (const std::size_t relu_layer : {1u, 3u, 7u, 10u, 14u, 16u}) {
        CAPTURE(relu_layer);
        CHECK(plan.fused[relu_layer]);
        CHECK(plan.buffer[relu_layer + 1] == plan.buffer[relu_layer]);
    }
    CHECK(std::ranges::count(plan.fused, true) == 6);
}

TEST_CASE("a relu's gradient is done by the kernel of the layer after it, which reads the relu's block") {
    constexpr auto plan = memory_plan_of<denoiser, 32, training>;
    for (const std::size_t after_relu : {2u, 4u, 15u}) { // conv2d, max_pool2d, conv2d_transpose
        CAPTURE(after_relu);
        CHECK(plan.masked[after_relu]);
        CHECK(plan.buffer[after_relu] == plan.buffer[after_relu - 1]);
    }
    CHECK(std::ranges::count(plan.masked, true) == 3); // a mark and a reshape take none
    // What a mark has kept apart stays apart.
    CHECK_FALSE(memory_plan_of<marked, 32, training>.masked[3]);
}

TEST_CASE("what lies at a mark stays as it is until the backward pass") {
    constexpr auto plan = memory_plan_of<marked, 32, training>;
    CHECK_FALSE(plan.fused[2]);
    CHECK(plan.buffer[3] == 3);
    CHECK(plan.activation(2).last_use >= 2 * marked::layer_count - 1);
    CHECK(memory_plan_of<marked, 32, inference>.buffer[3] == 1); // where nobody looks, relu works in place
}

TEST_CASE("frozen layers at the beginning have no gradients, and nothing of theirs is kept") {
    constexpr auto plan = memory_plan_of<with_frozen_start, 32, training>;
    static_assert(with_frozen_start::table.backward_ends == 4);
    for (std::size_t i = 0; i <= 4; ++i) CHECK(plan.gradient(i).floats == 0);
    for (std::size_t i = 0; i < 4; ++i) {
        CHECK(plan.backward_scratch(i).floats == 0);
        if (i < 3)
            CHECK(plan.activation(i).last_use <= 4); // relu works in block 3, which dense<3> reads later
    }
    CHECK(plan.gradient(5).floats == 32 * 16);
    CHECK(plan.floats < memory_plan_of<thawed<with_frozen_start>, 32, training>.floats);
    CHECK(with_frozen_start::gradient_floats == 41 * 16);
    CHECK(thawed<with_frozen_start>::gradient_floats == with_frozen_start::parameter_floats);
}

TEST_CASE("frozen layers in the middle hand gradients on, but their weights have none") {
    constexpr auto plan = memory_plan_of<with_frozen_middle, 32, training>;
    CHECK(with_frozen_middle::table.backward_ends == 0);
    for (std::size_t i = 0; i <= 3; ++i) CHECK(plan.gradient(i).floats > 0);
    CHECK(with_frozen_middle::gradient_floats == 10 * 48 + 41 * 16);
    check_lives<with_frozen_middle, 32>();
}

TEST_CASE("an activation does not overwrite what another's gradient reads") {
    constexpr auto plan = memory_plan_of<stacked, 32, training>;
    CHECK(plan.buffer[2] == 1); // tanh works in dense's block,
    CHECK(plan.buffer[3] == 3); // relu has one of its own, since tanh's gradient reads tanh's output,
    CHECK(plan.buffer[4] == 4); // and so on.
    constexpr auto without_gradients = memory_plan_of<stacked, 32, inference>;
    CHECK(without_gradients.buffer[4] == 1);
}

TEST_CASE("layers that compute nothing have no block of their own") {
    constexpr auto plan = memory_plan_of<denoiser, 32, training>;
    CHECK(plan.buffer[6] == plan.buffer[5]);   // flatten
    CHECK(plan.buffer[9] == plan.buffer[8]);   // mark
    CHECK(plan.buffer[12] == plan.buffer[11]); // reshape
}
