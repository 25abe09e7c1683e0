// What read_keras.py runs: keras_reader WEIGHTS IN OUT [NAMES...] loads weights of Keras's layers, by the names of its five layers with weights
// if they are given, and writes what the network makes of the input in IN.
#include "strata/core.hpp"
#include "strata/io/weights.hpp"

#include <cstdio>
#include <exception>
#include <string>
#include <vector>

namespace {

using namespace strata;

struct net_type : network<strata::input<6, 5, 2>, conv2d<4, 3, same>, batch_norm<0.01, 1e-3>, relu,
                          conv2d<8, 3, groups<4>>, prelu, flatten, dense<3>> {};

constexpr const char* numbers[] = {"0", "1", "3", "4", "6"};

void run(int count, char** arguments) {
    convention how = keras;
    for (int i = 4; i < count; ++i) how.layers.emplace_back(numbers[i - 4], arguments[i]);
    model<net_type> net{seed{1}};
    load(arguments[1], net, how);
    const std::vector<float> outputs = predict(net, safetensors{arguments[2]}.values<float>("input"));
    safetensors_writer{}.add("output", {outputs.size() / 3, 3}, outputs).write(arguments[3]);
}

} // namespace

int main(int count, char** arguments) {
    if (count != 4 && count != 9) return 2;
    try {
        run(count, arguments);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
    return 0;
}
