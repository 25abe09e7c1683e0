#include "support/distances.hpp"

#include "strata/random/normal.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace examples {
namespace {

using strata::rows_view;

void require_same_width(const rows_view& a, const rows_view& b) {
    if (a.rows == 0 || b.rows == 0) throw std::invalid_argument{"no distance to a set without rows"};
    if (a.width != b.width)
        throw std::invalid_argument{"no distance between rows of " + std::to_string(a.width) + " and of " +
                                    std::to_string(b.width) + " values"};
}

/// Directions of length 1, evenly spread over the sphere: value f of direction p at [f * count + p].
std::vector<float> random_directions(std::size_t width, std::size_t count, strata::seed s) {
    std::vector<float> directions(width * count);
    strata::fill_normal(directions, 0.0f, 1.0f, s, strata::streams::user);
    for (std::size_t p = 0; p < count; ++p) {
        double squares = 0;
        for (std::size_t f = 0; f < width; ++f)
            squares += std::pow(static_cast<double>(directions[f * count + p]), 2);
        const auto length = static_cast<float>(std::sqrt(squares));
        for (std::size_t f = 0; f < width; ++f) directions[f * count + p] /= length;
    }
    return directions;
}

/// The projections of all rows, sorted: those on direction p from [p * rows.rows] on.
std::vector<float> sorted_projections(const rows_view& rows, std::span<const float> directions,
                                      std::size_t count) {
    std::vector<float> sorted(count * rows.rows);
    std::vector<float> row(count);
    for (std::size_t r = 0; r < rows.rows; ++r) {
        std::ranges::fill(row, 0.0f);
        for (std::size_t f = 0; f < rows.width; ++f)
            for (std::size_t p = 0; p < count; ++p) row[p] += rows[r][f] * directions[f * count + p];
        for (std::size_t p = 0; p < count; ++p) sorted[p * rows.rows + r] = row[p];
    }
    for (std::size_t p = 0; p < count; ++p)
        std::ranges::sort(std::span{sorted}.subspan(p * rows.rows, rows.rows));
    return sorted;
}

/// |x - y|^2, in partial sums that the compiler can keep in one vector.
float squared_distance(std::span<const float> x, std::span<const float> y) {
    constexpr std::size_t lanes = 16;
    std::array<float, lanes> parts{};
    std::size_t i = 0;
    for (; i + lanes <= x.size(); i += lanes)
        for (std::size_t k = 0; k < lanes; ++k) parts[k] += (x[i + k] - y[i + k]) * (x[i + k] - y[i + k]);
    float sum = 0;
    for (; i < x.size(); ++i) sum += (x[i] - y[i]) * (x[i] - y[i]);
    for (const float part : parts) sum += part;
    return sum;
}

/// Squared distances of every row of a to every row of b.
std::vector<float> between(const rows_view& a, const rows_view& b) {
    std::vector<float> distances;
    distances.reserve(a.rows * b.rows);
    for (std::size_t i = 0; i < a.rows; ++i)
        for (std::size_t k = 0; k < b.rows; ++k) distances.push_back(squared_distance(a[i], b[k]));
    return distances;
}

/// Squared distances between every two rows of one set.
std::vector<float> within(const rows_view& a) {
    std::vector<float> distances;
    distances.reserve(a.rows * (a.rows - 1) / 2);
    for (std::size_t i = 0; i < a.rows; ++i)
        for (std::size_t k = 0; k < i; ++k) distances.push_back(squared_distance(a[i], a[k]));
    return distances;
}

} // namespace

double sliced_wasserstein(const rows_view& a, const rows_view& b, std::size_t projections, strata::seed s) {
    require_same_width(a, b);
    if (a.rows != b.rows || projections == 0)
        throw std::invalid_argument{"the sliced Wasserstein distance compares equally many rows, here " +
                                    std::to_string(a.rows) + " and " + std::to_string(b.rows) + ", along " +
                                    std::to_string(projections) + " directions"};
    const std::vector<float> directions = random_directions(a.width, projections, s);
    const std::vector<float> of_a = sorted_projections(a, directions, projections);
    const std::vector<float> of_b = sorted_projections(b, directions, projections);
    double sum = 0;
    for (std::size_t i = 0; i < of_a.size(); ++i)
        sum += std::abs(static_cast<double>(of_a[i]) - static_cast<double>(of_b[i]));
    return sum / static_cast<double>(of_a.size());
}

double maximum_mean_discrepancy(const rows_view& a, const rows_view& b) {
    require_same_width(a, b);
    const std::vector<float> in_a = within(a);
    const std::vector<float> in_b = within(b);
    const std::vector<float> across = between(a, b);
    std::vector<float> all = in_a;
    all.insert(all.end(), in_b.begin(), in_b.end());
    all.insert(all.end(), across.begin(), across.end());
    const auto middle = all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2);
    std::ranges::nth_element(all, middle);
    const double squared_median = static_cast<double>(*middle);
    const auto kernel_sum = [&](std::span<const float> squared_distances) {
        double sum = 0;
        for (const float d : squared_distances)
            sum += d == 0.0f ? 1.0 : std::exp(-0.5 * static_cast<double>(d) / squared_median);
        return sum;
    };
    const auto rows_a = static_cast<double>(a.rows);
    const auto rows_b = static_cast<double>(b.rows);
    // Each pair of one set counts twice, and each row is like itself.
    const double mean_a = (2 * kernel_sum(in_a) + rows_a) / (rows_a * rows_a);
    const double mean_b = (2 * kernel_sum(in_b) + rows_b) / (rows_b * rows_b);
    return std::max(0.0, mean_a + mean_b - 2 * kernel_sum(across) / (rows_a * rows_b));
}

double mean_square(std::span<const float> a, std::span<const float> b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        sum += std::pow(static_cast<double>(a[i]) - static_cast<double>(b[i]), 2);
    return sum / static_cast<double>(a.size());
}

} // namespace examples
