// What the door for xtensor (xtensor.hpp) asks of expressions: their shapes, their number type, whose memory they see. The
// only file that includes xtensor.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/meta/language.hpp"

#if __has_include(<xtensor/containers/xtensor.hpp>)
#include <xtensor/containers/xtensor.hpp> // since 0.26
#else
#include <xtensor/xtensor.hpp>
#endif

#include "strata/meta/machine.hpp"
#include "strata/meta/raise.hpp"
#include "strata/tensor/extents.hpp"

#include <cstddef>
#include <stdexcept>
#include <string>
#include <type_traits>

namespace strata::inline STRATA_TARGET {

/// What xtensor takes for an array: xt::xtensor, a view, a function of some.
template <class E>
concept xtensor_expression = xt::is_xexpression<E>::value;

namespace detail {

template <xtensor_expression E>
[[gnu::cold, gnu::noinline]] std::string shape_text(const E& x) {
    std::string text;
    for (std::size_t axis = 0; axis < x.dimension(); ++axis)
        text.append(text_of({axis == 0 ? "" : " x ", x.shape()[axis]}));
    return text.empty() ? "a scalar" : text;
}

/// The axes from `first` on are the sample's, but for axes of size 1.
template <xtensor_expression E>
[[gnu::noinline]] bool is_sample(const E& x, std::size_t first, const extents& sample) {
    std::size_t axis = 0;
    const auto skip_ones = [&] {
        while (axis < sample.rank && sample[axis] == 1) ++axis;
    };
    for (std::size_t d = first; d < x.dimension(); ++d) {
        const auto size = static_cast<std::size_t>(x.shape()[d]);
        if (size == 1) continue;
        skip_ones();
        if (axis == sample.rank || sample[axis] != size) return false;
        ++axis;
    }
    skip_ones();
    return axis == sample.rank;
}

/// Whether a temporary of this type leaves its values to somebody else: a view of a tensor with a name, or of
/// memory that it does not own.
template <class E>
inline constexpr bool borrows = false;
template <class T, class... Slices>
inline constexpr bool borrows<xt::xview<T, Slices...>> = std::is_lvalue_reference_v<T> || borrows<T>;
template <class T, class S, xt::layout_type L, class Storage>
inline constexpr bool borrows<xt::xstrided_view<T, S, L, Storage>> =
    std::is_lvalue_reference_v<T> || borrows<T>;
template <class Buffer>
inline constexpr bool borrows_buffer = std::is_lvalue_reference_v<Buffer>;
template <class Pointer, class Allocator>
inline constexpr bool borrows_buffer<xt::xbuffer_adaptor<Pointer, xt::no_ownership, Allocator>> = true;
template <class Buffer, std::size_t N, xt::layout_type L, class Tag>
inline constexpr bool borrows<xt::xtensor_adaptor<Buffer, N, L, Tag>> = borrows_buffer<Buffer>;
template <class Buffer, std::size_t N, xt::layout_type L, class Tag>
inline constexpr bool borrows<xt::xtensor_view<Buffer, N, L, Tag>> = borrows_buffer<Buffer>;
template <class Buffer, xt::layout_type L, class Shape, class Tag>
inline constexpr bool borrows<xt::xarray_adaptor<Buffer, L, Shape, Tag>> = borrows_buffer<Buffer>;

/// A temporary of this type takes its values with it when it goes.
template <class E>
concept owning_tensor = xtensor_expression<E> && xt::has_data_interface<E>::value && !borrows<E>;

/// The shape of one sample; axes of size 1 are left out if they are too many to be told.
template <xtensor_expression E>
extents sample_of(const E& x) {
    extents sample;
    const bool all = x.dimension() <= extents::max_rank + 1;
    for (std::size_t axis = 1; axis < x.dimension(); ++axis) {
        const auto size = static_cast<std::size_t>(x.shape()[axis]);
        if (size == 1 && !all) continue;
        if (sample.rank == extents::max_rank)
            detail::raise<std::invalid_argument>(
                {"the samples in this xtensor of ", shape_text(x), " have more than four axes"});
        sample.size[sample.rank++] = size;
    }
    if (sample.rank == 0) sample = extents{1};
    return sample;
}

template <xtensor_expression E>
inline constexpr bool is_real = real_number<std::remove_cv_t<typename E::value_type>>;

/// The number type of its rows; float where it has none.
template <xtensor_expression E>
using real_of_tensor = std::conditional_t<is_real<E>, std::remove_cv_t<typename E::value_type>, float>;

} // namespace detail

} // namespace strata

#include "strata/meta/macros_back.hpp"
