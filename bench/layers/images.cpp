// Layers of images that the denoiser does not have, forward and both gradients, 32 samples; beside them the relatives
// that they are measured by.

#include "support/layers.hpp"

namespace {

using namespace strata;

struct plain : network<input<28, 28, 32>, conv2d<64, 3, same>> {};
struct dilated : network<input<28, 28, 32>, conv2d<64, 3, dilation<2>, same>> {};
struct dilated_strided : network<input<28, 28, 32>, conv2d<64, 3, dilation<3>, stride<2>, same>> {};
struct depthwise : network<input<28, 28, 64>, conv2d<64, 3, groups<64>, same>> {};
struct depthwise_strided : network<input<28, 28, 64>, conv2d<64, 3, stride<2>, groups<64>, same>> {};
struct small_groups : network<input<28, 28, 64>, conv2d<64, 3, groups<16>, same>> {};
struct large_groups : network<input<28, 28, 64>, conv2d<64, 3, groups<2>, same>> {};
struct pools : network<input<28, 28, 32>, max_pool2d<2>> {};
struct pools_padded : network<input<28, 28, 32>, max_pool2d<3, stride<2>, padding<1>>> {};
struct means : network<input<28, 28, 32>, average_pool2d<2>> {};
struct means_overlapping : network<input<28, 28, 32>, average_pool2d<3, stride<2>, padding<1>>> {};
struct mean_of_all : network<input<7, 7, 512>, global_average_pool2d> {};
struct slopes : network<input<28, 28, 32>, prelu> {};
struct enlarged : network<input<14, 14, 32>, upsample2d<2>> {};
struct enlarged_between : network<input<14, 14, 32>, upsample2d<2, 2, bilinear>> {};
struct framed : network<input<28, 28, 32>, zero_pad2d<1>> {};

} // namespace

int main(int argc, char** argv) {
    bench::add_layers<plain>();
    bench::add_layers<dilated>();
    bench::add_layers<dilated_strided>();
    bench::add_layers<depthwise>();
    bench::add_layers<depthwise_strided>();
    bench::add_layers<small_groups>();
    bench::add_layers<large_groups>();
    bench::add_layers<pools>();
    bench::add_layers<pools_padded>();
    bench::add_layers<means>();
    bench::add_layers<means_overlapping>();
    bench::add_layers<mean_of_all>();
    bench::add_layers<slopes>();
    bench::add_layers<enlarged>();
    bench::add_layers<enlarged_between>();
    bench::add_layers<framed>();
    return bench::run(argc, argv);
}
