// How far apart two sets of rows are: generated data against real ones.
#pragma once

#include "strata/random/philox.hpp"
#include "strata/tensor/rows.hpp"

#include <cstddef>

namespace examples {

/// The sliced Wasserstein distance: the mean over `projections` random directions of the 1-D Wasserstein-1
/// distance between the rows' projections, the same directions for the same seed and width. In the data's
/// unit. Rabin, Peyre, Delon and Bernot, "Wasserstein barycenter and its application to texture mixing", SSVM
/// 2011. Throws std::invalid_argument for sets that have not equally many rows of one width, or no rows.
double sliced_wasserstein(const strata::rows_view& a, const strata::rows_view& b, std::size_t projections,
                          strata::seed s);

/// The squared maximum mean discrepancy (the biased estimate, so 0 at least) with the kernel
/// exp(-|x - y|^2 / (2 m^2)), m being the median distance between two rows of the joint set. Gretton et al.,
/// "A kernel two-sample test", JMLR 13, 2012. Takes memory for all distances: 4 bytes a pair. Throws
/// std::invalid_argument for sets without rows or of different widths.
double maximum_mean_discrepancy(const strata::rows_view& a, const strata::rows_view& b);

/// The mean of squared differences, of as many numbers each.
double mean_square(std::span<const float> a, std::span<const float> b);

} // namespace examples
