// LAYERS dense layers of one kind that predict and, with TRAINS, learn: what a layer costs to compile is measured by
// compile_time.py.

#include "strata/core.hpp"

#include <utility>

template <std::size_t>
using one_of_them = strata::dense<64>;

template <std::size_t... I>
auto network_of(std::index_sequence<I...>) -> strata::network<strata::input<64>, one_of_them<I>...>;

struct repeated : decltype(network_of(std::make_index_sequence<LAYERS>{})){};

int main() {
    using namespace strata;
    model<repeated> net;
    const std::vector<float> x(32 * 64);
#ifdef TRAINS
    workspace<repeated, batch<32>> work;
    sgd optimizer{net, {.learning_rate = 0.01f}};
    return train_step(net, work, optimizer, mse{}, x, x) > 0.0f ? 0 : 1;
#else
    return predict(net, x)[0] > 0.0f ? 0 : 1;
#endif
}
