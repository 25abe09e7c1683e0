// How far drawn digits are from real ones, in four figures.
#pragma once

#include "networks/digit_judge.hpp"
#include "support/data/mnist.hpp"
#include "support/distances.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <span>
#include <vector>

namespace examples {

/// What is measured of a set of pictures.
struct picture_figures {
    static constexpr std::size_t projections = 200;

    double wasserstein, discrepancy;
    judgement digits;

    /// Pictures against the test images, along the same directions every time.
    picture_figures(std::span<const float> pictures, const mnist& data, const digit_judge& judge) {
        const strata::rows_view drawn = strata::as_rows(pictures, strata::shape<784>);
        const strata::rows_view real = strata::as_rows(data.test.pixels, strata::shape<784>);
        wasserstein = sliced_wasserstein(drawn, real, projections, strata::seed{0});
        discrepancy = maximum_mean_discrepancy(drawn, real);
        digits = judge.judge(pictures);
    }
};

/// One figure, named.
struct picture_figure {
    const char* name;
    bool small_is_good;
    double (*value)(const picture_figures&);
};
inline constexpr std::array<picture_figure, 4> all_picture_figures{
    {{"sliced Wasserstein", true, [](const picture_figures& f) { return f.wasserstein; }},
     {"MMD (squared)", true, [](const picture_figures& f) { return f.discrepancy; }},
     {"entropy of digits", false, [](const picture_figures& f) { return f.digits.entropy(); }},
     {"judged surely", false, [](const picture_figures& f) { return f.digits.sure; }}}};

/// A figure over several sets of pictures.
struct spread {
    double mean, deviation, worst;

    spread(const picture_figure& of, const std::vector<picture_figures>& sets) : mean{0}, deviation{0} {
        std::vector<double> values;
        for (const picture_figures& f : sets) values.push_back(of.value(f));
        const auto count = static_cast<double>(values.size());
        mean = std::accumulate(values.begin(), values.end(), 0.0) / count;
        for (const double v : values) deviation += (v - mean) * (v - mean);
        deviation = values.size() < 2 ? 0 : std::sqrt(deviation / (count - 1));
        const auto [least, greatest] = std::ranges::minmax(values);
        worst = of.small_is_good ? greatest : least;
    }
};

} // namespace examples
