// The door for xtensor: containers, fixed tensors, views and expressions in, xt::xtensor out. The only file
// that includes xtensor.
#pragma once

#include "strata/meta/language.hpp"

#if __has_include(<xtensor/containers/xtensor.hpp>)
#include <xtensor/containers/xtensor.hpp> // since 0.26
#else
#include <xtensor/xtensor.hpp>
#endif

#include "strata/tensor/rows.hpp"

#include <array>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace strata {

template <class E>
concept xtensor_expression = xt::is_xexpression<E>::value;

/// Rows of an xtensor: seen where they lie if each sample is contiguous and row-major, else copied.
struct xtensor_rows {
    std::vector<float> copy;
    rows_view view;

    // NOLINTNEXTLINE(google-explicit-constructor): it is rows, whoever owns them.
    operator rows_view() const { return view; }
};

namespace detail {

template <xtensor_expression E>
std::string shape_text(const E& x) {
    std::string text;
    for (std::size_t axis = 0; axis < x.dimension(); ++axis)
        text += (axis == 0 ? "" : " x ") + std::to_string(x.shape()[axis]);
    return text.empty() ? "a scalar" : text;
}

/// The axes from `first` on are the sample's, but for axes of size 1.
template <xtensor_expression E>
bool is_sample(const E& x, std::size_t first, const extents& sample) {
    std::size_t axis = 0;
    const auto skip_ones = [&] {
        while (axis < sample.rank && sample[axis] == 1) ++axis;
    };
    for (std::size_t d = first; d < x.dimension(); ++d) {
        const auto size = static_cast<std::size_t>(x.shape()[d]);
        if (size == 1) continue;
        skip_ones();
        if (axis == sample.rank || sample[axis++] != size) return false;
    }
    skip_ones();
    return axis == sample.rank;
}

template <xtensor_expression E>
inline constexpr bool is_float = std::is_same_v<std::remove_cv_t<typename E::value_type>, float>;

/// Where the rows lie, if every one of them is contiguous; else a view without data.
template <xtensor_expression E>
rows_view find_rows(const E& x, std::size_t rows, std::size_t width, std::size_t first_axis) {
    rows_view found{nullptr, rows, width, width, nullptr};
    if constexpr (xt::has_data_interface<E>::value && is_float<E>) {
        std::size_t expected = 1;
        for (std::size_t axis = x.dimension(); axis-- > first_axis;) {
            const auto size = static_cast<std::size_t>(x.shape()[axis]);
            if (size != 1 && x.strides()[axis] != static_cast<std::ptrdiff_t>(expected)) return found;
            expected *= size;
        }
        if (first_axis == 1 && rows > 1) {
            if (x.strides()[0] < 0) return found;
            found.stride = static_cast<std::size_t>(x.strides()[0]);
        }
        found.data = x.data() + x.data_offset();
    }
    return found;
}

template <xtensor_expression E>
constexpr void check_value_type() {
    static_assert(is_float<E>,
                  "strata: networks compute in float: hand in xt::xtensor<float, ...> or xt::cast<float>(x)");
}

} // namespace detail

/// The samples in an xtensor: n x sample (axes of size 1 may be left out or added), n x the sample's count,
/// or one sample by itself. Throws std::invalid_argument for any other shape. Samples that are not contiguous
/// are copied.
template <xtensor_expression E>
xtensor_rows as_rows(const E& x, const extents& sample) {
    detail::check_value_type<E>();
    const std::size_t width = sample.count();
    std::size_t rows = 1;
    std::size_t first_axis = 0;
    const bool flat = x.dimension() == 2 && static_cast<std::size_t>(x.shape()[1]) == width;
    if (x.dimension() > 0 && (flat || (detail::is_sample(x, 1, sample) &&
                                       !(x.dimension() <= sample.rank && detail::is_sample(x, 0, sample))))) {
        rows = static_cast<std::size_t>(x.shape()[0]);
        first_axis = 1;
    } else if (x.dimension() == 0 || !detail::is_sample(x, 0, sample)) {
        throw std::invalid_argument{"strata: an xtensor of " + detail::shape_text(x) +
                                    " does not hold samples of " + to_string(sample)};
    }
    xtensor_rows seen;
    seen.view = detail::find_rows(x, rows, width, first_axis);
    if (seen.view.data == nullptr && rows > 0) {
        seen.copy.assign(x.template begin<xt::layout_type::row_major>(),
                         x.template end<xt::layout_type::row_major>());
        seen.view = {seen.copy.data(), rows, width, width, nullptr};
    }
    return seen;
}

/// The rows of an xtensor along its first axis, where they lie. Throws std::invalid_argument if they are not
/// contiguous there: evaluate such an expression first.
template <xtensor_expression E>
rows_view as_rows(const E& x, any_sample) {
    detail::check_value_type<E>();
    static_assert(xt::has_data_interface<E>::value, "strata: evaluate this expression first: xt::eval(x)");
    const auto rows = x.dimension() == 0 ? 0 : static_cast<std::size_t>(x.shape()[0]);
    const std::size_t width = rows == 0 ? 0 : static_cast<std::size_t>(x.size()) / rows;
    const rows_view found = detail::find_rows(x, rows, width, 1);
    if (found.data == nullptr && rows > 0)
        throw std::invalid_argument{"strata: the rows of this xtensor of " + detail::shape_text(x) +
                                    " are not contiguous: evaluate it first"};
    return found;
}

template <extents Sample>
struct sample_shape;

/// What predict returns for an xtensor: rows x sample.
template <xtensor_expression E, extents Sample>
auto make_prediction(const E&, std::size_t rows, sample_shape<Sample>) {
    std::array<std::size_t, Sample.rank + 1> shape{rows};
    for (std::size_t axis = 0; axis < Sample.rank; ++axis) shape[axis + 1] = Sample[axis];
    return xt::xtensor<float, Sample.rank + 1>(shape);
}

} // namespace strata
