// Transposed convolution against a scalar loop, over a table of geometries.
#include "strata/kernels/conv_transpose.hpp"

#include "support/convolutions.hpp"
#include "support/reference.hpp"

#include <doctest/doctest.h>

#include <vector>

namespace {

using namespace reference;
using strata::arch;
namespace kernels = strata::kernels;

void check_wide(const conv_geometry& g, std::size_t samples, bool biased, bool relu, unsigned number,
                bool masked = false) {
    check_transposed(
        g, samples, biased, relu, masked, number,
        [&](const float* maps, std::size_t map_stride, const float* w,
            const kernels::tile_epilogue<strata::arch>& epilogue, float* images, std::size_t image_stride) {
            output packed{kernels::packed_wide_floats(g), 0};
            output folded{kernels::folded_map_floats(g), 0};
            kernels::pack_wide_weights<arch>(g, w, packed.data());
            CHECK(packed.written_outside() == "");
            kernels::convolve_transposed_wide<arch>(g, samples, maps, map_stride, packed.data(), epilogue,
                                                    images, image_stride, folded.data());
            CHECK(folded.written_outside() == "");
        });
}

TEST_CASE("convolve_transposed_wide adds up all windows of a map, with bias and lower bound") {
    for_each_convolution([](const conv_geometry& g, unsigned number) {
        const bool relu = number % 2 == 0;
        check_wide(g, 1 + number % 3, number % 3 != 0, relu, number);
    });
}

TEST_CASE("behind a relu mask convolve_transposed_wide stores 0 where the mask is not above 0") {
    for_each_convolution([](const conv_geometry& g, unsigned number) {
        check_wide(g, 1 + number % 3, false, false, number, true);
    });
}

TEST_CASE("convolve_transposed_wide of as many samples as fill several strips") {
    for (const std::size_t channels : sizes{1, 3, 16}) {
        CAPTURE(channels);
        const conv_geometry g{.image_height = 9,
                              .image_width = 7,
                              .image_channels = channels,
                              .map_height = 4,
                              .map_width = 3,
                              .map_channels = 5,
                              .kernel_height = 3,
                              .kernel_width = 3,
                              .stride_y = 2,
                              .stride_x = 2,
                              .pad_top = 0,
                              .pad_left = 0};
        for (const std::size_t samples : sizes{0, 1, 2, 17, 48, 97, 100})
            check_wide(g, samples, true, 0.0f, 7);
    }
}

TEST_CASE("pixels that no window covers are bias alone, above the lower bound") {
    for (const std::size_t channels : sizes{1, 3, 16, 18}) {
        CAPTURE(channels);
        // Stride 3, kernel 1, and two more rows and columns than the windows reach.
        const conv_geometry g{.image_height = 6,
                              .image_width = 6,
                              .image_channels = channels,
                              .map_height = 2,
                              .map_width = 2,
                              .map_channels = 2,
                              .kernel_height = 1,
                              .kernel_width = 1,
                              .stride_y = 3,
                              .stride_x = 3,
                              .pad_top = 0,
                              .pad_left = 0};
        for (const bool biased : {false, true})
            for (const bool relu : {false, true}) check_wide(g, 2, biased, relu, 5);
    }
}

} // namespace
