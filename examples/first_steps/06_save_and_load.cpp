// Weights in a file: one program trains and writes them, another one reads them, all or a part, and says what does not fit.

#include "strata/core.hpp"
#include "strata/io/weights.hpp"
#include "support/data/mnist.hpp"

#include <cstdio>
#include <filesystem>
#include <iostream>

using namespace strata;

struct digits : network<input<784>, dense<64>, relu, mark<"code">, scope<"head", dense<10>>> {};
struct other : network<input<784>, dense<64>, relu, mark<"code">, scope<"head", dense<20>>> {
}; // a head of another width

int main() {
    const char* path = "06_save_and_load.safetensors";
    const auto data = examples::load_mnist({}, STRATA_EXAMPLE_DATA);
    {
        model<digits> net;
        workspace<digits, batch<32>> work;
        optimizer opt{net, adam{}};
        fit(net, work, opt, cross_entropy{}, data.train.pixels, data.train.labels, {.epochs = 5});
        save(path, net); // a safetensors file, which Python reads, too
    }

    model<digits> net{zeros{}};
    load(path, net); // all of it fits, or load_error says what does not
    std::printf("read: %.0f %% of the test digits\n",
                100 * accuracy{}(predict(net, data.test.pixels), data.test.labels));

    model<other> larger;
    try {
        load(path, larger);
    } catch (const load_error& error) {
        std::cout << "into another network: " << error.report().other_shapes.size() << " of another shape\n"
                  << error.what() << '\n';
    }
    const load_report report = load_matching(path, larger); // what fits is taken
    std::printf("%zu tensors were taken\n", report.applied);
    std::filesystem::remove(path);
}

/* It prints:
read: 89 % of the test digits
into another network: 2 of another shape
strata: 06_save_and_load.safetensors does not fit this network: 2 parameters fit; the file was written for a network with other layers or options
  other shape  head.0.weight  64 x 10 in the file, 64 x 20 here, layer 4 (dense 20)
  other shape  head.0.bias    10 in the file, 20 here, layer 4 (dense 20)
2 tensors were taken
*/
