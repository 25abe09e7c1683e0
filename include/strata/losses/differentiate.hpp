// How a loss is asked for its value and its gradient: with the output's shape where it wants to know it.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/tensor/extents.hpp"
#include "strata/tensor/rows.hpp"

#include <cstddef>

namespace strata {

/// In place of an output's shape where none is known.
inline constexpr extents unknown_shape{};

namespace detail {

/// The loss of outputs y of this shape; the target becomes the gradient of the loss by y. A loss that depends
/// on the shape, as cross_entropy does, has differentiate<Arch, Output>(y, target); any other has
/// differentiate<Arch>(y, target), which sees rows alone.
template <class Arch, extents Output, class Loss>
float differentiate(const Loss& loss, const padded_rows<const float>& y, const padded_rows<float>& target) {
    if constexpr (requires { loss.template differentiate<Arch, Output>(y, target); })
        return loss.template differentiate<Arch, Output>(y, target);
    else
        return loss.template differentiate<Arch>(y, target);
}

} // namespace detail

} // namespace strata

#include "strata/meta/macros_back.hpp"
