// Line charts as SVG: one self-contained text, the same bytes for the same data.
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
    bool points_alone = false; ///< a scatter plot: points, and no line through them
};

/// A chart with its lines; sizes in pixels. A series without a name has no entry in the legend.
struct chart {
    std::string title{};
    std::string x_label{};
    std::string y_label{};
    std::vector<series> lines{};
    bool logarithmic_x = false;
    bool logarithmic_y = false;
    int width = 760;
    int height = 460;
};

/// The chart as an SVG document. Throws std::invalid_argument, naming the series, when it has not as many x
/// as y.
std::string to_svg(const chart& drawing);

/// Writes to_svg(drawing). Throws file_error when the file cannot be written, which then stays as it was.
void write_chart(const std::filesystem::path& path, const chart& drawing);

} // namespace examples
