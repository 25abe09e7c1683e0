// Networks beyond a chain that are measured: ResNet-20 (He et al., "Deep residual learning for image recognition", CVPR
// 2016, on images of CIFAR-10's size, with 1 x 1 convolutions where the shape changes) and a U-Net of digits.
#pragma once

#include "strata/core.hpp"

namespace bench {

using namespace strata;

// clang-format off
template <std::size_t Filters>
struct block : network<input<8, 8, Filters>,
    residual<conv2d<Filters, 3, same>, batch_norm<>, relu, conv2d<Filters, 3, same>, batch_norm<>>, relu> {};

template <std::size_t In, std::size_t Filters>
struct wider_block : network<input<8, 8, In>,
    sum_of<path<conv2d<Filters, 3, stride<2>, same>, batch_norm<>, relu, conv2d<Filters, 3, same>, batch_norm<>>,
           path<conv2d<Filters, 1, stride<2>>, batch_norm<>>>, relu> {};

struct resnet20 : network<input<32, 32, 3>, conv2d<16, 3, same>, batch_norm<>, relu,
    repeat<3, splice<block<16>>>,
    splice<wider_block<16, 32>>, repeat<2, splice<block<32>>>,
    splice<wider_block<32, 64>>, repeat<2, splice<block<64>>>,
    global_average_pool2d, dense<10>> {};

struct unet : network<input<28, 28, 1>,
    conv2d<16, 3, same>, relu, mark<"fine">,
    max_pool2d<2>, conv2d<32, 3, same>, relu, mark<"coarse">,
    max_pool2d<2>, conv2d<32, 3, same>, relu,
    upsample2d<2>, concat<"coarse">, conv2d<32, 3, same>, relu,
    upsample2d<2>, concat<"fine">, conv2d<16, 3, same>, relu,
    conv2d<1, 1>> {};
// clang-format on

} // namespace bench
