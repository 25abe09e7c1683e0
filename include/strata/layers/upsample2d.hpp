// Enlargement of an image by repeating its pixels.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/concepts.hpp"
#include "strata/kernels/resize.hpp"
#include "strata/layers/window.hpp"

#include <cstddef>
#include <string>

namespace strata {

/// Every pixel repeated Factor.height x Factor.width times (nearest neighbour).
/// One factor: the pack is there to say so, by its name where compilers print it.
template <size2d Factor, size2d... takes_one_factor_as_size2d>
struct upsample2d : layer_defaults {
    static constexpr layer_traits traits{.gives = output_values::as_input};

    static constexpr layer_error accepts(extents in) {
        return sizeof...(takes_one_factor_as_size2d) > 0 ? layer_error::own
               : in.rank != 3        ? layer_error::needs_image
               : Factor.positive() ? layer_error::none
                                   : layer_error::nothing_left;
    }
    template <class Number, class Shape>
    struct not_accepted {
        static_assert(sizeof(Number) == 0,
                      "strata: this layer takes one argument in its brackets: upsample2d<size2d{2, 3}> for another "
                      "factor across than down");
    };
    static constexpr extents output(extents in) {
        return extents{multiply_sizes(in[0], Factor.height), multiply_sizes(in[1], Factor.width), in[2]};
    }
    static std::string describe() { return "upsample2d " + to_string(Factor); }

    template <class Arch, extents In>
    static void forward(const forward_pass& p) {
        for (std::size_t r = 0; r < p.x.rows; ++r) kernels::upsample<Arch>(geometry(In), p.x[r], p.y[r]);
    }

    template <class Arch, extents In>
    static void input_gradient(const backward_pass& p) {
        for (std::size_t r = 0; r < p.y_gradient.rows; ++r)
            kernels::upsample_gradient<Arch>(geometry(In), p.y_gradient[r], p.x_gradient[r]);
    }

private:
    static constexpr kernels::upsample_geometry geometry(extents in) {
        return {in[0], in[1], in[2], Factor.height, Factor.width};
    }
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
