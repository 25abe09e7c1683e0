// What is measured of how a digit is written: known slants and widths of drawn strokes, and tables whose columns mean
// everything, nothing, or something known.
#include "support/handwriting.hpp"

#include "strata/random/normal.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <vector>

using namespace examples;

namespace {

/// A stroke from row 5 to row 22 of a width, around column 13.5 at half its height, that leans to the right by a slope.
/// Pixels at its edges are as bright as they are covered.
std::vector<float> stroke(double width, double slope, float brightness = 1) {
    std::vector<float> picture(784);
    for (std::size_t row = 5; row <= 22; ++row) {
        const double middle = 14 + slope * (13.5 - static_cast<double>(row));
        for (std::size_t column = 0; column < 28; ++column) {
            const auto left = static_cast<double>(column);
            const double covered =
                std::fmin(left + 1, middle + width / 2) - std::fmax(left, middle - width / 2);
            picture[row * 28 + column] = brightness * static_cast<float>(std::fmax(covered, 0));
        }
    }
    return picture;
}

} // namespace

TEST_CASE("slant is the slope of a stroke, to the right above 0") {
    for (const double slope : {-0.5, 0.0, 0.25, 0.5})
        for (const double width : {2.0, 3.5}) {
            CHECK(slant(stroke(width, slope)) == doctest::Approx(slope).epsilon(0.005));
            CHECK(slant(stroke(width, slope, 0.3f)) == doctest::Approx(slope).epsilon(0.005));
        }
}

TEST_CASE("thickness is a stroke's width but for its ends, whatever its brightness") {
    for (const double width : {2.0, 4.0, 6.0}) {
        // Its edges: two sides of 18 pixels, and two ends.
        const double expected = 2 * width * 18 / (2 * 18 + 2 * width);
        CHECK(thickness(stroke(width, 0)) == doctest::Approx(expected).epsilon(0.04));
        CHECK(thickness(stroke(width, 0, 0.3f)) == doctest::Approx(thickness(stroke(width, 0))));
    }
    CHECK(thickness(stroke(2.5, 0.25)) > 1.2 * thickness(stroke(1.5, 0.25)));
}

TEST_CASE("the share of columns is 1 where rows differ by a number, and 0 where columns cancel") {
    CHECK(share_of_columns(std::vector<double>{1, 2, 4, 11, 12, 14, -3, -2, 0}, 3) == doctest::Approx(1));
    CHECK(share_of_columns(std::vector<double>{1, 2, 3, 3, 2, 1}, 3) == doctest::Approx(0));
    // Within rows 2 + 8 = 10; columns sum to -3 and 3: (9 + 9) / 2.
    CHECK(share_of_columns(std::vector<double>{-1, 1, 5, 9}, 2) == doctest::Approx(0.9));
}

TEST_CASE("the share of columns that mean nothing is one part in as many as there are rows") {
    std::vector<float> drawn(10 * 1000);
    strata::fill_normal(drawn, 0.0f, 1.0f, strata::seed{4});
    const std::vector<double> values(drawn.begin(), drawn.end());
    CHECK(share_of_columns(values, 1000) == doctest::Approx(0.1).epsilon(0.1));
}

TEST_CASE("style is a column's where its pictures are written alike") {
    std::vector<float> alike, apart;
    const auto append = [](std::vector<float>& to, const std::vector<float>& picture) {
        to.insert(to.end(), picture.begin(), picture.end());
    };
    for (const double row : {0.0, 1.0})
        for (const double column : {0.0, 1.0, 2.0}) {
            append(alike, stroke(2 + column, 0.1 * column));
            append(apart,
                   stroke(2 + (row == 0 ? column : 2 - column), 0.1 * (row == 0 ? column : 2 - column)));
        }
    const style_shares held = style_of_columns(alike, 3);
    CHECK(held.slant == doctest::Approx(1));
    CHECK(held.thickness == doctest::Approx(1));
    const style_shares crossed = style_of_columns(apart, 3);
    CHECK(crossed.slant == doctest::Approx(0).epsilon(1e-3));
    CHECK(crossed.thickness < 0.05);
}
