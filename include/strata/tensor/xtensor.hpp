// The door for xtensor: containers, fixed tensors, views and expressions in, xt::xtensor out.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/meta/raise.hpp"
#include "strata/tensor/extents.hpp"
#include "strata/tensor/float_rows.hpp"
#include "strata/tensor/rows.hpp"
#include "strata/tensor/take_rows.hpp"
#include "strata/tensor/xtensor_expression.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace strata::inline STRATA_TARGET {

/// Rows of an xtensor: seen where they lie if each sample is contiguous and row-major, else copied.
template <real_number Real>
struct basic_xtensor_rows {
    using real = Real;          ///< the number type
    std::vector<Real> copy;     ///< the values, where they could not be seen as they lie
    basic_rows_view<Real> view; ///< the rows

    basic_xtensor_rows() = default;
    basic_xtensor_rows(const basic_xtensor_rows& other) : copy{other.copy}, view{other.view} {
        look_at_copy();
    }
    basic_xtensor_rows(basic_xtensor_rows&& other) noexcept
        : copy{std::move(other.copy)}, view{std::exchange(other.view, {})} {}
    basic_xtensor_rows& operator=(basic_xtensor_rows other) noexcept {
        copy.swap(other.copy);
        view = other.view;
        return *this;
    }
    ~basic_xtensor_rows() = default;

    /// As rows that every verb takes.
    // NOLINTBEGIN(google-explicit-constructor): it is rows, whoever owns them.
    operator basic_rows_view<Real>() const& { return view; }
    /// Refused: the copy would be gone before it is read.
    template <class Rows = basic_xtensor_rows>
    operator basic_rows_view<Real>() const&& {
        static_assert(!std::is_same_v<Rows, basic_xtensor_rows>,
                      "strata: these rows may be a copy that ends with this line: give them a name first: "
                      "const auto rows = as_rows(x, Net::input)");
        return {};
    }
    // NOLINTEND(google-explicit-constructor)

private:
    void look_at_copy() {
        if (!copy.empty()) view.data = copy.data();
    }
};
/// Rows of floats.
using xtensor_rows = basic_xtensor_rows<float>;

namespace detail {

/// Where the rows lie, if every one of them is contiguous; else a view without data.
template <xtensor_expression E>
basic_rows_view<real_of_tensor<E>> find_rows(const E& x, std::size_t rows, std::size_t width,
                                             std::size_t first_axis) {
    basic_rows_view<real_of_tensor<E>> found{nullptr, rows, width, width, nullptr};
    if constexpr (xt::has_data_interface<E>::value && is_real<E>) {
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
    static_assert(is_real<E> || !std::is_integral_v<typename E::value_type>,
                  "strata: networks compute in float, this xtensor holds integers: for numbers "
                  "xt::cast<float>(x); class indices become rows with a 1 in the column of each class: "
                  "one_hot(labels, Net::output)");
    static_assert(is_real<E> || std::is_integral_v<typename E::value_type>,
                  "strata: networks compute in float: hand in xt::xtensor<float, ...> or xt::cast<float>(x)");
}

template <xtensor_expression E>
constexpr void check_rows_lie_in_memory() {
    static_assert(xt::has_data_interface<E>::value,
                  "strata: this expression has no memory in which rows could be seen: evaluate it into a "
                  "tensor with a name first: const xt::xtensor<float, N> rows = x");
}

} // namespace detail

/// The samples in an xtensor: n x sample (axes of size 1 may be left out or added), n x the sample's count,
/// or one sample by itself. Throws std::invalid_argument for any other shape. Samples that are not contiguous
/// are copied.
template <xtensor_expression E>
[[gnu::noinline]] basic_xtensor_rows<detail::real_of_tensor<E>> as_rows(const E& x, const extents& sample) {
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
        detail::raise<std::invalid_argument>(
            {"an xtensor of ", detail::shape_text(x), " does not hold samples of ", sample});
    }
    basic_xtensor_rows<detail::real_of_tensor<E>> seen;
    seen.view = detail::find_rows(x, rows, width, first_axis);
    seen.view.sample = sample;
    if (seen.view.data == nullptr && rows > 0) {
        seen.copy.assign(x.template begin<xt::layout_type::row_major>(),
                         x.template end<xt::layout_type::row_major>());
        seen.view = {seen.copy.data(), rows, width, width, nullptr, sample};
    }
    return seen;
}

/// The rows of an xtensor along its first axis, where they lie; they know the shape of their samples. Throws
/// std::invalid_argument if they are not contiguous there, or have more than four axes.
template <xtensor_expression E>
basic_rows_view<detail::real_of_tensor<E>> as_rows(const E& x, any_sample) {
    detail::check_value_type<E>();
    detail::check_rows_lie_in_memory<E>();
    if constexpr (xt::has_data_interface<E>::value) {
        const auto rows = x.dimension() == 0 ? 0 : static_cast<std::size_t>(x.shape()[0]);
        const extents sample = detail::sample_of(x);
        auto found = detail::find_rows(x, rows, rows == 0 ? 0 : sample.count(), 1);
        found.sample = sample;
        if (found.data == nullptr && rows > 0)
            detail::raise<std::invalid_argument>({"the rows of this xtensor of ", detail::shape_text(x),
                                                  " are not contiguous (column-major, or a view of some "
                                                  "columns): copy it into a row-major one "
                                                  "with a name first: const xt::xtensor<float, ",
                                                  x.dimension(), "> rows = x"});
        return found;
    } else {
        return {};
    }
}

/// A temporary is refused.
template <detail::owning_tensor E>
basic_rows_view<detail::real_of_tensor<E>> as_rows(const E&&, const extents&) {
    static_assert(!detail::owning_tensor<E>,
                  "strata: this xtensor is a temporary and gone before its rows are read: give it a name "
                  "first: const xt::xtensor<float, N> rows = ...");
    return {};
}
template <detail::owning_tensor E>
basic_rows_view<detail::real_of_tensor<E>> as_rows(const E&&, any_sample) {
    static_assert(!detail::owning_tensor<E>,
                  "strata: this xtensor is a temporary and gone before its rows are read: give it a name "
                  "first: const xt::xtensor<float, N> rows = ...");
    return {};
}

namespace detail {

/// An xtensor of this type of values and of as many axes: the rank as a number where the expression's is one.
template <class Value, class Shape>
struct tensor_of {
    using type = xt::xarray<Value>;
};
template <class Value, class Shape>
requires(std::tuple_size<Shape>::value > 0)
struct tensor_of<Value, Shape> {
    using type = xt::xtensor<Value, std::tuple_size<Shape>::value>;
};

/// A tensor with the shape of x, but for `rows` rows.
template <class Value, xtensor_expression E>
auto make_tensor_like(const E& x, std::size_t rows) {
    typename tensor_of<Value, typename E::shape_type>::type::shape_type shape{};
    if constexpr (requires { shape.resize(x.dimension()); }) shape.resize(x.dimension());
    for (std::size_t axis = 0; axis < x.dimension(); ++axis)
        shape[axis] = static_cast<std::size_t>(x.shape()[axis]);
    if (x.dimension() > 0) shape[0] = rows;
    return typename tensor_of<Value, typename E::shape_type>::type(shape);
}

/// What standard_scaler returns for an xtensor: one of the same shape.
template <xtensor_expression E>
auto make_like(const E& x, const shape_of_rows& shape) {
    return make_tensor_like<float>(x, shape.rows.rows);
}

/// Some rows of an xtensor of any type: an xtensor again.
template <xtensor_expression E>
auto take_rows(const E& x, const chosen_rows& which) {
    using value = std::remove_cv_t<typename E::value_type>;
    auto taken = make_tensor_like<value>(x, which.numbers.size());
    const auto width = static_cast<std::ptrdiff_t>(x.size() / which.of);
    auto to = taken.template begin<xt::layout_type::row_major>();
    const auto from = x.template begin<xt::layout_type::row_major>();
    for (const std::uint32_t number : which.numbers)
        to = std::copy_n(from + static_cast<std::ptrdiff_t>(number) * width, width, to);
    return taken;
}

} // namespace detail

/// What predict returns for an xtensor: rows x sample.
template <class Real, xtensor_expression E, extents Sample>
auto make_prediction(const E&, std::size_t rows, sample_shape<Sample>) {
    count_of_floats(rows, Sample.count());
    std::array<std::size_t, Sample.rank + 1> shape{rows};
    for (std::size_t axis = 0; axis < Sample.rank; ++axis) shape[axis + 1] = Sample[axis];
    return xt::xtensor<Real, Sample.rank + 1>(shape);
}

} // namespace strata

#include "strata/meta/macros_back.hpp"
