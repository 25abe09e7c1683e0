// Enlargement of an image by repeating its pixels.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/concepts.hpp"
#include "strata/kernels/resize.hpp"
#include "strata/layers/window.hpp"
#include "strata/meta/raise.hpp"

#include <cstddef>
#include <string>

namespace strata::inline STRATA_TARGET {

/// Every pixel repeated Down x Across times (nearest neighbour): upsample2d<2>, upsample2d<2, 3>. In: an image, height
/// x width x channels. Out: Down * height x Across * width x channels. Keras's UpSampling2D, PyTorch's Upsample with
/// mode "nearest". Refused while compiling: what is no image, and a number that is 0.
///
///     struct larger : network<input<7, 7, 4>, upsample2d<2>, conv2d<1, 3, same>> {}; // 7 x 7 x 4 -> 14 x 14 x 1
///     model<larger> net;
///     auto pictures = predict(net, std::vector<float>(7 * 7 * 4));
template <std::size_t Down, std::size_t Across = Down>
struct upsample2d : layer_defaults {
    static constexpr layer_traits traits{.gives = output_values::as_input};

    static constexpr layer_error accepts(extents in) {
        return in.rank != 3             ? layer_error::needs_image
               : Down > 0 && Across > 0 ? layer_error::none
                                        : layer_error::nothing_left;
    }
    static constexpr extents output(extents in) {
        return extents{multiply_sizes(in[0], Down), multiply_sizes(in[1], Across), in[2]};
    }
    static std::string describe() { return detail::text_of({"upsample2d ", size2d{Down, Across}}); }

    template <class Arch, extents In>
    static void forward(const forward_pass<Arch>& p) {
        for (std::size_t r = 0; r < p.x.rows; ++r) kernels::upsample<Arch>(geometry(In), p.x[r], p.y[r]);
    }

    template <class Arch, extents In>
    static void input_gradient(const backward_pass<Arch>& p) {
        for (std::size_t r = 0; r < p.y_gradient.rows; ++r)
            kernels::upsample_gradient<Arch>(geometry(In), p.y_gradient[r], p.x_gradient[r]);
    }

private:
    static constexpr kernels::upsample_geometry geometry(extents in) {
        return {in[0], in[1], in[2], Down, Across};
    }
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
