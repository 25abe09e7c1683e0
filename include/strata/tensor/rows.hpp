// A batch of samples seen where it lies in memory: one sample a row, rows perhaps apart or in another order.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/meta/machine.hpp"
#include "strata/meta/raise.hpp"
#include "strata/tensor/extents.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <stdexcept>
#include <string>
#include <type_traits>

namespace strata::inline STRATA_TARGET {

/// Read-only rows of floats (or doubles): no ownership, no alignment asked for. Row r starts at data + index * stride,
/// where index is order[r] if there is an order, else r; only the first `width` numbers of a row are ever
/// read. `sample` is the shape of a row where it is known (rank 0: it is not); a network of another shape
/// refuses the rows then.
template <real_number Real>
struct basic_rows_view {
    using real = Real;                    ///< the number type
    const Real* data = nullptr;           ///< the first number
    std::size_t rows = 0;                 ///< how many rows
    std::size_t width = 0;                ///< numbers of a row that are read
    std::size_t stride = 0;               ///< numbers from one row to the next
    const std::uint32_t* order = nullptr; ///< which row each one is; null: as they lie
    extents sample{};                     ///< the shape of a row; rank 0: not known

    /// The values of row r.
    std::span<const Real> operator[](std::size_t r) const {
        return {data + (order != nullptr ? order[r] : r) * stride, width};
    }

    /// Rows first, first + 1, ..., first + count - 1 of these.
    [[nodiscard]] basic_rows_view part(std::size_t first, std::size_t count) const {
        return order != nullptr
                   ? basic_rows_view{data, count, width, stride, order + first, sample}
                   : basic_rows_view{data + first * stride, count, width, stride, nullptr, sample};
    }
};

/// Read-only rows of floats.
using rows_view = basic_rows_view<float>;

/// Rows of a machine's numbers: what a loss is handed.
template <class Arch>
using rows_of = basic_rows_view<real_of<Arch>>;

/// Rows in storage of our own: each starts on a 64-byte line, and what follows its values up to the next row
/// is zero. Kernels read and write these.
template <class Real>
struct padded_rows {
    Real* data = nullptr;   ///< the first number
    std::size_t rows = 0;   ///< how many rows
    std::size_t width = 0;  ///< values in a row
    std::size_t stride = 0; ///< floats from one row to the next: row_stride(width)

    constexpr padded_rows() = default;
    /// Rows at an address, row_stride(row_width) from one to the next.
    constexpr padded_rows(Real* numbers, std::size_t row_count, std::size_t row_width)
        : data{numbers}, rows{row_count}, width{row_width}, stride{row_stride(row_width)} {}

    /// The first number of row r.
    Real* operator[](std::size_t r) const { return data + r * stride; }

    /// The same, read-only.
    // NOLINTBEGIN(google-explicit-constructor): reading is always allowed, as with span.
    operator padded_rows<const Real>() const
    requires(!std::is_const_v<Real>)
    {
        return {data, rows, width};
    }
    /// As rows that a loss or a verb takes.
    operator basic_rows_view<std::remove_const_t<Real>>() const {
        return {data, rows, width, stride, nullptr, {}};
    }
    // NOLINTEND(google-explicit-constructor)
};

/// Makes the padding of every row zero again, in memory that held something else before.
template <class Real>
void clear_padding(const padded_rows<Real>& b) {
    if (b.stride == b.width) return;
    for (std::size_t r = 0; r < b.rows; ++r) std::fill(b[r] + b.width, b[r] + b.stride, Real(0));
}

namespace detail {

/// Whether p comes before q: tells for pointers into different memory, too.
inline bool before(const void* p, const void* q) {
    return reinterpret_cast<std::uintptr_t>(p) < reinterpret_cast<std::uintptr_t>(q);
}

/// Whether two runs of numbers have a byte in common.
template <class A, class B>
bool overlaps(std::span<A> a, std::span<B> b) {
    return !a.empty() && !b.empty() && before(a.data(), b.data() + b.size()) &&
           before(b.data(), a.data() + a.size());
}

/// Whether a row has a number in common with this memory.
template <class Real, class Number>
bool overlaps(const basic_rows_view<Real>& rows, std::span<Number> memory) {
    for (std::size_t r = 0; r < rows.rows; ++r)
        if (overlaps(rows[r], memory)) return true;
    return false;
}

} // namespace detail

/// Copies rows into a block of at least as many rows. They may overlap if they are in order and as far apart
/// as those of the block.
template <class Real>
void copy_rows(const basic_rows_view<Real>& from, const padded_rows<Real>& to) {
    if (from.rows > 0 && detail::before(from.data, to.data) && from.order == nullptr &&
        from.stride == to.stride) {
        for (std::size_t r = from.rows; r-- > 0;)
            std::memmove(to[r], from[r].data(), from.width * sizeof(Real));
        return;
    }
    for (std::size_t r = 0; r < from.rows; ++r)
        std::memmove(to[r], from[r].data(), from.width * sizeof(Real));
}

namespace detail {

template <class Real>
basic_rows_view<Real> rows_of_span(std::span<const Real> values, const extents& sample) {
    const std::size_t width = sample.count();
    if (width == 0 || values.size() % width != 0)
        detail::raise<std::invalid_argument>({"a span of ", values.size(),
                                              " floats does not hold whole samples of ", sample, " = ", width,
                                              " floats"});
    return {values.data(), values.size() / width, width, width, nullptr, sample};
}

[[noreturn, gnu::cold, gnu::noinline]] inline void refuse_rows(const extents& rows, const extents& sample) {
    if (rows.rank > 1)
        raise<std::invalid_argument>({"rows of ", rows, " = ", rows.count(), " floats are no samples of ",
                                      sample, " = ", sample.count(), " floats"});
    raise<std::invalid_argument>(
        {"rows of ", rows, " floats are no samples of ", sample, " = ", sample.count(), " floats"});
}

/// Throws std::invalid_argument if rows of this width, and of this shape where it is known, are other samples.
[[gnu::noinline, gnu::cold]] inline void check_other_shape(std::size_t width, const extents& shape,
                                                           const extents& sample) {
    const bool shaped = shape.rank > 0 && shape.count() == width;
    if (width != sample.count() || (shaped && !is_sample_of(shape, sample)))
        refuse_rows(shaped ? shape : extents{width}, sample);
}
/// The same, and quick where the shapes are equal.
[[gnu::noinline]] inline void check_sample(std::size_t width, const extents& shape, const extents& sample) {
    if (width != sample.count() || (shape.rank > 0 && shape != sample))
        check_other_shape(width, shape, sample);
}

template <class Real>
basic_rows_view<Real> rows_of_sample(const basic_rows_view<Real>& rows, const extents& sample) {
    check_sample(rows.width, rows.sample, sample);
    basic_rows_view<Real> known = rows;
    known.sample = sample;
    return known;
}

/// A container that shows its values as they lie: floats, or doubles.
template <class Values>
concept numbers_in_one_piece = std::is_convertible_v<const Values&, std::span<const float>> ||
                               std::is_convertible_v<const Values&, std::span<const double>>;

} // namespace detail

/// The rows of a span that holds whole samples of this shape, one after the other.
/// Throws std::invalid_argument if its length is no multiple of the sample's.
inline basic_rows_view<float> as_rows(std::span<const float> values, const extents& sample) {
    return detail::rows_of_span(values, sample);
}
inline basic_rows_view<double> as_rows(std::span<const double> values, const extents& sample) {
    return detail::rows_of_span(values, sample);
}

/// A container of numbers that owns them: the rows of a temporary one would outlive their values.
template <class Values>
concept owner_of_floats =
    detail::numbers_in_one_piece<Values> && !std::ranges::enable_borrowed_range<std::remove_cv_t<Values>> &&
    requires { typename Values::value_type; } && !requires(const Values& values) { values.shape(); };

/// A temporary is refused.
template <owner_of_floats Values>
rows_view as_rows(const Values&&, const extents&) {
    static_assert(!owner_of_floats<Values>,
                  "strata: these values are a temporary and gone before their rows are read: give them a "
                  "name first (auto values = ...), then as_rows(values, Net::input)");
    return {};
}

/// In place of a shape: whatever the rows hold.
struct any_sample {};

/// Rows as they are.
inline basic_rows_view<float> as_rows(const basic_rows_view<float>& rows, any_sample) { return rows; }
inline basic_rows_view<double> as_rows(const basic_rows_view<double>& rows, any_sample) { return rows; }

/// Rows as they are, once they are known to be samples of this shape. Throws std::invalid_argument if their
/// width is another, or their shape where it is known; axes of size 1 may be left out, and rows may be flat.
inline basic_rows_view<float> as_rows(const basic_rows_view<float>& rows, const extents& sample) {
    return detail::rows_of_sample(rows, sample);
}
inline basic_rows_view<double> as_rows(const basic_rows_view<double>& rows, const extents& sample) {
    return detail::rows_of_sample(rows, sample);
}

} // namespace strata

#include "strata/meta/macros_back.hpp"
