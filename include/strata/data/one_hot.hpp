// Class indices as the targets of cross_entropy, mse and the like: rows with a single 1 (Keras's
// to_categorical).
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/meta/raise.hpp"
#include "strata/tensor/class_indices.hpp"
#include "strata/tensor/extents.hpp"
#include "strata/tensor/float_rows.hpp"

#include <cstddef>
#include <iterator>
#include <stdexcept>
#include <string>

namespace strata::inline STRATA_TARGET {

/// For each index a row of zeros with a 1 in the column of its class; for images, whose last axis is the
/// classes, as many pixels as an image has make a row.
///     const std::vector<int> labels{3, 0, 9};
///     const float_rows digits = one_hot(labels, net::output); // 3 rows of 10, if the network has 10 outputs
///     const float_rows pixels = one_hot(masks, shape<28, 28, 4>); // 784 indices a row
/// Throws std::invalid_argument for an index that is none of the classes, and for indices that do not fill
/// whole images.
template <class_indices Indices>
float_rows one_hot(const Indices& indices, const extents& sample) {
    const std::size_t classes = sample.last();
    const auto count = static_cast<std::size_t>(std::size(indices));
    if (sample.count() == 0) detail::raise<std::invalid_argument>("one_hot needs at least one class");
    const std::size_t pixels = sample.count() / classes;
    if (count % pixels != 0)
        detail::raise<std::invalid_argument>(
            {count, " class indices are no whole samples of ", sample, ", which have ", pixels, " each"});
    float_rows rows{count / pixels, sample};
    float* group = rows.values().data();
    std::size_t place = 0;
    for (const auto index : indices) {
        group[detail::checked_class(index, classes, place++)] = 1.0f;
        group += classes;
    }
    return rows;
}

/// The same for so many classes: one_hot(labels, 10).
template <class_indices Indices>
float_rows one_hot(const Indices& indices, std::size_t classes) {
    return one_hot(indices, extents{classes});
}

/// Numbers that are not integers.
template <class Indices, class Classes>
requires(!class_indices<Indices>)
float_rows one_hot(const Indices&, const Classes&) {
    static_assert(class_indices<Indices>, "strata: one_hot takes class indices, a range of integers that "
                                          "count from 0: std::vector<int> labels");
    return {};
}

} // namespace strata

#include "strata/meta/macros_back.hpp"
