// Zeros around an image.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/concepts.hpp"
#include "strata/kernels/pad.hpp"
#include "strata/meta/raise.hpp"

#include <array>
#include <cstddef>
#include <string>

namespace strata::inline STRATA_TARGET {

/// Rows and columns of zeros around an image: zero_pad2d<1> on every side; zero_pad2d<1, 2> one row above and below and
/// two columns left and right; zero_pad2d<1, 2, 3, 4> one row above, two below, three columns left, four right. In: an
/// image, height x width x channels. Out: the larger image, of the same channels. Keras's ZeroPadding2D, whose order it
/// is, ((top, bottom), (left, right)); PyTorch's ZeroPad2d has another: (left, right, top, bottom). Refused while
/// compiling: what is no image, and other than one, two or four numbers.
///
///     struct framed : network<input<28, 28, 1>, zero_pad2d<2, 1>, conv2d<8, 5>> {}; // 28 x 28 x 1 -> 28 x 26 x 8
///     model<framed> net;
///     auto maps = predict(net, std::vector<float>(28 * 28));
template <std::size_t... Sides>
struct zero_pad2d : layer_defaults {
    static constexpr layer_traits traits{.gives = output_values::as_input};
    static constexpr std::size_t numbers = sizeof...(Sides);

    static constexpr layer_error accepts(extents in) {
        if (numbers != 1 && numbers != 2 && numbers != 4) return layer_error::own;
        return in.rank == 3 ? layer_error::none : layer_error::needs_image;
    }
    template <class Number, class Shape>
    struct not_accepted {
        static_assert(
            sizeof(Number) == 0,
            "strata: zero_pad2d takes one number for all sides, two for height and width, or four for "
            "top, bottom, left and right");
    };
    static constexpr extents output(extents in) {
        const kernels::pad_geometry g = geometry(in);
        return extents{add_sizes(in[0], add_sizes(g.top, g.bottom)),
                       add_sizes(in[1], add_sizes(g.left, g.right)), in[2]};
    }
    static std::string describe() {
        const kernels::pad_geometry g = geometry(shape<1, 1, 1>);
        return detail::text_of({"zero_pad2d ", g.top, ", ", g.bottom, ", ", g.left, ", ", g.right});
    }

    template <class Arch, extents In>
    static void forward(const forward_pass<Arch>& p) {
        for (std::size_t r = 0; r < p.x.rows; ++r) kernels::pad_image<Arch>(geometry(In), p.x[r], p.y[r]);
    }

    template <class Arch, extents In>
    static void input_gradient(const backward_pass<Arch>& p) {
        for (std::size_t r = 0; r < p.y_gradient.rows; ++r)
            kernels::crop_image<Arch>(geometry(In), p.y_gradient[r], p.x_gradient[r]);
    }

private:
    static constexpr kernels::pad_geometry geometry(extents in) {
        const std::array<std::size_t, numbers + 1> sides{Sides...};
        const bool four = numbers == 4;
        return {.height = in[0],
                .width = in[1],
                .channels = in[2],
                .top = sides[0],
                .bottom = sides[four ? 1 : 0],
                .left = sides[four           ? 2
                              : numbers == 2 ? 1
                                             : 0],
                .right = sides[four           ? 3
                               : numbers == 2 ? 1
                                              : 0]};
    }
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
