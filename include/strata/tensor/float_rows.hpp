// Rows of floats that own their values and know the shape of a sample: what one_hot, standard_scaler and
// split return.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/tensor/extents.hpp"
#include "strata/tensor/rows.hpp"

#include <concepts>
#include <cstddef>
#include <span>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace strata::inline STRATA_TARGET {

/// Samples or targets, one after the other. Every verb takes them as they are, minibatches included:
///     const float_rows targets = one_hot(labels, 10);
///     fit(net, work, optimizer, cross_entropy{}, images, targets, {.epochs = 5});
///     targets[3][7] == 1; // row 3, value 7
class float_rows {
public:
    using real = float; ///< the number type

    float_rows() = default;
    float_rows(const float_rows&) = default;
    /// What was moved from has no rows.
    float_rows(float_rows&& from) noexcept
        : values_{std::move(from.values_)}, rows_{std::exchange(from.rows_, 0)}, sample_{from.sample_} {}
    float_rows& operator=(float_rows from) noexcept {
        values_.swap(from.values_);
        std::swap(rows_, from.rows_);
        std::swap(sample_, from.sample_);
        return *this;
    }
    ~float_rows() = default;

    /// Zeros. Throws std::length_error if no memory holds as many. (A template, so that {{5}, shape<1>} is a
    /// value.)
    template <std::integral Count>
    float_rows(Count rows, const extents& sample)
        : values_(count_of_floats(static_cast<std::size_t>(rows), sample.count())),
          rows_{static_cast<std::size_t>(rows)},
          sample_{sample} {}

    /// Throws std::invalid_argument if these are not whole samples.
    float_rows(std::vector<float> values, const extents& sample)
        : values_{std::move(values)},
          rows_{as_rows(std::span<const float>{values_.data(), values_.size()}, sample).rows},
          sample_{sample} {}

    /// The number of rows.
    [[nodiscard]] std::size_t rows() const { return rows_; }
    /// The shape of a row.
    [[nodiscard]] const extents& sample() const { return sample_; }
    /// All values, row after row.
    [[nodiscard]] std::span<const float> values() const { return {values_.data(), values_.size()}; }
    [[nodiscard]] std::span<float> values() { return {values_.data(), values_.size()}; }
    /// The first value.
    [[nodiscard]] const float* data() const { return values_.data(); }
    [[nodiscard]] float* data() { return values_.data(); }

    /// The values of row r.
    std::span<const float> operator[](std::size_t r) const {
        return values().subspan(r * sample_.count(), sample_.count());
    }
    std::span<float> operator[](std::size_t r) {
        return values().subspan(r * sample_.count(), sample_.count());
    }

    /// Read-only rows.
    // NOLINTBEGIN(google-explicit-constructor): it is rows, whoever owns them.
    operator rows_view() const& {
        const std::size_t width = sample_.count();
        return {values_.data(), rows_, width, width, nullptr, sample_};
    }
    /// Refused: the values would be gone before they are read.
    template <class Rows = float_rows>
    operator rows_view() const&& {
        static_assert(
            !std::is_same_v<Rows, float_rows>,
            "strata: these rows are a temporary and gone before they are read: give them a name first: "
            "const float_rows rows = ...");
        return {};
    }
    // NOLINTEND(google-explicit-constructor)

private:
    std::vector<float> values_;
    std::size_t rows_ = 0;
    extents sample_{};
};

/// The rows, once they are known to be samples of this shape. Throws std::invalid_argument if they are not.
inline rows_view as_rows(const float_rows& rows, const extents& sample) {
    const rows_view seen = rows;
    return as_rows(seen, sample);
}

/// The rows as they are.
inline rows_view as_rows(const float_rows& rows, any_sample) { return rows; }

/// A temporary is refused.
template <std::same_as<float_rows> Rows, class Sample>
rows_view as_rows(const Rows&&, const Sample&) {
    static_assert(!std::is_same_v<Rows, float_rows>,
                  "strata: these rows are a temporary and gone before they are read: give them a name first: "
                  "const float_rows rows = ...");
    return {};
}

namespace detail {

/// Floats in one piece that do not say how many of them are a sample.
template <class Values>
concept flat_floats = std::is_convertible_v<const Values&, std::span<const float>> &&
                      !requires(const Values& values) { values.shape(); };

/// The same of floats or doubles.
template <class Values>
concept flat_numbers = numbers_in_one_piece<Values> && !requires(const Values& values) { values.shape(); };

/// as_rows for helpers that know floats alone.
template <class X, class Sample>
auto see_floats(const X& x, const Sample& sample) {
    using rows = std::remove_cvref_t<decltype(as_rows(x, sample))>;
    static_assert(std::is_convertible_v<const rows&, rows_view>,
                  "strata: metrics, scalers and splits take floats: hand in floats, for instance "
                  "std::vector<float>(values.begin(), values.end())");
    if constexpr (std::is_convertible_v<const rows&, rows_view>)
        return as_rows(x, sample);
    else
        return rows_view{};
}

/// The shape of a row, as flat as it is known to be.
template <class Real>
extents sample_of_rows(const basic_rows_view<Real>& rows) {
    return rows.sample.rank > 0 && rows.sample.count() == rows.width ? rows.sample : extents{rows.width};
}

/// How many rows of which shape.
struct shape_of_rows {
    const rows_view& rows;
};

/// Room for as many rows as were given, of the same kind: float_rows, but for an xtensor an xtensor (see
/// xtensor.hpp).
template <class X>
float_rows make_like(const X&, const shape_of_rows& shape) {
    return {shape.rows.rows, sample_of_rows(shape.rows)};
}

} // namespace detail

} // namespace strata

#include "strata/meta/macros_back.hpp"
