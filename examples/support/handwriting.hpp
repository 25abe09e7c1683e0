// How a picture of a digit is written: how far it leans and how thick its strokes are, and whether pictures in columns agree.
#pragma once

#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

namespace examples {

/// Pixels to the right for each pixel upwards, by the moments of the ink; of a 28 x 28 picture.
inline double slant(std::span<const float> picture) {
    double ink = 0, x = 0, y = 0, xy = 0, yy = 0;
    for (std::size_t i = 0; i < picture.size(); ++i) {
        const auto p = static_cast<double>(picture[i]);
        const auto column = static_cast<double>(i % 28), row = static_cast<double>(i / 28);
        ink += p;
        x += p * column;
        y += p * row;
        xy += p * column * row;
        yy += p * row * row;
    }
    return -(xy - x * y / ink) / (yy - y * y / ink);
}

/// The mean width of strokes in pixels: twice their area over the length of their edges, which is the picture's total
/// variation; of a 28 x 28 picture whose border is empty.
inline double thickness(std::span<const float> picture) {
    double area = 0, edges = 0;
    for (std::size_t i = 0; i + 29 < picture.size(); ++i) {
        area += static_cast<double>(picture[i]);
        edges += static_cast<double>(std::hypot(picture[i + 1] - picture[i], picture[i + 28] - picture[i]));
    }
    return 2 * area / edges;
}

/// Of the values' variance within rows the part that is between columns: 1 where each row is the first plus a number of its
/// own; where the columns mean nothing, 1 / rows on average. Values lie row by row.
inline double share_of_columns(std::span<const double> values, std::size_t columns) {
    const std::size_t rows = values.size() / columns;
    std::vector<double> sums(columns);
    double within = 0, between = 0;
    for (std::size_t row = 0; row < rows; ++row) {
        const auto of_row = values.subspan(row * columns, columns);
        double mean = 0;
        for (const double v : of_row) mean += v / static_cast<double>(columns);
        for (std::size_t c = 0; c < columns; ++c) {
            sums[c] += of_row[c] - mean;
            within += (of_row[c] - mean) * (of_row[c] - mean);
        }
    }
    for (const double sum : sums) between += sum * sum / static_cast<double>(rows);
    return between / within;
}

/// share_of_columns of 28 x 28 pictures, by how they are written.
struct style_shares {
    double slant, thickness;
};

inline style_shares style_of_columns(std::span<const float> pictures, std::size_t columns) {
    std::vector<double> slants, widths;
    for (; !pictures.empty(); pictures = pictures.subspan(784)) {
        slants.push_back(slant(pictures.first(784)));
        widths.push_back(thickness(pictures.first(784)));
    }
    return {share_of_columns(slants, columns), share_of_columns(widths, columns)};
}

} // namespace examples
