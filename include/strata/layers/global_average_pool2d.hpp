// The mean of every channel of an image.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/concepts.hpp"
#include "strata/kernels/average_pool.hpp"

#include <cstddef>
#include <string>

namespace strata::inline STRATA_TARGET {

/// The mean of every channel over all pixels. In: an image, height x width x channels. Out: channels numbers, one row,
/// which dense takes. Keras's GlobalAveragePooling2D, PyTorch's AdaptiveAvgPool2d(1) and flatten. Refused while
/// compiling: what is no image.
///
///     struct digits : network<input<28, 28, 1>, conv2d<8, 3>, relu, global_average_pool2d, dense<10>> {}; // 28 x 28 x 1 -> 10
///     model<digits> net;
///     auto logits = predict(net, std::vector<float>(28 * 28));
struct global_average_pool2d : layer_defaults {
    static constexpr layer_traits traits{.gives = output_values::as_input};

    static constexpr layer_error accepts(extents in) {
        return in.rank == 3 ? layer_error::none : layer_error::needs_image;
    }
    static constexpr extents output(extents in) { return extents{in[2]}; }
    static std::string describe() { return "global_average_pool2d"; }

    template <class Arch, extents In>
    static void forward(const forward_pass<Arch>& p) {
        for (std::size_t r = 0; r < p.x.rows; ++r)
            kernels::average_columns<Arch>(In[0] * In[1], In[2], p.x[r], p.y[r]);
    }

    template <class Arch, extents In>
    static void input_gradient(const backward_pass<Arch>& p) {
        for (std::size_t r = 0; r < p.y_gradient.rows; ++r)
            kernels::average_columns_gradient<Arch>(In[0] * In[1], In[2], p.y_gradient[r], p.x_gradient[r]);
    }
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
