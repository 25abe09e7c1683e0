// The classes that outputs stand for.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/argmax.hpp"
#include "strata/kernels/vectors.hpp"
#include "strata/meta/raise.hpp"
#include "strata/tensor/extents.hpp"
#include "strata/tensor/float_rows.hpp"
#include "strata/tensor/rows.hpp"

#include <cstddef>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

namespace strata::inline STRATA_TARGET {

namespace detail {

/// The first of the largest of `classes` outputs. Throws std::invalid_argument at a NaN.
template <class Arch>
std::size_t class_of_outputs(std::size_t classes, const real_of<Arch>* outputs, std::size_t row) {
    const kernels::largest_float found = kernels::find_largest<Arch>(classes, outputs);
    if (found.count == 0)
        detail::raise<std::invalid_argument>(
            {"the outputs in row ", row, " (from 0) have a nan: they stand for no class"});
    return found.index;
}

template <class Arch, class Real>
std::vector<std::size_t> argmax_of_rows(const basic_rows_view<Real>& rows) {
    const std::size_t classes = sample_of_rows(rows).last();
    if (classes < 2)
        detail::raise<std::invalid_argument>(
            "argmax of one value a sample, which tells no classes apart: whether it is "
            "above 0 (a logit) or above 0.5 (a probability) does");
    std::vector<std::size_t> found;
    found.reserve(rows.rows * (rows.width / classes));
    for (std::size_t r = 0; r < rows.rows; ++r)
        for (std::size_t i = 0; i < rows.width; i += classes)
            found.push_back(class_of_outputs<machine_of<Arch, Real>>(classes, rows[r].data() + i, r));
    return found;
}

} // namespace detail

/// The column of the largest value of each row, the first of equals (as in NumPy); of images, of each pixel
/// over the last axis. Rows, float_rows, or with xtensor.hpp xtensors whose first axis counts the samples.
///     const std::vector<std::size_t> digits = argmax(predict(net, images), net::output);
///     const auto same = argmax(outputs); // where these know their shape: float_rows, xtensors, as_rows(...)
/// Throws std::invalid_argument if a value is a NaN, and for a single column.
template <class Arch = arch, class Outputs>
std::vector<std::size_t> argmax(const Outputs& outputs) {
    const auto& seen = as_rows(outputs, any_sample{});
    return detail::argmax_of_rows<Arch>(
        static_cast<basic_rows_view<typename std::remove_cvref_t<decltype(seen)>::real>>(seen));
}

/// The same for outputs of a shape that is told, so that they may be any floats in one piece. Throws
/// std::invalid_argument for outputs of another shape, too.
template <class Arch = arch, class Outputs>
std::vector<std::size_t> argmax(const Outputs& outputs, const extents& sample) {
    const auto& seen = as_rows(outputs, sample);
    return detail::argmax_of_rows<Arch>(
        static_cast<basic_rows_view<typename std::remove_cvref_t<decltype(seen)>::real>>(seen));
}

} // namespace strata

#include "strata/meta/macros_back.hpp"
