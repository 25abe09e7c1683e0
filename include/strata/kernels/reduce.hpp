// Sums of columns, added up in double: bias gradients, and what batch_norm measures.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/doubles.hpp"
#include "strata/kernels/shuffle.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <numeric>
#include <type_traits>

namespace strata::inline STRATA_TARGET::kernels {

/// Where rows lie: `samples` times `rows` of them. Distances are in floats.
struct row_blocks {
    std::size_t samples;
    std::size_t sample_stride;
    std::size_t rows;
    std::size_t row_stride;
};

/// The means of columns, each as the float nearest to it and what is left: together they tell apart what a
/// float cannot.
template <class Arch>
struct column_means {
    const real_of<Arch>* near = nullptr;
    const real_of<Arch>* rest = nullptr;
};

/// For sums that read no means.
struct no_means {};

/// The pixels of `groups` x `width` floats a sample, or the samples themselves where those are one group.
constexpr row_blocks groups_of_rows(std::size_t samples, std::size_t sample_stride, std::size_t groups,
                                    std::size_t width) {
    return groups == 1 ? row_blocks{1, 0, samples, sample_stride}
                       : row_blocks{samples, sample_stride, groups, width};
}

namespace detail {

/// Columns that are summed at a time, at most.
inline constexpr std::size_t summed_columns = 512;

/// What one row adds to Lanes columns of Sums sums.
template <std::size_t Lanes, std::size_t Sums>
struct column_terms {
    doubles<Lanes> of[Sums];
};

template <std::size_t Sums>
using column_totals = std::array<std::array<double, summed_columns>, Sums>;

/// Adds `rows` rows to the totals of Vectors vectors of Lanes columns, as many rows at a time as make eight
/// sums, which hide the latency of an addition. `at` is where the first row's columns lie.
template <class Arch, std::size_t Lanes, std::size_t Vectors, std::size_t Sums, class Term>
STRATA_UNROLLED [[gnu::flatten]] STRATA_NOINLINE void
sum_columns(std::size_t rows, std::size_t row_stride, std::size_t at, std::size_t row, std::size_t column,
            const double* mean, const Term& terms, column_totals<Sums>& totals) {
    constexpr std::size_t at_once = std::max<std::size_t>(1, 8 / (Vectors * Sums));
    const Term term = terms;
    doubles<Lanes> sum[at_once][Vectors][Sums]{};
    const auto add = [&](std::size_t k, std::size_t r) __attribute__((always_inline)) {
#pragma GCC unroll 16
        for (std::size_t v = 0; v < Vectors; ++v) {
            const auto found =
                term.template one<Lanes>(at + r * row_stride + v * Lanes, row + r, mean + column + v * Lanes);
#pragma GCC unroll 16
            for (std::size_t i = 0; i < Sums; ++i) sum[k][v][i] += found.of[i];
        }
    };
    std::size_t r = 0;
    if constexpr (Vectors % 2 == 0 && requires { term.template eight<Lanes>(at, row_stride); })
        for (; r + 8 <= rows; r += 8)
#pragma GCC unroll 16
            for (std::size_t v = 0; v < Vectors; v += 2) {
                const auto found = term.template eight<Lanes>(at + r * row_stride + v * Lanes, row_stride);
                sum[0][v][0] += found.of[0];
                sum[0][v + 1][0] += found.of[1];
            }
    for (; r + at_once <= rows; r += at_once)
#pragma GCC unroll 16
        for (std::size_t k = 0; k < at_once; ++k) add(k, r + k);
#pragma GCC unroll 1
    for (; r < rows; ++r) add(0, r);
#pragma GCC unroll 16
    for (std::size_t v = 0; v < Vectors; ++v)
#pragma GCC unroll 16
        for (std::size_t i = 0; i < Sums; ++i) {
            doubles<Lanes> all = sum[0][v][i];
#pragma GCC unroll 16
            for (std::size_t k = 1; k < at_once; ++k) all += sum[k][v][i];
            double* const to = totals[i].data() + column + v * Lanes;
            all += load_doubles<Lanes>(to);
            std::memcpy(to, &all, sizeof all);
        }
}

/// Adds rows to the totals of all columns, Vectors vectors of Lanes of them at a time, and of the rest with
/// narrower ones.
template <class Arch, std::size_t Lanes, std::size_t Vectors, std::size_t Sums, class Term>
void sum_all_columns(std::size_t rows, std::size_t row_stride, std::size_t at, std::size_t row,
                     std::size_t columns, std::size_t done, const double* mean, const Term& term,
                     column_totals<Sums>& totals) {
    for (; done + Vectors * Lanes <= columns; done += Vectors * Lanes)
        sum_columns<Arch, Lanes, Vectors>(rows, row_stride, at + done, row, done, mean, term, totals);
    if (done == columns) return;
    if constexpr (Vectors > 1)
        sum_all_columns<Arch, Lanes, 1>(rows, row_stride, at, row, columns, done, mean, term, totals);
    else if constexpr (Lanes > 1)
        sum_all_columns<Arch, Lanes / 2, 1>(rows, row_stride, at, row, columns, done, mean, term, totals);
}

/// How many rows of few columns, one right after another, are best taken for one row.
template <class Arch>
constexpr std::size_t rows_in_one(std::size_t rows, std::size_t columns, std::size_t row_stride) {
    constexpr std::size_t enough = 4 * double_lanes<Arch>;
    if (columns != row_stride || columns >= enough) return 1;
    std::size_t together = double_lanes<Arch> / std::gcd(columns, double_lanes<Arch>);
    while (2 * together * columns <= enough) together *= 2;
    return together > rows ? 1 : together;
}

/// Rows that are summed before the next columns come, if there are any: what they hold stays in the first
/// cache.
template <class Arch>
constexpr std::size_t rows_at_a_time(std::size_t rows, std::size_t columns) {
    return columns <= 4 * double_lanes<Arch> ? rows : std::max<std::size_t>(16, 6144 / columns / 8 * 8);
}

/// Sums over all rows: term.one<Lanes>(at, row, mean) returns what the Lanes floats from offset `at` on, in
/// row number `row`, add to the sums of their columns, whose means are at `mean`. A term may have
/// eight<Lanes>(at, row_stride) for eight rows of 2 * Lanes columns. finish(column, totals) is called with the
/// Sums sums of every column. If a term depends on the row, it is not Foldable: then rows are not taken
/// together. `means` are column_means, or no_means for a term that does not read them.
template <class Arch, std::size_t Sums, bool Foldable, class Means, class Term, class Finish>
void reduce_columns(const row_blocks& where, std::size_t columns, const Means& means, const Term& term,
                    const Finish& finish) {
    constexpr bool reads_means = !std::is_same_v<Means, no_means>;
    constexpr std::size_t wide = double_lanes<Arch>;
    column_totals<Sums> totals;
    column_totals<Sums> folded;
    double mean[summed_columns];
    if constexpr (!reads_means) mean[0] = 0; // which no term reads, but GCC asks for
    const std::size_t together = Foldable ? rows_in_one<Arch>(where.rows, columns, where.row_stride) : 1;
    for (std::size_t first = 0; first < columns; first += summed_columns) {
        const std::size_t now = std::min(summed_columns, columns - first);
        for (auto& total : totals) std::fill_n(total.begin(), now, 0.0);
        if constexpr (reads_means)
            for (std::size_t k = 0; k < now; ++k)
                mean[k] =
                    static_cast<double>(means.near[first + k]) + static_cast<double>(means.rest[first + k]);
        // Rows from `begin` to `end` of sample s, of which each may be several that are taken together.
        const auto sum = [&](std::size_t s, std::size_t begin, std::size_t end, std::size_t times,
                             column_totals<Sums>& to) {
            const std::size_t stride = times * where.row_stride;
            const std::size_t most = rows_at_a_time<Arch>(end - begin, times * now);
            for (std::size_t r = begin; r < end; r += most)
                sum_all_columns<Arch, wide, 4>(std::min(most, end - r), stride,
                                               s * where.sample_stride + first + r * stride,
                                               s * where.rows + r, times * now, 0, mean, term, to);
        };
        const std::size_t whole = together > 1 ? where.rows / together : 0;
        for (std::size_t s = 0; s < where.samples; ++s) sum(s, whole * together, where.rows, 1, totals);
        if (whole > 0) {
            const std::size_t width = together * columns;
            for (auto& total : folded) std::fill_n(total.begin(), width, 0.0);
            if constexpr (reads_means)
                for (std::size_t k = columns; k < width; ++k) mean[k] = mean[k - columns];
            for (std::size_t s = 0; s < where.samples; ++s) sum(s, 0, whole, together, folded);
            for (std::size_t i = 0; i < Sums; ++i)
                for (std::size_t k = 0; k < width; ++k) totals[i][k % columns] += folded[i][k];
        }
        for (std::size_t k = 0; k < now; ++k) {
            std::array<double, Sums> found;
            for (std::size_t i = 0; i < Sums; ++i) found[i] = totals[i][k];
            finish(first + k, found);
        }
    }
}

/// The values themselves; eight of them are added up in float, as a tree.
template <class Real>
struct plain_values {
    const Real* x;

    template <std::size_t Lanes>
    [[gnu::always_inline]] column_terms<Lanes, 1> one(std::size_t at, std::size_t, const double*) const {
        return {{load_doubles<Lanes>(x + at)}};
    }
    template <std::size_t Lanes>
    [[gnu::always_inline]] column_terms<Lanes, 2> eight(std::size_t at, std::size_t stride) const
    requires std::is_same_v<Real, float>
    {
        const Real* const from = x + at;
        const auto row = [&](std::size_t r) __attribute__((always_inline)) {
            return load_raw<2 * Lanes>(from + r * stride);
        };
        const raw<2 * Lanes> low = (row(0) + row(1)) + (row(2) + row(3));
        const raw<2 * Lanes> high = (row(4) + row(5)) + (row(6) + row(7));
        const raw<2 * Lanes> all = low + high;
        const auto half = [&]<std::size_t... I>(auto begin, std::index_sequence<I...>)
                              __attribute__((always_inline)) {
                                  return widen<Lanes>(__builtin_shufflevector(all, all, int(begin + I)...));
                              };
        return {{half(std::integral_constant<std::size_t, 0>{}, std::make_index_sequence<Lanes>{}),
                 half(std::integral_constant<std::size_t, Lanes>{}, std::make_index_sequence<Lanes>{})}};
    }
};

} // namespace detail

/// sums[c] += the sum of column c over all rows, off by at most two rounding errors of the sum of the magnitudes.
template <class Arch>
STRATA_NOINLINE void add_column_sums(const row_blocks& where, std::size_t columns, const real_of<Arch>* x,
                                     real_of<Arch>* sums) {
    detail::reduce_columns<Arch, 1, true>(where, columns, no_means{}, detail::plain_values<real_of<Arch>>{x},
                                          [&](std::size_t c, const std::array<double, 1>& total) {
                                              sums[c] = static_cast<real_of<Arch>>(
                                                  static_cast<double>(sums[c]) + total[0]);
                                          });
}

} // namespace strata::kernels

#include "strata/meta/macros_back.hpp"
