// The memory plan: no two blocks that live together overlap, nothing dies before it is read, and nothing is
// wasted.

#include "strata/graph/plan.hpp"

#include "networks/denoiser.hpp"
#include "strata/core.hpp"

#include "support/small_networks.hpp"

#include <doctest/doctest.h>

#include <tuple>
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

template <class Plan>
std::vector<planned_block> blocks_of(Plan plan) {
    std::vector<planned_block> blocks;
    plan.for_each_block([&](const planned_block& block) { blocks.push_back(block); });
    return blocks;
}

template <class Plan>
std::size_t bound_of(const Plan& plan) {
    return liveness_bound<2 * std::tuple_size_v<decltype(plan.saves)> + 1>(blocks_of(plan));
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

template <class Layer>
concept layer_with_scratch = layer<Layer>;

/// Who reads what when, written down once more and more plainly than in the plan.
template <class Net, std::size_t Rows>
void check_lives() {
    static constexpr auto plan = memory_plan_of<Net, Rows, training>;
    constexpr std::size_t count = Net::layer_count;
    walk_forward<Net>([&]<class Kind>(Kind, std::size_t i) {
        using layer = typename Kind::layer;
        constexpr layer_traits traits = layer::traits;
        const auto lives = [](const planned_block& block, std::size_t moment) {
            return block.first_use <= moment && moment <= block.last_use;
        };
        const std::size_t backward = 2 * count - i;
        const std::size_t out = Net::topology.written(i);
        CAPTURE(i);
        CHECK(lives(plan.activation(out), i));
        for (const std::size_t v : Net::topology.operands_of(i)) {
            CHECK(lives(plan.activation(v), i));
            if (traits.output == storage::view) continue;
            if (traits.backward_reads_input) CHECK(lives(plan.activation(v), backward));
            CHECK(lives(plan.gradient(v), backward));
            CHECK(plan.gradient(v).floats >= Rows * Net::table.shapes[v].count());
        }
        if (traits.output == storage::view) return;
        if (traits.backward_reads_output) CHECK(lives(plan.activation(out), backward));
        CHECK(lives(plan.gradient(out), backward));
        CHECK(plan.activation(out).floats >= Rows * Net::table.shapes[out].count());
        if constexpr (layer_with_scratch<layer>)
            CHECK(plan.backward_scratch(i).floats >= layer::scratch(Kind::input, Rows));
    });
    CHECK(plan.activation(count).last_use >= count);
}

/// A plain run of the plan: every value that an entry reads, forwards or backwards, is still there as it was written, and
/// every gradient is complete. Written down once more, over memory of one number a float.
template <class Net, class Purpose>
void check_contents() {
    static constexpr auto plan = memory_plan_of<Net, 2, Purpose>;
    constexpr std::size_t count = Net::layer_count;
    constexpr auto& graph = Net::topology;
    constexpr bool trains = std::is_same_v<Purpose, training>;
    std::vector<std::size_t> memory(plan.floats, 0);
    const auto put = [&](const planned_block& block, std::size_t what) {
        std::fill_n(memory.begin() + std::ptrdiff_t(block.offset), block.floats, what);
    };
    const auto holds = [&](const planned_block& block, std::size_t what) {
        for (std::size_t i = 0; i < block.floats; ++i)
            if (memory[block.offset + i] != what) return false;
        return block.floats > 0;
    };
    // A value is known by the buffer it was written to last: views and what works in place share one.
    std::vector<std::size_t> content(count + 1, 0);
    std::size_t writes = 0;
    put(plan.activation(0), content[0] = ++writes);
    for (std::size_t i = 0; i < count; ++i) {
        const layer_traits& traits = detail::kinds_of<typename Net::layers>::values[i]->traits;
        const std::size_t out = graph.written(i);
        CAPTURE(i);
        if (traits.output == storage::view || plan.fused[i]) {
            content[out] = content[Net::table.source[i]];
            continue;
        }
        for (const std::size_t v : graph.operands_of(i)) CHECK(holds(plan.activation(v), content[v]));
        put(plan.forward_scratch(i), ++writes);
        put(plan.saved(i), ++writes);
        put(plan.activation(out), content[out] = ++writes);
    }
    CHECK(holds(plan.activation(count), content[count]));
    if constexpr (trains) {
        std::vector<std::size_t> gradient(count + 1, 0); // how many readers have added to it
        put(plan.gradient(count), ++writes);
        std::vector<std::size_t> holding(count + 1, 0);
        holding[plan.gradient_buffer[count]] = writes;
        for (std::size_t i = count; i-- > 0;) {
            const layer_traits& traits = detail::kinds_of<typename Net::layers>::values[i]->traits;
            const std::size_t out = graph.written(i);
            CAPTURE(i);
            if (traits.output == storage::view) continue;
            CHECK(holds(plan.gradient(out), holding[plan.gradient_buffer[out]]));
            if (plan.masked[i + 1]) continue;
            if (traits.backward_reads_output) CHECK(holds(plan.activation(out), content[out]));
            for (const std::size_t v : graph.operands_of(i))
                if (traits.backward_reads_input) CHECK(holds(plan.activation(v), content[v]));
            put(plan.backward_scratch(i), ++writes);
            for (std::size_t k = graph.first[i + 1]; k-- > graph.first[i];) {
                const std::size_t g = plan.gradient_buffer[graph.operands[k]];
                if (plan.adds[k]) CHECK(holds(plan.gradients[g], holding[g]));
                if (plan.addends[i].floats > 0) put(plan.addends[i], ++writes);
                put(plan.gradients[g], ++writes);
                holding[g] = writes;
            }
        }
        CHECK(holds(plan.gradient(0), holding[plan.gradient_buffer[0]]));
    }
}

template <class Net>
void check_network() {
    check_disjoint(memory_plan_of<Net, 1, training>);
    check_disjoint(memory_plan_of<Net, 32, training>);
    check_disjoint(memory_plan_of<Net, 32, inference>);
    check_lives<Net, 1>();
    check_lives<Net, 32>();
    check_contents<Net, training>();
    check_contents<Net, inference>();
    CHECK(double(memory_plan_of<Net, 32, training>.floats) <=
          1.1 * double(bound_of(memory_plan_of<Net, 32, training>)));
    CHECK(double(memory_plan_of<Net, 32, inference>.floats) <=
          1.1 * double(bound_of(memory_plan_of<Net, 32, inference>)));
    CHECK(double(memory_plan_of<Net, 1, training>.floats) <=
          1.1 * double(bound_of(memory_plan_of<Net, 1, training>)));
    CHECK(double(memory_plan_of<Net, 1, inference>.floats) <=
          1.1 * double(bound_of(memory_plan_of<Net, 1, inference>)));
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

namespace {

template <std::size_t Filters>
using twice = path<conv2d<Filters, 3, same>, relu, conv2d<Filters, 3, same>, relu>;

struct unet : network<strata::input<32, 32, 1>, conv2d<8, 3, same>, relu, conv2d<8, 3, same>, relu, mark<"1">,
                      max_pool2d<2>, conv2d<16, 3, same>, relu, conv2d<16, 3, same>, relu, mark<"2">,
                      max_pool2d<2>, conv2d<32, 3, same>, relu, conv2d<32, 3, same>, relu, upsample2d<2>,
                      concat<"2">, conv2d<16, 3, same>, relu, conv2d<16, 3, same>, relu, upsample2d<2>,
                      concat<"1">, conv2d<8, 3, same>, relu, conv2d<1, 1>> {};

template <std::size_t Filters>
using block = residual<conv2d<Filters, 3, same>, batch_norm<>, relu, conv2d<Filters, 3, same>, batch_norm<>>;
template <std::size_t Filters>
using narrowing = sum_of<
    path<conv2d<Filters, 3, stride<2>, same>, batch_norm<>, relu, conv2d<Filters, 3, same>, batch_norm<>>,
    path<conv2d<Filters, 1, stride<2>>, batch_norm<>>>;
struct resnet : network<strata::input<32, 32, 3>, conv2d<16, 3, same>, batch_norm<>, relu, block<16>, relu,
                        block<16>, relu, narrowing<32>, relu, block<32>, relu, narrowing<64>, relu, block<64>,
                        relu, flatten, dense<10>> {};

template <std::size_t Growth>
using grown = concat_of<path<>, path<conv2d<Growth, 3, same>, relu>>;
struct densenet : network<strata::input<16, 16, 3>, conv2d<8, 3, same>, relu, repeat<4, grown<8>>,
                          max_pool2d<2>, conv2d<16, 1>, relu, repeat<4, grown<8>>, flatten, dense<10>> {};

struct gates : network<strata::input<32>, mark<"in">, dense<32>, strata::tanh, mark<"x">, dense<32>, sigmoid,
                       strata::multiply<"x">, mark<"y">, resume<"in">, dense<32>, strata::subtract<"y">,
                       strata::add<"x", "y">, relu, dense<3>> {};

} // namespace

TEST_CASE("plans of graphs: within a tenth of the bound, and nothing is overwritten that is still read") {
    check_network<unet>();
    check_network<resnet>();
    check_network<densenet>();
    check_network<gates>();
}

TEST_CASE("memory and weights are constants") {
    using one = workspace<unet, batch<1>, inference>;
    static_assert(workspace_bytes<unet, batch<1>, inference> <= 344 * 1024);
    static_assert(workspace_bytes<unet, batch<32>> > 32 * workspace_bytes<unet, batch<1>, inference>);
    CHECK(workspace_bytes<unet, batch<1>, inference> == one{}.bytes());
    CHECK(workspace_bytes<resnet, batch<3>> == workspace<resnet, batch<3>>{}.bytes());
    CHECK(workspace_bytes<gates, batch<3>, training, double> ==
          workspace<gates, batch<3>, training, double>{}.bytes());
    static_assert(count_of_parameters<gates> == 3 * (32 * 32 + 32) + 32 * 3 + 3);
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
    static_assert(!with_frozen_start::table.has_input_gradient && !with_frozen_start::table.hands_back[4] &&
                  with_frozen_start::table.hands_back[5]);
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
    CHECK(with_frozen_middle::table.has_input_gradient);
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
