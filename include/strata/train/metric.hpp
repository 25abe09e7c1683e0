// Numbers that fit reports beside the loss: accuracy, or a function of one's own.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/finite.hpp"
#include "strata/meta/function.hpp"
#include "strata/tensor/rows.hpp"

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace strata::inline STRATA_TARGET {

/// A name, and a function of outputs and targets, one row a sample (one-hot rows for class indices), that returns their
/// metric: an object that has its name, as accuracy{} has, or {"name", function}.
class metric {
public:
    template <class Measure>
    requires requires(const Measure& m, const rows_view& rows) {
        { m.name } -> std::convertible_to<std::string_view>;
        { m(rows, rows) } -> std::convertible_to<double>;
    }
    metric(const Measure& measure) // NOLINT(google-explicit-constructor): it is one
        : metric{std::string{std::string_view{measure.name}}, measure} {}

    template <class Measure>
    requires std::is_invocable_r_v<double, const Measure&, const rows_view&, const rows_view&>
    metric(std::string name, const Measure& measure)
        : name_{std::move(name)}, measure_{[measure](const rows_view& y, const rows_view& target) {
              return static_cast<double>(measure(y, target));
          }} {}

    [[nodiscard]] const std::string& name() const { return name_; }
    double operator()(const rows_view& outputs, const rows_view& targets) const {
        return measure_(outputs, targets);
    }

private:
    std::string name_;
    detail::function<double(const rows_view&, const rows_view&)> measure_;
};

namespace detail {

template <class Arch>
bool has_nan(const rows_of<Arch>& rows) {
    for (std::size_t r = 0; r < rows.rows; ++r)
        if (!kernels::all_finite<Arch>(rows.width, rows[r].data()))
            for (const real_of<Arch>& value : rows[r])
                if (kernels::is_nan<Arch>(value)) return true;
    return false;
}

/// Sums of metrics over batches, each weighted with its samples. Outputs that are a NaN have none: theirs is a NaN.
class metric_sums {
public:
    explicit metric_sums(const std::vector<metric>& metrics) : metrics_{metrics}, sums_(metrics.size()) {}

    template <class Arch>
    void add(const rows_of<Arch>& outputs, const rows_of<Arch>& targets) {
        if (metrics_.empty()) return;
        const bool lost = has_nan<Arch>(outputs);
        for (std::size_t k = 0; k < sums_.size(); ++k)
            sums_[k] += lost ? std::numeric_limits<double>::quiet_NaN()
                             : metrics_[k](in_float(outputs, outputs_), in_float(targets, targets_)) *
                                   static_cast<double>(outputs.rows);
    }
    [[nodiscard]] double mean(std::size_t k, std::size_t rows) const {
        return sums_[k] / static_cast<double>(rows);
    }
    void clear() { std::fill(sums_.begin(), sums_.end(), 0.0); }

private:
    /// Metrics are measured on floats.
    static const rows_view& in_float(const rows_view& rows, std::vector<float>&) { return rows; }
    template <class Real>
    static rows_view in_float(const basic_rows_view<Real>& rows, std::vector<float>& copy) {
        copy.clear();
        for (std::size_t r = 0; r < rows.rows; ++r)
            for (const Real& value : rows[r]) copy.push_back(static_cast<float>(value));
        return {copy.data(), rows.rows, rows.width, rows.width, nullptr, rows.sample};
    }

    const std::vector<metric>& metrics_;
    std::vector<double> sums_;
    std::vector<float> outputs_, targets_; // those of a model of doubles
};

} // namespace detail

} // namespace strata

#include "strata/meta/macros_back.hpp"
