// A convolutional network tells handwritten digits apart: shapes, class indices as targets, validation and metrics.

#include "strata/core.hpp"
#include "support/data/mnist.hpp"

#include <cstdio>

using namespace strata;

struct digits : network<input<28, 28, 1>, // height, width, channels
                        conv2d<16, 3, same>, relu, max_pool2d<2>, conv2d<32, 3, same>, relu, max_pool2d<2>,
                        flatten, dropout<0.3>, dense<10>> {}; // logits: cross_entropy brings the softmax

int main() {
    std::puts(describe<digits>().c_str());
    const auto data =
        examples::load_mnist({}, STRATA_EXAMPLE_DATA); // 3000 images to learn from, 1000 to test

    model<digits> net;
    workspace<digits, batch<32>> work;
    optimizer opt{net, adam{}};
    fit(net, work, opt, cross_entropy{}, data.train.pixels, data.train.labels,
        {.epochs = 8,
         .validation_split = 0.1f,
         .metrics = {accuracy{}},
         .after_epoch = [](const epoch_report& epoch) {
             std::printf("epoch %zu: loss %.2f, right %.0f %%, of the held out %.0f %%\n", epoch.epoch,
                         double{epoch.loss}, 100 * epoch.metric("accuracy").training,
                         100 * *epoch.metric("accuracy").validation);
         }});

    const std::vector<float> logits = predict(net, data.test.pixels);
    const confusion_matrix counts{logits, data.test.labels};
    std::printf("%.0f %% of the test digits, %.0f %% of the nines\n",
                100 * accuracy{}(logits, data.test.labels), 100 * counts.recall(9));
}

/* It prints:
   layer                       output        parameters   bytes
0  input                       28 x 28 x 1
1  conv2d 16, 3x3, same        28 x 28 x 16         160     640
2  relu                        28 x 28 x 16
3  max_pool2d 2x2, stride 2x2  14 x 14 x 16
4  conv2d 32, 3x3, same        14 x 14 x 32        4640   18560
5  relu                        14 x 14 x 32
6  max_pool2d 2x2, stride 2x2  7 x 7 x 32
7  flatten                     1568
8  dropout 0.3                 1568
9  dense 10                    10                 15690  100416
   total                                          20490  119616

epoch 1: loss 0.94, right 71 %, of the held out 90 %
epoch 2: loss 0.32, right 91 %, of the held out 93 %
epoch 3: loss 0.22, right 94 %, of the held out 94 %
epoch 4: loss 0.17, right 95 %, of the held out 94 %
epoch 5: loss 0.15, right 95 %, of the held out 96 %
epoch 6: loss 0.13, right 96 %, of the held out 96 %
epoch 7: loss 0.11, right 97 %, of the held out 96 %
epoch 8: loss 0.09, right 98 %, of the held out 96 %
95 % of the test digits, 98 % of the nines
*/
