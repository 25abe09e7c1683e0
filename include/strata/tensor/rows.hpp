// A batch of samples seen where it lies in memory: one sample a row, rows perhaps apart or in another order.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/meta/raise.hpp"
#include "strata/tensor/extents.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <span>
#include <stdexcept>
#include <string>
#include <type_traits>

namespace strata::inline STRATA_TARGET {

/// Read-only rows of floats: no ownership, no alignment asked for. Row r starts at data + index * stride,
/// where index is order[r] if there is an order, else r; only the first `width` floats of a row are ever
/// read. `sample` is the shape of a row where it is known (rank 0: it is not); a network of another shape
/// refuses the rows then.
struct rows_view {
    const float* data = nullptr;
    std::size_t rows = 0;
    std::size_t width = 0;
    std::size_t stride = 0;
    const std::uint32_t* order = nullptr;
    extents sample{};

    /// The values of row r.
    std::span<const float> operator[](std::size_t r) const {
        return {data + (order != nullptr ? order[r] : r) * stride, width};
    }

    /// Rows first, first + 1, ..., first + count - 1 of these.
    [[nodiscard]] rows_view part(std::size_t first, std::size_t count) const {
        return order != nullptr ? rows_view{data, count, width, stride, order + first, sample}
                                : rows_view{data + first * stride, count, width, stride, nullptr, sample};
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
    operator padded_rows<const Float>() const
    requires(!std::is_const_v<Float>)
    {
        return {data, rows, width};
    }
    operator rows_view() const { return {data, rows, width, stride, nullptr, {}}; }
    // NOLINTEND(google-explicit-constructor)
};

/// Makes the padding of every row zero again, in memory that held something else before.
inline void clear_padding(const padded_rows<float>& b) {
    if (b.stride == b.width) return;
    for (std::size_t r = 0; r < b.rows; ++r) std::fill(b[r] + b.width, b[r] + b.stride, 0.0f);
}

namespace detail {

/// Whether two runs of floats have one in common.
inline bool overlaps(std::span<const float> a, std::span<const float> b) {
    const std::less<const float*> before; // tells for pointers into different memory, too
    return !a.empty() && !b.empty() && before(a.data(), b.data() + b.size()) &&
           before(b.data(), a.data() + a.size());
}

/// Whether a row has a float in common with this memory.
inline bool overlaps(const rows_view& rows, std::span<const float> memory) {
    for (std::size_t r = 0; r < rows.rows; ++r)
        if (overlaps(rows[r], memory)) return true;
    return false;
}

} // namespace detail

/// Copies rows into a block of at least as many rows. They may overlap if they are in order and as far apart
/// as those of the block.
inline void copy_rows(const rows_view& from, const padded_rows<float>& to) {
    if (from.rows > 0 && std::less<const float*>{}(from.data, to.data) && from.order == nullptr &&
        from.stride == to.stride) {
        for (std::size_t r = from.rows; r-- > 0;)
            std::memmove(to[r], from[r].data(), from.width * sizeof(float));
        return;
    }
    for (std::size_t r = 0; r < from.rows; ++r)
        std::memmove(to[r], from[r].data(), from.width * sizeof(float));
}

/// The rows of a span that holds whole samples of this shape, one after the other.
/// Throws std::invalid_argument if its length is no multiple of the sample's.
inline rows_view as_rows(std::span<const float> values, const extents& sample) {
    const std::size_t width = sample.count();
    if (width == 0 || values.size() % width != 0)
        detail::raise<std::invalid_argument>("a span of " + std::to_string(values.size()) +
                                             " floats does not hold whole samples of " + to_string(sample) +
                                             " = " + std::to_string(width) + " floats");
    return {values.data(), values.size() / width, width, width, nullptr, sample};
}

/// A container of floats that owns them: the rows of a temporary one would outlive their values.
template <class Values>
concept owner_of_floats =
    std::is_convertible_v<const Values&, std::span<const float>> &&
    !std::ranges::enable_borrowed_range<std::remove_cv_t<Values>> &&
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
inline rows_view as_rows(const rows_view& rows, any_sample) { return rows; }

/// Rows as they are, once they are known to be samples of this shape. Throws std::invalid_argument if their
/// width is another, or their shape where it is known; axes of size 1 may be left out, and rows may be flat.
inline rows_view as_rows(const rows_view& rows, const extents& sample) {
    const bool shaped = rows.sample.rank > 0 && rows.sample.count() == rows.width;
    if (rows.width != sample.count() || (shaped && !is_sample_of(rows.sample, sample)))
        detail::raise<std::invalid_argument>(
            "rows of " +
            (shaped && rows.sample.rank > 1 ? to_string(rows.sample) + " = " + std::to_string(rows.width)
                                            : std::to_string(rows.width)) +
            " floats are no samples of " + to_string(sample) + " = " + std::to_string(sample.count()) +
            " floats");
    rows_view known = rows;
    known.sample = sample;
    return known;
}

} // namespace strata

#include "strata/meta/macros_back.hpp"
