#include "support/subspace.hpp"

#include "strata/random/normal.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <stdexcept>
#include <tuple>
#include <utility>

namespace examples {
namespace {

double dot(std::span<const double> a, std::span<const double> b) {
    // Eight sums, which the compiler keeps in vectors.
    double sums[8]{};
    std::size_t i = 0;
    for (; i + 8 <= a.size(); i += 8)
        for (std::size_t k = 0; k < 8; ++k) sums[k] += a[i + k] * b[i + k];
    for (; i < a.size(); ++i) sums[0] += a[i] * b[i];
    return std::accumulate(sums, sums + 8, 0.0);
}

void add(std::span<double> to, double factor, std::span<const double> what) {
    for (std::size_t i = 0; i < to.size(); ++i) to[i] += factor * what[i];
}

/// a times the transposed b: every row with every row.
matrix products(const matrix& a, const matrix& b) {
    matrix result{a.rows, b.rows};
    for (std::size_t i = 0; i < a.rows; ++i)
        for (std::size_t j = 0; j < b.rows; ++j) result[i][j] = dot(a[i], b[j]);
    return result;
}

/// Rows of b, mixed by each row of `weights`.
matrix mixed(const matrix& weights, const matrix& b) {
    matrix result{weights.rows, b.columns};
    for (std::size_t i = 0; i < weights.rows; ++i)
        for (std::size_t j = 0; j < b.rows; ++j) add(result[i], weights[i][j], b[j]);
    return result;
}

/// Gram and Schmidt, each row twice: once leaves rounding errors of almost parallel rows.
void orthonormalize(matrix& rows) {
    for (std::size_t i = 0; i < rows.rows; ++i) {
        for (int pass = 0; pass < 2; ++pass)
            for (std::size_t j = 0; j < i; ++j) add(rows[i], -dot(rows[i], rows[j]), rows[j]);
        const double length = std::sqrt(dot(rows[i], rows[i]));
        for (double& v : rows[i]) v = length > 0 ? v / length : 0.0;
    }
}

/// Turns rows p and q, the way that Jacobi's method does.
void rotate(std::span<double> p, std::span<double> q, double cosine, double sine) {
    for (std::size_t i = 0; i < p.size(); ++i)
        std::tie(p[i], q[i]) = std::pair{cosine * p[i] - sine * q[i], sine * p[i] + cosine * q[i]};
}

} // namespace

moments moments_of(const strata::rows_view& rows) {
    const std::size_t width = rows.width;
    const auto count = static_cast<double>(rows.rows);
    moments result{std::vector<double>(width), {width, width}};
    for (std::size_t r = 0; r < rows.rows; ++r)
        for (std::size_t i = 0; i < width; ++i) result.mean[i] += static_cast<double>(rows[r][i]) / count;
    std::vector<double> centred(width);
    for (std::size_t r = 0; r < rows.rows; ++r) {
        for (std::size_t i = 0; i < width; ++i) centred[i] = static_cast<double>(rows[r][i]) - result.mean[i];
        for (std::size_t i = 0; i < width; ++i) // one half: the other is its mirror image
            add(result.covariance[i].first(i + 1), centred[i] / count, std::span{centred}.first(i + 1));
    }
    for (std::size_t i = 0; i < width; ++i)
        for (std::size_t j = 0; j < i; ++j) result.covariance[j][i] = result.covariance[i][j];
    return result;
}

eigen_pairs all_eigen_pairs(matrix a) {
    const std::size_t n = a.rows;
    matrix vectors{n, n};
    for (std::size_t i = 0; i < n; ++i) vectors[i][i] = 1;
    const double size = dot(a.values, a.values);
    for (int sweep = 0; sweep < 60; ++sweep) {
        double off_diagonal = 0;
        for (std::size_t p = 0; p < n; ++p)
            for (std::size_t q = p + 1; q < n; ++q) {
                const double x = a[p][q];
                off_diagonal += x * x;
                if (x == 0) continue;
                const double theta = (a[q][q] - a[p][p]) / (2 * x);
                const double tangent = std::copysign(1.0, theta) / (std::abs(theta) + std::hypot(theta, 1.0));
                const double cosine = 1 / std::hypot(tangent, 1.0);
                const double sine = tangent * cosine;
                rotate(a[p], a[q], cosine, sine);
                for (std::size_t i = 0; i < n; ++i)
                    rotate(a[i].subspan(p, 1), a[i].subspan(q, 1), cosine, sine);
                rotate(vectors[p], vectors[q], cosine, sine);
            }
        if (off_diagonal <= 1e-30 * size) break;
    }
    std::vector<std::size_t> order(n);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, [&](std::size_t i, std::size_t j) { return a[i][i] > a[j][j]; });
    eigen_pairs result{{}, {n, n}};
    for (std::size_t i = 0; i < n; ++i) {
        result.values.push_back(a[order[i]][order[i]]);
        std::ranges::copy(vectors[order[i]], result.vectors[i].begin());
    }
    return result;
}

eigen_pairs largest_eigen_pairs(const matrix& covariance, std::size_t count) {
    const std::size_t n = covariance.rows;
    if (count > n) throw std::invalid_argument{"more components than features"};
    // What is left of the others shrinks by the ratio of eigenvalue `block` to eigenvalue `count` a round.
    const std::size_t block = std::min(n, 2 * count + 8);
    std::vector<float> start(block * n);
    strata::fill_normal(start, 0.0f, 1.0f, strata::seed{1});
    matrix basis{block, n, std::vector<double>(start.begin(), start.end())};
    orthonormalize(basis);
    eigen_pairs result;
    double before = 0;
    for (int round = 0; round < 300; ++round) {
        matrix image = products(basis, covariance);
        const eigen_pairs small = all_eigen_pairs(products(basis, image));
        result = {small.values, mixed(small.vectors, basis)};
        result.values.resize(count);
        // An eigenvalue's error is the square of its vector's.
        const double now = result.values.empty() ? 0.0 : result.values.back();
        if (std::abs(now - before) <= 1e-14 * now) break;
        before = now;
        basis = std::move(image);
        orthonormalize(basis);
    }
    result.vectors.rows = count;
    result.vectors.values.resize(count * n);
    return result;
}

std::vector<double> principal_angles(matrix a, matrix b) {
    orthonormalize(a);
    orthonormalize(b);
    // What of b is outside of a: its singular values are the sines.
    const matrix inside = mixed(products(b, a), a);
    for (std::size_t i = 0; i < b.values.size(); ++i) b.values[i] -= inside.values[i];
    std::vector<double> angles = all_eigen_pairs(products(b, b)).values;
    for (double& v : angles) v = std::asin(std::sqrt(std::clamp(v, 0.0, 1.0))) * 180 / std::numbers::pi;
    std::ranges::reverse(angles);
    return angles;
}

double participation_ratio(const matrix& covariance) {
    double trace = 0;
    for (std::size_t i = 0; i < covariance.rows; ++i) trace += covariance[i][i];
    // The squares of a symmetric matrix's entries add up to those of its eigenvalues.
    const double squares = dot(covariance.values, covariance.values);
    return squares > 0 ? trace * trace / squares : 0.0;
}

} // namespace examples
