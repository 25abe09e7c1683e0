// Weights that are orthogonal matrices.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/initializers/initializer.hpp"
#include "strata/kernels/orthonormalize.hpp"
#include "strata/kernels/vectors.hpp"
#include "strata/meta/numbers.hpp"
#include "strata/random/normal.hpp"

#include <cstddef>
#include <utility>
#include <vector>

namespace strata::inline STRATA_TARGET {

/// gain times a matrix of orthonormal columns, or of orthonormal rows where it has more columns than rows; biases
/// zero. A parameter is seen as a matrix whose columns are its last axis: inputs x units of dense, height * width *
/// channels x filters of conv2d. Evenly distributed: the q of the QR decomposition of a normal matrix, its signs such
/// that r has a positive diagonal. Saxe, McClelland, Ganguli, ICLR 2014; PyTorch's orthogonal_.
///
/// Takes 4 * rows * columns * min(rows, columns) operations in double, and as many doubles as there are weights. Throws
/// std::invalid_argument where it is used if the gain is negative or not finite.
struct orthogonal {
    float gain = 1.0f; ///< what all values are multiplied by

    void check() const { detail::check_not_negative("orthogonal's gain", gain); }

    template <class Arch = arch>
    void operator()(const weight_draw& w) const {
        const std::size_t columns = w.shape.last();
        const std::size_t rows = w.values.size() / columns;
        fill_normal<Arch>(w.values, 0.0f, 1.0f, w.seed, w.stream);
        // The shorter side's vectors, each in one piece.
        const bool tall = rows >= columns;
        const std::size_t count = tall ? columns : rows;
        const std::size_t length = tall ? rows : columns;
        std::vector<double> vectors(w.values.size());
        const auto place = [&](std::size_t i) { return tall ? i % columns * rows + i / columns : i; };
        for (std::size_t i = 0; i < vectors.size(); ++i) vectors[place(i)] = static_cast<double>(w.values[i]);
        kernels::orthonormalize<Arch>(count, length, vectors.data());
        for (std::size_t i = 0; i < vectors.size(); ++i)
            w.values[i] = static_cast<float>(static_cast<double>(gain) * vectors[place(i)]);
    }
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
