#include "support/subspace.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <stdexcept>
#include <utility>

// Plain C++, so that figures are the same on every machine.
#define EIGEN_DONT_VECTORIZE
#define EIGEN_MPL2_ONLY
#include <Eigen/Core>
#include <Eigen/Eigenvalues>
#include <Eigen/QR>
#include <Eigen/SVD>

namespace examples {
namespace {

using Eigen::Index;
using dense = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

Eigen::Map<const dense> view(const matrix& a) {
    return {a.values.data(), static_cast<Index>(a.rows), static_cast<Index>(a.columns)};
}

template <class Expression>
matrix as_matrix(const Expression& values) {
    matrix result{static_cast<std::size_t>(values.rows()), static_cast<std::size_t>(values.cols())};
    Eigen::Map<dense>{result.values.data(), values.rows(), values.cols()} = values;
    return result;
}

/// Orthonormal columns that span the rows of a; where these depend on each other, the last columns are zero.
dense orthonormal_basis(const matrix& a) {
    dense basis = dense::Zero(static_cast<Index>(a.columns), static_cast<Index>(a.rows));
    const Eigen::ColPivHouseholderQR<dense> qr{view(a).transpose()};
    basis.leftCols(qr.rank()) = qr.householderQ() * dense::Identity(basis.rows(), qr.rank());
    return basis;
}

} // namespace

moments moments_of(const strata::rows_view& rows) {
    moments result{std::vector<double>(rows.width), {rows.width, rows.width}};
    const auto width = static_cast<Index>(rows.width);
    const auto count = static_cast<double>(rows.rows);
    const auto row = [&](std::size_t r) {
        return Eigen::Map<const Eigen::RowVectorXf>{rows[r].data(), width}.cast<double>();
    };
    Eigen::Map<Eigen::RowVectorXd> mean{result.mean.data(), width};
    for (std::size_t r = 0; r < rows.rows; ++r) mean += row(r) / count;
    // Some rows at a time: all of them as double might be more than the data.
    dense sum = dense::Zero(width, width);
    for (std::size_t first = 0; first < rows.rows;) {
        dense centred{static_cast<Index>(std::min<std::size_t>(1000, rows.rows - first)), width};
        for (Index i = 0; i < centred.rows(); ++i) centred.row(i) = row(first++) - mean;
        sum.selfadjointView<Eigen::Lower>().rankUpdate(centred.transpose(), 1 / count);
    }
    result.covariance = as_matrix(dense{sum.selfadjointView<Eigen::Lower>()});
    return result;
}

eigen_pairs all_eigen_pairs(const matrix& symmetric) {
    const auto a = view(symmetric);
    if (!a.allFinite()) throw std::invalid_argument{"eigenpairs of a matrix that is not finite"};
    if (a.size() == 0) return {};
    const Eigen::SelfAdjointEigenSolver<dense> solver{a};
    if (solver.info() != Eigen::Success) throw std::runtime_error{"eigenpairs were not found"};
    // Eigen's are columns, the smallest first.
    const auto values = solver.eigenvalues().reverse();
    dense vectors = solver.eigenvectors().rowwise().reverse().transpose();
    for (auto vector : vectors.rowwise()) {
        Index largest = 0;
        vector.cwiseAbs().maxCoeff(&largest);
        if (vector[largest] < 0) vector = -vector;
    }
    return {{values.begin(), values.end()}, as_matrix(vectors)};
}

eigen_pairs largest_eigen_pairs(const matrix& covariance, std::size_t count) {
    if (count > covariance.rows) throw std::invalid_argument{"more components than features"};
    eigen_pairs result = all_eigen_pairs(covariance);
    result.values.resize(count);
    result.vectors.rows = count;
    result.vectors.values.resize(count * covariance.columns);
    return result;
}

std::vector<double> principal_angles(const matrix& a, const matrix& b) {
    if (a.rows == 0 || b.rows == 0) return std::vector<double>(b.rows, 90.0);
    const dense of_a = orthonormal_basis(a);
    const dense of_b = orthonormal_basis(b);
    // What of b is outside of a: its singular values are the sines.
    const Eigen::JacobiSVD<dense> outside{of_b - of_a * (of_a.transpose() * of_b)};
    const auto sines = outside.singularValues().reverse();
    std::vector<double> angles(b.rows - static_cast<std::size_t>(sines.size()));
    for (const double sine : sines) angles.push_back(std::asin(std::min(sine, 1.0)) * 180 / std::numbers::pi);
    return angles;
}

double participation_ratio(const matrix& covariance) {
    const auto a = view(covariance);
    // The squares of a symmetric matrix's entries add up to those of its eigenvalues.
    const double squares = a.squaredNorm();
    return squares > 0 ? std::pow(a.trace(), 2) / squares : 0.0;
}

} // namespace examples
