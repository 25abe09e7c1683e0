// What is checked before anything changes: that samples, targets and gradients are finite, and that targets
// are those that the loss takes.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/finite.hpp"
#include "strata/kernels/range.hpp"
#include "strata/losses/targets.hpp"
#include "strata/meta/raise.hpp"
#include "strata/tensor/rows.hpp"
#include "strata/tensor/several_rows.hpp"
#include "strata/train/class_targets.hpp"
#include "strata/train/losses_of_outputs.hpp"

#include <array>
#include <cstddef>
#include <cstdio>
#include <limits>
#include <stdexcept>
#include <string>

namespace strata::inline STRATA_TARGET::detail {

/// A number as people write it: nan, 255, 1e-08.
[[gnu::cold, gnu::noinline]] inline std::string number_text(double value) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%g", value);
    return text.data();
}

/// A value of some rows, or none of them.
struct found_value {
    bool found = false;
    std::size_t row = 0; ///< of the data set, if the rows are a minibatch of one
    std::size_t index = 0;
    double value = 0;

    /// For instance "nan in row 7, value 0".
    [[nodiscard, gnu::cold, gnu::noinline]] std::string text() const {
        return text_of({number_text(value), " in row ", row, ", value ", index});
    }
};

/// The first value outside a range in rows from `first` on.
template <class Arch>
found_value find_outside(const rows_of<Arch>& rows, real_of<Arch> least, real_of<Arch> most,
                         std::size_t first = 0) {
    for (std::size_t r = first; r < rows.rows; ++r) {
        const real_of<Arch>* row = rows[r].data();
        const std::size_t at = kernels::find_outside<Arch>(rows.width, row, least, most);
        if (at < rows.width)
            return {true, rows.order != nullptr ? rows.order[r] : r, at, static_cast<double>(row[at])};
    }
    return {};
}

/// The first value that is a NaN or infinite.
template <class Arch>
found_value find_not_finite(const rows_of<Arch>& rows) {
    if (rows.order == nullptr && rows.stride == rows.width &&
        kernels::all_finite<Arch>(rows.rows * rows.width, rows.data))
        return {};
    for (std::size_t r = 0; r < rows.rows; ++r)
        if (!kernels::all_finite<Arch>(rows.width, rows[r].data()))
            return find_outside<Arch>(rows, std::numeric_limits<real_of<Arch>>::lowest(),
                                      std::numeric_limits<real_of<Arch>>::max(), r);
    return {};
}

/// Whether no value is a NaN or infinite, the padding included.
template <class Arch>
bool rows_are_finite(const padded_rows<const real_of<Arch>>& rows) {
    return kernels::all_finite<Arch>(rows.rows * rows.stride, rows.data);
}

/// "samples", of several inputs "samples of input 2".
template <class Rows>
[[gnu::cold]] std::string rows_text(const char* what, const char* place, std::size_t k) {
    return tuple_parts<Rows> == 0 ? what : text_of({what, " of ", place, " ", k + 1});
}

/// Calls refuse("nan in row 7, value 0", which) for the first value of several_rows, or of rows, that is a NaN or infinite,
/// unless there is none. Returns whether there is one. Class indices are integers.
template <class Arch, class Rows, class Refuse>
bool find_bad_rows(const Rows& several, const char* what, const char* place, const Refuse& refuse) {
    bool found = false;
    for_each_part(several, [&]<class One>(std::size_t k, const One& rows) {
        if constexpr (std::is_same_v<One, rows_of<Arch>>) {
            if (found) return;
            if (const found_value bad = find_not_finite<Arch>(rows); bad.found) {
                found = true;
                refuse(bad.text(), rows_text<Rows>(what, place, k));
            }
        }
    });
    return found;
}
template <class Arch, class Samples, class Refuse>
bool find_bad_samples(const Samples& samples, const Refuse& refuse) {
    return find_bad_rows<Arch>(samples, "samples", "input", refuse);
}
template <class Arch, class Targets, class Refuse>
bool find_bad_targets(const Targets& targets, const Refuse& refuse) {
    return find_bad_rows<Arch>(targets, "targets", "output", refuse);
}

/// Throws std::invalid_argument if the loss at an output says which targets it takes and these are others,
/// std::out_of_range if an index is none of its classes.
template <class Loss, class Arch>
void require_target(const rows_of<Arch>& targets, const extents&, const output_number& number) {
    if constexpr (targets_of<Loss>::limited) {
        constexpr target_range range = targets_of<Loss>::range;
        if (const found_value bad = find_outside<Arch>(targets, range.least, range.most); bad.found)
            detail::raise<std::invalid_argument>(
                {"the targets", number, " have ", bad.text(),
                 " (both from 0), but this loss takes numbers from ",
                 number_text(static_cast<double>(range.least)), " to ",
                 number_text(static_cast<double>(range.most)),
                 ": divide bytes by 255, make classes one-hot; unchecked(loss) takes all numbers"});
    }
}
template <class Loss, class Arch>
void require_target(const class_targets& targets, const extents& output, const output_number& number) {
    require_classes(targets, output.last(), number);
}

/// The same for the targets of all outputs of a network.
template <class Net, class Loss, class Arch, class Targets>
void require_targets(const Targets& targets) {
    if constexpr (losses_fit<Net, Loss>)
        for_each_part(targets, [](auto k, const auto& one) {
            require_target<loss_at_t<Net, k, Loss>, Arch>(one, Net::outputs[k], number_of_output<Net>(k));
        });
}

/// Throws std::invalid_argument unless there are as many targets as samples, and any at all.
template <class Rows, class Targets>
void require_rows(const Rows& x, const Targets& y, const char* verb) {
    if (x.rows != y.rows)
        detail::raise<std::invalid_argument>(
            {y.rows, " targets for ", x.rows, " samples", hint_of_targets(y, x.rows)});
    if (x.rows == 0)
        detail::raise<std::invalid_argument>({verb, " needs at least one sample, and was given none"});
}

} // namespace strata::detail

#include "strata/meta/macros_back.hpp"
