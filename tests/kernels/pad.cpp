// Zeros around an image, and the way back, against scalar loops.
#include "strata/kernels/pad.hpp"

#include "support/reference.hpp"

#include <doctest/doctest.h>

namespace {

using namespace reference;
using strata::arch;
using strata::kernels::pad_geometry;
namespace kernels = strata::kernels;

TEST_CASE("pad_image puts zeros around, crop_image takes them away, and neither writes anything else") {
    unsigned number = 0;
    for (const std::size_t height : sizes{1, 3})
        for (const std::size_t width : sizes{1, 4})
            for (const std::size_t channels : sizes{1, 3, 16, 17})
                for (const std::size_t top : sizes{0, 1, 5})
                    for (const std::size_t bottom : sizes{0, 2})
                        for (const std::size_t left : sizes{0, 1, 3})
                            for (const std::size_t right : sizes{0, 2}) {
                                ++number;
                                CAPTURE(number);
                                const pad_geometry g{height, width, channels, top, bottom, left, right};
                                const std::size_t all_width = left + width + right;
                                const std::size_t all = (top + height + bottom) * all_width * channels;
                                const std::size_t count = height * width * channels;
                                const rows_of_floats image{1, count, count, number};
                                const rows_of_floats gradient{1, all, all, number + 1};
                                output padded{all, number % 16};
                                output cropped{count, (number + 3) % 16};
                                for (std::size_t i = 0; i < all; ++i) {
                                    const std::size_t y = i / channels / all_width - top; // wraps around
                                    const std::size_t x = i / channels % all_width - left;
                                    const bool inside = y < height && x < width;
                                    const std::size_t from = (y * width + x) * channels + i % channels;
                                    padded.expect(i, inside ? image(0, from) : 0.0);
                                    if (inside) cropped.expect(from, gradient(0, i));
                                }
                                kernels::pad_image<arch>(g, image.data(), padded.data());
                                kernels::crop_image<arch>(g, gradient.data(), cropped.data());
                                CHECK(padded.wrong() == "");
                                CHECK(cropped.wrong() == "");
                            }
}

} // namespace
