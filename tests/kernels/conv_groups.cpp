// Grouped convolution and its gradients against scalar loops: depthwise, small groups and large ones.
#include "strata/kernels/conv_groups.hpp"

#include "support/convolutions.hpp"
#include "support/reference.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace {

using namespace reference;
using strata::arch;
using strata::kernels::conv_groups;
namespace kernels = strata::kernels;

/// Calls f(grouped convolution, number) for groups of every kind, and kernels, strides, dilations and paddings that leave a
/// map.
template <class Function>
void for_each_grouped(const Function& f) {
    struct kind {
        std::size_t groups, image, map; ///< channels of a group
    };
    struct pair {
        std::size_t y, x;
    };
    constexpr kind kinds[] = {{1, 1, 1}, {2, 1, 1}, {17, 1, 1}, {32, 1, 1}, {5, 1, 3},  {3, 3, 1},
                              {3, 2, 5}, {2, 8, 8}, {2, 9, 3},  {2, 3, 16}, {3, 4, 11}, {2, 17, 16}};
    unsigned number = 0;
    for (const kind k : kinds)
        for (const pair kernel : {pair{1, 1}, pair{3, 3}, pair{2, 3}, pair{5, 2}})
            for (const pair stride : {pair{1, 1}, pair{2, 2}, pair{1, 3}})
                for (const pair dilation : {pair{1, 1}, pair{2, 3}})
                    for (const pair image : {pair{7, 14}, pair{2, 5}})
                        for (const placement how : {placement::inside, placement::rounded, placement::far}) {
                            const axis y = place(how, image.y, (kernel.y - 1) * dilation.y + 1, stride.y);
                            const axis x = place(how, image.x, (kernel.x - 1) * dilation.x + 1, stride.x);
                            if (y.map == 0 || x.map == 0) continue;
                            const conv_groups c{{.image_height = image.y,
                                                 .image_width = image.x,
                                                 .image_channels = k.image,
                                                 .map_height = y.map,
                                                 .map_width = x.map,
                                                 .map_channels = k.map,
                                                 .kernel_height = kernel.y,
                                                 .kernel_width = kernel.x,
                                                 .stride_y = stride.y,
                                                 .stride_x = stride.x,
                                                 .pad_top = y.pad,
                                                 .pad_left = x.pad,
                                                 .dilation_y = dilation.y,
                                                 .dilation_x = dilation.x},
                                                k.groups};
                            INFO(k.groups << " groups of " << k.image << " to " << k.map
                                          << " channels, image " << image.y << "x" << image.x << ", kernel "
                                          << kernel.y << "x" << kernel.x << ", stride " << stride.y << "x"
                                          << stride.x << ", dilation " << dilation.y << "x" << dilation.x
                                          << ", padding " << y.pad << "x" << x.pad);
                            f(c, number++);
                        }
}

/// Calls f(image index, weight row, weight column, map index) for every product of a sample.
template <class Function>
void for_each_grouped_product(const conv_groups& c, const Function& f) {
    const conv_geometry& g = c.group;
    for (std::size_t group = 0; group < c.groups; ++group)
        for_each_product(g, [&](std::size_t pixel, std::size_t row, std::size_t column, std::size_t at) {
            f(pixel / g.image_channels * c.image_channels() + group * g.image_channels +
                  pixel % g.image_channels,
              row, group * g.map_channels + column,
              at / g.map_channels * c.map_channels() + group * g.map_channels + column);
        });
}

std::size_t image_floats(const conv_groups& c) { return reference::image_floats(c.group) * c.groups; }
std::size_t map_floats(const conv_groups& c) { return reference::map_floats(c.group) * c.groups; }

TEST_CASE("convolve_groups is each group's convolution, with bias and relu, and writes nothing else") {
    for_each_grouped([](const conv_groups& c, unsigned number) {
        const std::size_t samples = number % 3;
        const std::size_t image_stride = image_floats(c) + number % 3;
        const std::size_t map_stride = map_floats(c) + number % 5;
        const rows_of_floats images{samples, image_floats(c), image_stride, number};
        const panelled_matrix w{c.group.window(), c.map_channels(), number + 1};
        const panelled_matrix bias{1, c.map_channels(), number + 2};
        const bool biased = number % 3 != 0;
        const bool relu = number % 2 == 0;
        output maps{samples * map_stride, number % 16};
        for (std::size_t s = 0; s < samples; ++s) {
            std::vector<sum> sums(map_floats(c));
            if (biased)
                for (std::size_t i = 0; i < sums.size(); ++i) sums[i].add(bias(0, i % c.map_channels()));
            for_each_grouped_product(c,
                                     [&](std::size_t pixel, std::size_t row, std::size_t column,
                                         std::size_t at) { sums[at].add(images(s, pixel), w(row, column)); });
            for (std::size_t i = 0; i < sums.size(); ++i) maps.expect(s * map_stride + i, sums[i], relu);
        }
        output scratch{kernels::convolve_groups_scratch(c), 0};
        kernels::convolve_groups<arch>(c, samples, images.data(), image_stride, w.data(),
                                       biased ? bias.data() : nullptr, relu, maps.data(), map_stride,
                                       scratch.data());
        CHECK(maps.wrong() == "");
        CHECK(scratch.written_outside() == "");
    });
}

TEST_CASE("convolve_groups_transposed adds up all windows of a map, group by group") {
    for_each_grouped([](const conv_groups& c, unsigned number) {
        const std::size_t samples = number % 3;
        const std::size_t image_stride = image_floats(c) + number % 3;
        const std::size_t map_stride = map_floats(c) + number % 5;
        const rows_of_floats maps{samples, map_floats(c), map_stride, number};
        const panelled_matrix w{c.group.window(), c.map_channels(), number + 1};
        output images{samples * image_stride, number % 16};
        for (std::size_t s = 0; s < samples; ++s) {
            std::vector<sum> sums(image_floats(c));
            for_each_grouped_product(c,
                                     [&](std::size_t pixel, std::size_t row, std::size_t column,
                                         std::size_t at) { sums[pixel].add(maps(s, at), w(row, column)); });
            for (std::size_t i = 0; i < sums.size(); ++i) images.expect(s * image_stride + i, sums[i]);
        }
        output scratch{kernels::convolve_groups_scratch(c), 0};
        kernels::convolve_groups_transposed<arch>(c, samples, maps.data(), map_stride, w.data(),
                                                  images.data(), image_stride, scratch.data());
        CHECK(images.wrong() == "");
        CHECK(scratch.written_outside() == "");
    });
}

TEST_CASE(
    "convolve_groups_weight_gradient sums over samples and pixels, anew or on top, and leaves padding zero") {
    for_each_grouped([](const conv_groups& c, unsigned number) {
        const std::size_t samples = number % 4;
        const std::size_t image_stride = image_floats(c) + number % 3;
        const std::size_t map_stride = map_floats(c) + number % 5;
        const rows_of_floats images{samples, image_floats(c), image_stride, number};
        const rows_of_floats maps{samples, map_floats(c), map_stride, number + 1};
        const panelled_matrix before{c.group.window(), c.map_channels(), number + 2};
        const bool accumulate = number % 2 == 0;
        const std::size_t rows = c.group.window();
        output gradient{rows * up_to_panels(c.map_channels()), number % 16};
        for (std::size_t i = 0; i < gradient.size(); ++i) {
            gradient.start(i, accumulate ? before.data()[i] : not_a_number);
            gradient.expect(i, 0.0);
        }
        std::vector<sum> sums(rows * c.map_channels());
        for (std::size_t s = 0; s < samples; ++s)
            for_each_grouped_product(
                c, [&](std::size_t pixel, std::size_t row, std::size_t column, std::size_t at) {
                    sums[row * c.map_channels() + column].add(images(s, pixel), maps(s, at));
                });
        for (std::size_t i = 0; i < sums.size(); ++i) {
            const std::size_t row = i / c.map_channels();
            const std::size_t column = i % c.map_channels();
            if (accumulate) sums[i].add(before(row, column));
            gradient.expect(in_panels(rows, row, column), sums[i]);
        }
        output scratch{kernels::convolve_groups_scratch(c), 0};
        kernels::convolve_groups_weight_gradient<arch>(c, samples, images.data(), image_stride, maps.data(),
                                                       map_stride, accumulate, gradient.data(),
                                                       scratch.data());
        CHECK(gradient.wrong() == "");
        CHECK(scratch.written_outside() == "");
    });
}

} // namespace
