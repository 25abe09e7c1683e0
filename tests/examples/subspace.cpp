// Eigenpairs, principal components and angles between subspaces, against what is known of small ones.
#include "support/subspace.hpp"

#include "strata/random/normal.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <vector>

using namespace examples;

namespace {

/// Normal numbers whose feature i has the standard deviation 1 / (1 + i).
std::vector<float> fading_rows(std::size_t rows, std::size_t width) {
    std::vector<float> values(rows * width);
    strata::fill_normal(values, 0.0f, 1.0f, strata::seed{3});
    for (std::size_t i = 0; i < values.size(); ++i) values[i] /= static_cast<float>(1 + i % width);
    return values;
}

} // namespace

TEST_CASE("mean and covariance are those of the rows") {
    const std::vector<float> values{1, 2, 3, 6, 5, 4};
    const moments found = moments_of({values.data(), 3, 2, 2});
    CHECK(found.mean == std::vector<double>{3, 4});
    CHECK(found.covariance[0][0] == doctest::Approx(8.0 / 3));
    CHECK(found.covariance[1][1] == doctest::Approx(8.0 / 3));
    CHECK(found.covariance[0][1] == doctest::Approx(4.0 / 3));
    CHECK(found.covariance[1][0] == found.covariance[0][1]);
}

TEST_CASE("eigenpairs of a matrix whose eigenvalues are known") {
    const eigen_pairs found = all_eigen_pairs({3, 3, {2, 1, 0, 1, 2, 0, 0, 0, 5}});
    CHECK(found.values[0] == doctest::Approx(5));
    CHECK(found.values[1] == doctest::Approx(3));
    CHECK(found.values[2] == doctest::Approx(1));
    CHECK(std::abs(found.vectors[0][2]) == doctest::Approx(1));
    CHECK(found.vectors[1][0] == doctest::Approx(found.vectors[1][1]));
    CHECK(found.vectors[2][0] == doctest::Approx(-found.vectors[2][1]));
    for (const double value : {std::nan(""), HUGE_VAL})
        CHECK_THROWS_AS(all_eigen_pairs({2, 2, {1, value, value, 1}}), std::invalid_argument);
}

TEST_CASE("the entry of the largest magnitude in an eigenvector is positive") {
    const std::vector<float> values = fading_rows(100, 20);
    const matrix found = all_eigen_pairs(moments_of({values.data(), 100, 20, 20}).covariance).vectors;
    for (std::size_t i = 0; i < found.rows; ++i) {
        const auto [least, greatest] = std::ranges::minmax(found[i]);
        CHECK(greatest > -least);
    }
}

TEST_CASE("the largest eigenpairs are the first of all of them") {
    const std::vector<float> values = fading_rows(200, 60);
    const matrix covariance = moments_of({values.data(), 200, 60, 60}).covariance;
    const eigen_pairs all = all_eigen_pairs(covariance);
    const eigen_pairs first = largest_eigen_pairs(covariance, 5);
    REQUIRE(first.values.size() == 5);
    REQUIRE(first.vectors.rows == 5);
    for (std::size_t i = 0; i < 5; ++i) CHECK(first.values[i] == doctest::Approx(all.values[i]));
    matrix expected = all.vectors;
    expected.rows = 5;
    expected.values.resize(5 * 60);
    CHECK(principal_angles(expected, first.vectors).back() < 1e-4);
    CHECK_THROWS_AS(largest_eigen_pairs(covariance, 61), std::invalid_argument);
    CHECK(largest_eigen_pairs({4, 4}, 2).values == std::vector<double>{0, 0});
}

TEST_CASE("angles between subspaces do not depend on the vectors that span them") {
    const double c = std::cos(0.5);
    const double s = std::sin(0.5);
    const auto angles = principal_angles({2, 3, {1, 0, 0, 3, 2, 0}}, {2, 3, {5, 0, 0, 1, c, s}});
    CHECK(angles[0] == doctest::Approx(0.0));
    CHECK(angles[1] == doctest::Approx(0.5 * 180 / std::acos(-1.0)));
    CHECK(principal_angles({1, 2, {1, 0}}, {1, 2, {0, 7}}).front() == doctest::Approx(90));
    CHECK(principal_angles({1, 2, {1, 0}}, {1, 2, {1, 1e-7}}).front() == doctest::Approx(5.7296e-6));
}

TEST_CASE("rows that depend on each other span no more than without one of them") {
    const matrix line{2, 2, {0.1, 0.3, 0.3, 0.9}};
    CHECK(principal_angles(line, {1, 2, {-3, 1}}).front() == doctest::Approx(90));
    const auto angles = principal_angles({1, 2, {-3, 1}}, line);
    REQUIRE(angles.size() == 2);
    CHECK(angles[0] == 0.0);
    CHECK(angles[1] == doctest::Approx(90));
    CHECK(principal_angles({0, 2}, {1, 2, {1, 0}}) == std::vector<double>{90});
}

TEST_CASE("the effective dimension counts equal variances, and a large one alone as one") {
    CHECK(participation_ratio({3, 3, {2, 0, 0, 0, 2, 0, 0, 0, 2}}) == doctest::Approx(3));
    CHECK(participation_ratio({2, 2, {1, 1, 1, 1}}) == doctest::Approx(1));
    CHECK(participation_ratio({2, 2}) == 0.0);
}
