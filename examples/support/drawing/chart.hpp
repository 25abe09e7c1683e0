// Charts as SVG, drawn by gnuplot: one self-contained text, the same bytes for the same data.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace examples {

/// One line: its points from left to right. A point that is not finite, or not positive on a logarithmic
/// axis, is a gap.
struct series {
    std::string name;
    std::vector<double> x;
    std::vector<double> y;
    bool points_alone = false;    ///< a scatter plot: points, and no line through them
    std::vector<double> spread{}; ///< a band from y - spread to y + spread; none, if empty
};

/// A chart with its lines; sizes in pixels. A series without a name has no entry in the legend.
struct chart {
    std::string title{};
    std::string x_label{};
    std::string y_label{};
    std::vector<series> lines{};
    bool logarithmic_x = false;
    int width = 760;
    int height = 460;
};

/// The chart as an SVG document. Throws std::invalid_argument, naming the series, when its x, y and spread
/// are not equally many, and std::runtime_error with the reason when gnuplot is missing or fails.
std::string to_svg(const chart& drawing);

/// Writes to_svg(drawing). Throws file_error when the chart cannot be drawn, or the file not be written,
/// which then stays as it was.
void write_chart(const std::filesystem::path& path, const chart& drawing);

/// Draws a chart with all that charts have. Throws std::runtime_error when gnuplot is missing or fails.
void try_chart();

} // namespace examples
