// Covariances, their eigenvectors, and the angles between subspaces, in double: linear algebra by Eigen.
#pragma once

#include "strata/tensor/rows.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace examples {

/// Numbers row by row. Where it stands for a subspace, its rows span that.
struct matrix {
    std::size_t rows = 0;
    std::size_t columns = 0;
    std::vector<double> values = std::vector<double>(rows * columns);

    [[nodiscard]] std::span<double> operator[](std::size_t r) {
        return std::span{values}.subspan(r * columns, columns);
    }
    [[nodiscard]] std::span<const double> operator[](std::size_t r) const {
        return std::span{values}.subspan(r * columns, columns);
    }
};

/// Mean of every feature, and the covariances of all pairs (divided by the number of rows).
struct moments {
    std::vector<double> mean;
    matrix covariance;
};
moments moments_of(const strata::rows_view& rows);

/// Eigenvalues from the largest down, and the unit eigenvector of each as a row, whose entry of the largest
/// magnitude is positive: either sign would do, and this one does not depend on how they were found.
struct eigen_pairs {
    std::vector<double> values;
    matrix vectors;
};

/// All eigenpairs of a symmetric matrix. Throws std::invalid_argument if it has a value that is not finite.
eigen_pairs all_eigen_pairs(const matrix& symmetric);

/// The `count` largest eigenpairs of a covariance matrix. Of data these are the principal components. Throws
/// std::invalid_argument if there are not so many, or as all_eigen_pairs.
eigen_pairs largest_eigen_pairs(const matrix& covariance, std::size_t count);

/// The principal angles between two subspaces in degrees, from the smallest up: as many as `b` has rows. Rows
/// need not be orthogonal; where those of `b` depend on each other, as many angles are 0. Bjorck and Golub,
/// "Numerical methods for computing angles between linear subspaces", Mathematics of Computation 27, 1973; by
/// sines, so that small angles are exact.
std::vector<double> principal_angles(const matrix& a, const matrix& b);

/// The dimension that data effectively has: (sum l)^2 / sum l^2 over the covariance's eigenvalues l, which is
/// n for n equal ones and 1 for a single one. 0 for data without any variance.
double participation_ratio(const matrix& covariance);

} // namespace examples
