// Enlargement of an image by whole factors.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/concepts.hpp"
#include "strata/kernels/resize.hpp"
#include "strata/layers/window.hpp"
#include "strata/meta/raise.hpp"

#include <cstddef>
#include <string>
#include <type_traits>

namespace strata::inline STRATA_TARGET {

/// Enlarged pixels are those nearest to them: upsample2d's default.
struct nearest {};

/// Enlarged pixels are mixed from the two or four nearest to them, linearly along each axis.
struct bilinear {};

/// An image Down times as high and Across times as wide: upsample2d<2>, upsample2d<2, 3>. By `nearest`, every pixel is
/// repeated Down x Across times; by `bilinear`, upsample2d<2, 2, bilinear>, pixels are mixed with their neighbours, the
/// outermost with nothing beyond them. In: an image, height x width x channels. Out: Down * height x Across * width x
/// channels. Keras's UpSampling2D; PyTorch's Upsample with mode "nearest", or "bilinear" and align_corners=False. Refused
/// while compiling: what is no image, a number that is 0, and another mode.
///
///     struct larger : network<input<7, 7, 4>, upsample2d<2>, conv2d<1, 3, same>> {}; // 7 x 7 x 4 -> 14 x 14 x 1
///     model<larger> net;
///     auto pictures = predict(net, std::vector<float>(7 * 7 * 4));
template <std::size_t Down, std::size_t Across = Down, class Mode = nearest>
struct upsample2d : layer_defaults {
    static constexpr layer_traits traits{.gives = output_values::as_input};

    static constexpr bool mixes = std::is_same_v<Mode, bilinear>;

    static constexpr layer_error accepts(extents in) {
        if (!mixes && !std::is_same_v<Mode, nearest>) return layer_error::own;
        return in.rank != 3             ? layer_error::needs_image
               : Down > 0 && Across > 0 ? layer_error::none
                                        : layer_error::nothing_left;
    }
    template <class Number, class Shape>
    struct not_accepted {
        static_assert(sizeof(Number) == 0,
                      "strata: upsample2d's third argument is its mode: nearest, the default, or bilinear");
    };
    static constexpr extents output(extents in) {
        return extents{multiply_sizes(in[0], Down), multiply_sizes(in[1], Across), in[2]};
    }
    static constexpr std::size_t scratch(extents in, std::size_t) {
        return mixes ? kernels::bilinear_scratch(geometry(in)) : 0;
    }
    static std::string describe() {
        return detail::text_of({"upsample2d ", size2d{Down, Across}, mixes ? ", bilinear" : ""});
    }

    template <class Arch, extents In>
    static void forward(const forward_pass<Arch>& p) {
        for (std::size_t r = 0; r < p.x.rows; ++r)
            if constexpr (mixes)
                kernels::upsample_bilinear<Arch>(geometry(In), p.x[r], p.y[r], p.scratch);
            else
                kernels::upsample<Arch>(geometry(In), p.x[r], p.y[r]);
    }

    template <class Arch, extents In>
    static void input_gradient(const backward_pass<Arch>& p) {
        for (std::size_t r = 0; r < p.y_gradient.rows; ++r)
            if constexpr (mixes)
                kernels::upsample_bilinear_gradient<Arch>(geometry(In), p.y_gradient[r], p.x_gradient[r],
                                                          p.scratch);
            else
                kernels::upsample_gradient<Arch>(geometry(In), p.y_gradient[r], p.x_gradient[r]);
    }

private:
    static constexpr kernels::upsample_geometry geometry(extents in) {
        return {in[0], in[1], in[2], Down, Across};
    }
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
