// Standardising: every column with a mean of 0 and a standard deviation of 1 (scikit-learn's StandardScaler).
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/finite.hpp"
#include "strata/kernels/range.hpp"
#include "strata/kernels/standardize.hpp"
#include "strata/kernels/vectors.hpp"
#include "strata/meta/raise.hpp"
#include "strata/tensor/extents.hpp"
#include "strata/tensor/float_rows.hpp"
#include "strata/tensor/rows.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace strata::inline STRATA_TARGET {

/// (x - mean) / deviation, with the means and standard deviations of the columns of the rows that it was made
/// from: those for training. Of images the columns are the channels, the last axis. A column that is constant
/// gets a 0.
///     const standard_scaler scaler{as_rows(train, net::input)};
///     fit(net, work, optimizer, mse{}, scaler.transform(as_rows(train, net::input)), y, {.epochs = 5});
///     predict(net, scaler.transform(as_rows(test, net::input)));
class standard_scaler {
public:
    /// Measures rows: rows_view, float_rows, or with xtensor.hpp xtensors whose first axis counts the
    /// samples. Sums are made in double; deviations divide by the number of values. Throws
    /// std::invalid_argument if there are no rows, or if a value is a NaN or infinite.
    template <class X, class Arch = arch>
    requires(!std::is_same_v<X, standard_scaler>)
    explicit standard_scaler(const X& x) {
        const auto& seen = detail::see_floats(x, any_sample{});
        measure<Arch>(seen);
    }

    /// From means and deviations that another one had. Throws std::invalid_argument unless there are as many
    /// of both, at least one, all finite, and no deviation below 0.
    template <class Arch = arch>
    standard_scaler(std::vector<double> means, std::vector<double> deviations)
        : means_{std::move(means)}, deviations_{std::move(deviations)} {
        bool sensible = !means_.empty() && means_.size() == deviations_.size();
        for (const double& m : means_) sensible = sensible && kernels::is_finite<Arch>(m);
        for (const double& d : deviations_) sensible = sensible && kernels::is_finite<Arch>(d) && d >= 0;
        if (!sensible)
            detail::raise<std::invalid_argument>(
                {"a standard_scaler of ", means_.size(), " means and ", deviations_.size(),
                 " deviations: as many of both, all finite, and no deviation below 0"});
    }

    /// The mean of each column.
    [[nodiscard]] const std::vector<double>& means() const { return means_; }
    /// The standard deviation of each column. One that is 0 divides nothing.
    [[nodiscard]] const std::vector<double>& deviations() const { return deviations_; }

    /// Standardises rows of as many columns: float_rows, or an xt::xtensor for an xtensor. Throws
    /// std::invalid_argument for another number of columns.
    template <class Arch = arch, class X>
    [[nodiscard]] auto transform(const X& x) const {
        return apply<&kernels::standardize<Arch>>(x);
    }

    /// The way back: x * deviation + mean.
    template <class Arch = arch, class X>
    [[nodiscard]] auto inverse_transform(const X& x) const {
        return apply<&kernels::destandardize<Arch>>(x);
    }

private:
    template <class Arch>
    void measure(const rows_view& rows) {
        const std::size_t columns = detail::sample_of_rows(rows).last();
        if (rows.rows == 0 || columns == 0)
            detail::raise<std::invalid_argument>(
                "a standard_scaler needs rows to measure, and was given none");
        constexpr float most = std::numeric_limits<float>::max();
        const std::size_t groups = rows.width / columns;
        // Differences from the first values: of constant columns they are exactly 0.
        const std::vector<double> first(rows[0].begin(),
                                        rows[0].begin() + static_cast<std::ptrdiff_t>(columns));
        means_.assign(columns, 0.0);
        deviations_.assign(columns, 0.0);
        for (std::size_t r = 0; r < rows.rows; ++r) {
            const float* row = rows[r].data();
            if (const std::size_t at = kernels::find_outside<Arch>(rows.width, row, -most, most);
                at < rows.width)
                detail::raise<std::invalid_argument>(
                    {"a standard_scaler cannot measure what is not finite: row ", r, ", value ", at,
                     " (both from 0)"});
            kernels::add_differences<Arch>(groups, columns, row, first.data(), means_.data());
        }
        const double count = static_cast<double>(rows.rows) * static_cast<double>(groups);
        for (std::size_t c = 0; c < columns; ++c) means_[c] = first[c] + means_[c] / count;
        for (std::size_t r = 0; r < rows.rows; ++r)
            kernels::add_squared_differences<Arch>(groups, columns, rows[r].data(), means_.data(),
                                                   deviations_.data());
        for (double& d : deviations_) d = std::sqrt(d / count);
    }

    template <auto Kernel, class X>
    auto apply(const X& x) const {
        const auto& seen = detail::see_floats(x, any_sample{});
        const rows_view rows = seen;
        const std::size_t columns = detail::sample_of_rows(rows).last();
        if (rows.rows > 0 && columns != means_.size())
            detail::raise<std::invalid_argument>(
                {"rows of ", columns, " columns for a standard_scaler of ", means_.size()});
        std::vector<double> divisors = deviations_;
        for (double& d : divisors)
            if (d == 0) d = 1;
        auto result = make_like(x, detail::shape_of_rows{rows});
        float* to = result.data();
        for (std::size_t r = 0; r < rows.rows; ++r, to += rows.width)
            Kernel(rows.width / columns, columns, rows[r].data(), means_.data(), divisors.data(), to);
        return result;
    }

    std::vector<double> means_, deviations_;
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
