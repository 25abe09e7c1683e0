// Numbers that fit reports beside the loss: accuracy, or a function of one's own.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/finite.hpp"
#include "strata/losses/loss.hpp"
#include "strata/meta/fixed_string.hpp"
#include "strata/meta/function.hpp"
#include "strata/meta/raise.hpp"
#include "strata/penalties/penalty.hpp"
#include "strata/tensor/rows.hpp"

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace strata::inline STRATA_TARGET {

/// A name, and a function of outputs and targets, one row a sample (one-hot rows for class indices), that returns their
/// metric: an object that has its name, as accuracy{} has, or {"name", function}.
class metric {
public:
    /// Of an object that has its name: accuracy{}.
    template <class Measure>
    requires requires(const Measure& m, const rows_view& rows) {
        { m.name } -> std::convertible_to<std::string_view>;
        { m(rows, rows) } -> std::convertible_to<double>;
    }
    metric(const Measure& measure) // NOLINT(google-explicit-constructor): it is one
        : metric{std::string{std::string_view{measure.name}}, measure} {}

    /// Of a name and a function.
    template <class Measure>
    requires std::is_invocable_r_v<double, const Measure&, const rows_view&, const rows_view&>
    metric(std::string name, const Measure& measure)
        : name_{std::move(name)}, measure_{[measure](const rows_view& y, const rows_view& target) {
              return static_cast<double>(measure(y, target));
          }} {}

    /// The same, measured at one output of several: see at().
    metric(std::string_view mark, const metric& what)
        : name_{detail::text_of({mark, " ", what.name_})}, mark_{mark}, measure_{what.measure_} {}

    /// In reports.
    [[nodiscard]] const std::string& name() const { return name_; }
    /// The mark at the output that it measures; empty for a network with one.
    [[nodiscard]] const std::string& mark() const { return mark_; }
    /// The metric of these outputs and targets.
    double operator()(const rows_view& outputs, const rows_view& targets) const {
        return measure_(outputs, targets);
    }

private:
    std::string name_, mark_;
    detail::function<double(const rows_view&, const rows_view&)> measure_;
};

/// A metric at the output that a mark names, reported as "digit accuracy" for instance:
/// {.metrics = {at<"digit">(accuracy{})}}.
template <fixed_string Mark, class Measure>
requires(!loss<Measure> && !penalty<Measure> && std::is_convertible_v<const Measure&, metric>)
metric at(const Measure& measure) {
    return {Mark.view(), metric{measure}};
}

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
    /// Metrics of a network with so many outputs, of which a function finds the number by a mark: as many as there are if
    /// none is there. Throws std::invalid_argument for a metric that is for none of them, or does not say for which of
    /// several.
    metric_sums(const std::vector<metric>& metrics, std::size_t outputs,
                std::size_t (*output_at)(std::string_view))
        : metrics_{metrics}, sums_(metrics.size()) {
        for (const metric& one : metrics) {
            if (one.mark().empty() && outputs > 1)
                raise<std::invalid_argument>({"the metric ", one.name(), " does not say for which of ",
                                              outputs, " outputs it is: at<\"mark\">(metric) does"});
            const std::size_t found = one.mark().empty() ? 0 : output_at(one.mark());
            if (found >= outputs)
                raise<std::invalid_argument>({"the metric ", one.name(), " is for the output at mark \"",
                                              one.mark(), "\", and no output of this network is there"});
            outputs_.push_back(found);
        }
    }

    /// Adds a batch's outputs and targets of output number `output`.
    template <class Arch>
    void add(std::size_t output, const rows_of<Arch>& y, const rows_of<Arch>& targets) {
        if (std::find(outputs_.begin(), outputs_.end(), output) == outputs_.end()) return;
        const bool lost = has_nan<Arch>(y);
        for (std::size_t k = 0; k < sums_.size(); ++k) {
            if (outputs_[k] != output) continue;
            if (lost)
                kernels::set_to_nan<Arch>(sums_[k]);
            else
                sums_[k] += metrics_[k](in_float(y, y_floats_), in_float(targets, target_floats_)) *
                            static_cast<double>(y.rows);
        }
    }
    [[nodiscard]] double mean(std::size_t k, std::size_t rows) const {
        return sums_[k] / static_cast<double>(rows);
    }
    void clear() { std::fill(sums_.begin(), sums_.end(), 0.0); }
    [[nodiscard]] std::size_t size() const { return sums_.size(); }
    [[nodiscard]] const std::vector<double>& sums() const { return sums_; }
    /// Goes on from other sums, as many.
    void go_on(std::span<const double> sums) { sums_.assign(sums.begin(), sums.end()); }
    /// So many zeros, for whoever adds up sums of parts of a batch; taken once.
    [[nodiscard]] std::span<double> room(std::size_t count) {
        room_.assign(count, 0.0);
        return {room_.data(), count};
    }

private:
    /// Metrics are measured on floats.
    static rows_view in_float(const rows_view& rows, std::vector<float>&) { return rows; }
    template <class Real>
    static rows_view in_float(const basic_rows_view<Real>& rows, std::vector<float>& copy) {
        copy.clear();
        for (std::size_t r = 0; r < rows.rows; ++r)
            for (const Real& value : rows[r]) copy.push_back(static_cast<float>(value));
        return {copy.data(), rows.rows, rows.width, rows.width, nullptr, rows.sample};
    }

    const std::vector<metric>& metrics_;
    std::vector<std::size_t> outputs_; // that of each metric
    std::vector<double> sums_, room_;
    std::vector<float> y_floats_, target_floats_; // those of a model of doubles
};

} // namespace detail

} // namespace strata

#include "strata/meta/macros_back.hpp"
