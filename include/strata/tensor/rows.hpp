// A batch of samples seen where it lies in memory: one sample a row, rows perhaps apart or in another order.
#pragma once

#include "strata/tensor/extents.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <type_traits>

namespace strata {

/// Read-only rows of floats: no ownership, no alignment asked for. Row r starts at data + index * stride,
/// where index is order[r] if there is an order, else r; only the first `width` floats of a row are ever
/// read.
struct rows_view {
    const float* data = nullptr;
    std::size_t rows = 0;
    std::size_t width = 0;
    std::size_t stride = 0;
    const std::uint32_t* order = nullptr;

    /// The values of row r.
    std::span<const float> operator[](std::size_t r) const {
        return {data + (order != nullptr ? order[r] : r) * stride, width};
    }

    /// Rows first, first + 1, ..., first + count - 1 of these.
    [[nodiscard]] rows_view part(std::size_t first, std::size_t count) const {
        return order != nullptr ? rows_view{data, count, width, stride, order + first}
                                : rows_view{data + first * stride, count, width, stride};
    }
};

/// Rows in storage of our own: each starts on a 64-byte line, and what follows its values up to the next row
/// is zero. Kernels read and write these.
template <class Float>
struct padded_rows {
    Float* data = nullptr;
    std::size_t rows = 0;
    std::size_t width = 0;  ///< values in a row
    std::size_t stride = 0; ///< floats from one row to the next: row_stride(width)

    constexpr padded_rows() = default;
    constexpr padded_rows(Float* floats, std::size_t row_count, std::size_t row_width)
        : data{floats}, rows{row_count}, width{row_width}, stride{row_stride(row_width)} {}

    Float* operator[](std::size_t r) const { return data + r * stride; }

    // NOLINTBEGIN(google-explicit-constructor): reading is always allowed, as with span.
    operator padded_rows<const Float>() const requires(!std::is_const_v<Float>) { return {data, rows, width}; }
    operator rows_view() const { return {data, rows, width, stride, nullptr}; }
    // NOLINTEND(google-explicit-constructor)
};

/// Makes the padding of every row zero again, in memory that held something else before.
inline void clear_padding(const padded_rows<float>& b) {
    if (b.stride == b.width) return;
    for (std::size_t r = 0; r < b.rows; ++r) std::fill(b[r] + b.width, b[r] + b.stride, 0.0f);
}

/// Copies rows into a block of at least as many rows.
inline void copy_rows(const rows_view& from, const padded_rows<float>& to) {
    for (std::size_t r = 0; r < from.rows; ++r) std::copy_n(from[r].data(), from.width, to[r]);
}

/// The rows of a span that holds whole samples of this shape, one after the other.
/// Throws std::invalid_argument if its length is no multiple of the sample's.
inline rows_view as_rows(std::span<const float> values, const extents& sample) {
    const std::size_t width = sample.count();
    if (values.size() % width != 0)
        throw std::invalid_argument{"strata: a span of " + std::to_string(values.size()) +
                                    " floats does not hold whole samples of " + to_string(sample) + " = " +
                                    std::to_string(width) + " floats"};
    return {values.data(), values.size() / width, width, width};
}

/// In place of a shape: whatever the rows hold.
struct any_sample {};

/// Rows as they are.
inline const rows_view& as_rows(const rows_view& rows, any_sample) { return rows; }

/// Rows as they are, once their width is that of the sample. Throws std::invalid_argument if it is not.
inline const rows_view& as_rows(const rows_view& rows, const extents& sample) {
    if (rows.width != sample.count())
        throw std::invalid_argument{"strata: rows of " + std::to_string(rows.width) +
                                    " floats are no samples of " + to_string(sample) + " = " +
                                    std::to_string(sample.count()) + " floats"};
    return rows;
}

} // namespace strata
