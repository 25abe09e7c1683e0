// What max_pool2d and average_pool2d share: their options, what they accept, and their shapes.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/concepts.hpp"
#include "strata/kernels/pool.hpp"
#include "strata/layers/window.hpp"

namespace strata::inline STRATA_TARGET::detail {

template <size2d Window, class... Options>
struct pooling : layer_defaults {
    static constexpr window_options options = read_options<Options...>(Window);
    static constexpr bool known = !options.unknown && !options.same && !options.has_output_padding &&
                                  !options.has_dilation && !options.has_groups && !options.direct;
    static constexpr bool padding_fits =
        options.padding.height <= Window.height / 2 && options.padding.width <= Window.width / 2;

    static constexpr layer_error accepts(extents in) {
        if (!known) return layer_error::own;
        if (in.rank != 3) return layer_error::needs_image;
        if (!Window.positive() || !options.stride.positive()) return layer_error::nothing_left;
        if (!padding_fits) return layer_error::own;
        const kernels::pool_geometry g = geometry(in);
        return g.map_height == 0 || g.map_width == 0 ? layer_error::window_larger_than_input
                                                     : layer_error::none;
    }
    static constexpr extents output(extents in) {
        const kernels::pool_geometry g = geometry(in);
        return extents{g.map_height, g.map_width, in[2]};
    }

protected:
    static constexpr kernels::pool_geometry geometry(extents in) {
        const auto& o = options;
        const auto y =
            window_axis::over_image(in[0], Window.height, o.stride.height, false, o.padding.height);
        const auto x = window_axis::over_image(in[1], Window.width, o.stride.width, false, o.padding.width);
        return {.image_height = in[0],
                .image_width = in[1],
                .channels = in[2],
                .map_height = y.map,
                .map_width = x.map,
                .window_height = Window.height,
                .window_width = Window.width,
                .stride_y = o.stride.height,
                .stride_x = o.stride.width,
                .pad_top = y.pad,
                .pad_left = x.pad};
    }
};

} // namespace strata::detail

#include "strata/meta/macros_back.hpp"
