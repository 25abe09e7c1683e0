// A slice of a network is a type, too, and runs on the network's weights: an autoencoder of digits, its encoder and its decoder.

#include "strata/core.hpp"
#include "support/data/mnist.hpp"

#include <cstdio>

using namespace strata;

struct autoencoder
    : network<input<784>, dense<128>, relu, dense<16>, mark<"code">, dense<128>, relu, dense<784>, sigmoid> {
};

using encoder = until<autoencoder, "code">; // 784 -> 16
using decoder = from<autoencoder, "code">;  // 16 -> 784
static_assert(encoder::output == shape<16> && decoder::input == shape<16>);

/// Every second pixel of a digit, in characters.
void draw(const std::vector<float>& pixels) {
    for (std::size_t row = 4; row < 26; row += 2) {
        std::printf("|");
        for (std::size_t column = 4; column < 26; ++column)
            std::printf("%c", " .:oO@"[int(5.99f * pixels[row * 28 + column])]);
        std::printf("|\n");
    }
}

int main() {
    const auto data = examples::load_mnist({}, STRATA_EXAMPLE_DATA);
    model<autoencoder> net;
    workspace<autoencoder, batch<32>> work;
    optimizer opt{net, adam{}};
    fit(net, work, opt, bce{}, data.train.pixels, data.train.pixels, {.epochs = 20});

    const std::vector<float> a = predict<encoder>(net, data.test.image(1)),
                             b = predict<encoder>(net, data.test.image(2));
    const bool same = predict<decoder>(net, a) == predict(net, data.test.image(1));
    std::printf("%zu numbers; decoded, they are what the whole network makes of the image: %s\n", a.size(),
                same ? "yes" : "no");

    for (const float t : {0.0f, 0.5f, 1.0f}) { // from one code to the other
        std::vector<float> code(a.size());
        for (std::size_t i = 0; i < code.size(); ++i) code[i] = (1 - t) * a[i] + t * b[i];
        std::printf("%.1f\n", double{t});
        draw(predict<decoder>(net, code));
    }
}

/* It prints:
16 numbers; decoded, they are what the whole network makes of the image: yes
0.0
|   .o@@@@@@OO.        |
|    ..:..:o@@@.       |
|           O@O.       |
|         :O@O         |
|       .O@@O          |
|      :O@O:           |
|     @@@@.      ...   |
|    o@@O.     ::oO:.. |
|   .o@@@@@@@@@@@@@o. .|
|     .:oO@@Ooo::.     |
|                      |
0.5
|         oO@Oo.       |
|          :O@O        |
|           O@O        |
|          O@@.        |
|        .o@@:         |
|       .o@@o          |
|      .oOO.           |
|     .OO@O.           |
|    .oO@@@O:.         |
|      :oOOO.          |
|                      |
1.0
|            ..        |
|           :oo        |
|           o@:        |
|          .OO         |
|          o@:         |
|         .Oo          |
|        .OO           |
|        O@o           |
|       :OO            |
|       oo.            |
|                      |
*/
