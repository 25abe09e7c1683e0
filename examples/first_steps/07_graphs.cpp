// Networks beyond a chain, in the same list: a residual block, and two outputs, each with its loss.

#include "strata/core.hpp"
#include "support/data/mnist.hpp"

#include <cstdio>
#include <tuple>

using namespace strata;

struct two_heads : network<input<784>, dense<64>, relu, residual<dense<64>, relu, dense<64>>, relu,
                           mark<"trunk">,            // x + f(x)
                           dense<10>, mark<"digit">, // the first output
                           resume<"trunk">, dense<1>, mark<"ink">> {
}; // and the second: how dark the image is

int main() {
    const auto data = examples::load_mnist({}, STRATA_EXAMPLE_DATA);
    const auto ink_of = [](const examples::labelled_images& images) {
        std::vector<float> ink;
        for (std::size_t i = 0; i < images.size(); ++i) {
            float sum = 0;
            for (const float pixel : images.image(i)) sum += pixel;
            ink.push_back(sum / 100);
        }
        return ink;
    };
    const std::vector<float> ink = ink_of(data.train);

    model<two_heads> net;
    workspace<two_heads, batch<32>> work;
    optimizer opt{net, adam{}};
    const auto loss = at<"digit">(cross_entropy{}) + 0.5f * at<"ink">(mse{});
    fit(net, work, opt, loss, data.train.pixels,
        std::tie(data.train.labels, ink), // a tuple, in the list's order
        {.epochs = 10, .after_epoch = [](const epoch_report& epoch) {
             if (epoch.epoch % 5 == 0)
                 std::printf("epoch %zu: digit %.2f, ink %.3f\n", epoch.epoch, epoch.terms[0].training,
                             epoch.terms[1].training);
         }});

    const auto [logits, inks] = predict(net, data.test.pixels);
    std::printf("%.0f %% of the test digits; ink of the first %.1f, said %.1f\n",
                100 * accuracy{}(logits, data.test.labels), double{ink_of(data.test)[0]}, double{inks[0]});
    const auto alone = predict<"digit">(net, data.test.pixels); // computes nothing for the other head
    std::printf("the head alone says the same: %s\n", alone == logits ? "yes" : "no");
}

/* It prints:
epoch 5: digit 0.13, ink 0.013
epoch 10: digit 0.03, ink 0.008
91 % of the test digits; ink of the first 0.7, said 0.7
the head alone says the same: yes
*/
