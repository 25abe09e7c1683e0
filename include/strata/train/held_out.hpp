// What fit measures after every epoch: validation data, a share of the samples, or nothing.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/meta/raise.hpp"
#include "strata/random/fill.hpp"
#include "strata/tensor/rows.hpp"
#include "strata/tensor/several_rows.hpp"
#include "strata/train/checks.hpp"
#include "strata/train/evaluate.hpp"
#include "strata/train/losses_of_outputs.hpp"
#include "strata/train/metric.hpp"
#include "strata/train/targets.hpp"
#include "strata/train/validation.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <numeric>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace strata::inline STRATA_TARGET::detail {

template <class Net, class Real>
struct held_out {
    views_t<basic_rows_view<Real>, Net::inputs.size()> x{};
    views_t<any_targets<Real>, Net::outputs.size()> y{};
    std::vector<std::uint32_t> numbers{};              ///< of rows that are held out
    std::vector<std::shared_ptr<const void>> owners{}; ///< of validation data
    [[nodiscard]] std::size_t rows() const { return x.rows; }
};

/// Validation targets of output K. Throws as hold_validation does.
template <class Net, class Loss, class Arch, std::size_t K>
any_targets<real_of<Arch>> hold_targets(const held_rows& y) {
    using real = real_of<Arch>;
    using loss = loss_at_t<Net, K, Loss>;
    constexpr output_number number = number_of_output<Net>(K);
    if (y.kind == held_rows::of_classes) {
        if constexpr (takes_class_indices<loss>) {
            const auto& classes = see_target<loss, real>(y.classes, Net::outputs[K]);
            require_target<loss, Arch>(classes, Net::outputs[K], number);
            return any_targets<real>{classes};
        } else {
            raise<std::invalid_argument>(
                "the validation data has class indices for targets, which cross_entropy "
                "takes; this loss takes rows: a 1 in the column of each class");
        }
    }
    const auto& rows = y.template rows<real>();
    if (const found_value bad = find_not_finite<Arch>(rows); bad.found)
        raise<std::invalid_argument>(
            {"the targets", number, " of the validation data have ", bad.text(), " (both from 0)"});
    require_target<loss, Arch>(rows, Net::outputs[K], number);
    return any_targets<real>{rows};
}

/// Validation data, once it is known to fit. Throws std::invalid_argument if it cannot be measured, std::out_of_range
/// for an index that is no class.
template <class Net, class Loss, class Arch>
held_out<Net, real_of<Arch>> hold_validation(const validation_data& data) {
    using real = real_of<Arch>;
    constexpr std::size_t inputs = Net::inputs.size(), outputs = Net::outputs.size();
    if (data.samples() != inputs || data.targets() != outputs)
        raise<std::invalid_argument>({"the validation data has ", data.samples(), " inputs and ",
                                      data.targets(), " outputs, and the network ", inputs, " and ", outputs,
                                      ": {samples, targets}, of several a tuple each"});
    held_out<Net, real> held;
    std::array<basic_rows_view<real>, inputs> x;
    for (std::size_t k = 0; k < inputs; ++k) {
        const held_rows seen = data.samples_of(k, Net::inputs[k]);
        x[k] = seen.template rows<real>();
        held.owners.push_back(seen.owner);
    }
    held.x = together(x);
    find_bad_samples<Arch>(held.x, [](const std::string& bad, const std::string& which) {
        raise<std::invalid_argument>({"the ", which, " of the validation data have ", bad, " (both from 0)"});
    });
    std::array<any_targets<real>, outputs> y;
    for_each_part(held.y, [&](auto k, const auto&) {
        const held_rows seen = data.targets_of(k, Net::outputs[k]);
        y[k] = hold_targets<Net, Loss, Arch, k>(seen);
        held.owners.push_back(seen.owner);
    });
    held.y = together(y);
    require_rows(held.x, held.y, "validation");
    return held;
}

/// Holds out a share of the rows. Returns the numbers of those that are left, in the order in which they lie.
template <class Net, class Real, class Samples, class Targets>
std::vector<std::uint32_t> split(held_out<Net, Real>& held, const Samples& x, const Targets& y, float share,
                                 seed s) {
    std::vector<std::uint32_t> numbers(x.rows);
    std::iota(numbers.begin(), numbers.end(), std::uint32_t{0});
    shuffle(numbers.data(), numbers.size(), s, streams::shuffle);
    const auto count =
        static_cast<std::size_t>(std::lround(static_cast<double>(share) * static_cast<double>(x.rows)));
    if (count == 0 || count >= x.rows)
        raise<std::invalid_argument>({"a validation_split of ", share, " holds out ", count, " of ", x.rows,
                                      " samples: at least one is to be held out, and one left"});
    const auto middle = numbers.begin() + static_cast<std::ptrdiff_t>(count);
    held.numbers.assign(numbers.begin(), middle);
    held.x = in_order(x, held.numbers.data()).part(0, count);
    held.y = in_any_kind<Real>(in_order(y, held.numbers.data()).part(0, count));
    std::vector<std::uint32_t> left(middle, numbers.end());
    std::sort(left.begin(), left.end());
    return left;
}

} // namespace strata::detail

#include "strata/meta/macros_back.hpp"
