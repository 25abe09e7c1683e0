// Drawing a chart: the frame, the grid, the lines, the words.
#include "support/drawing/chart.hpp"

#include "support/drawing/axis.hpp"
#include "support/file.hpp"

#include <array>
#include <cstddef>
#include <stdexcept>
#include <string_view>

namespace examples {
namespace {

// Okabe and Ito's colours, which the colour-blind tell apart; dark ones first, for a white page.
constexpr std::array<std::string_view, 6> colours{"#0072b2", "#d55e00", "#009e73",
                                                  "#cc79a7", "#e69f00", "#56b4e9"};

// More points than this are a line, and marks on it only thicken it.
constexpr std::size_t most_marks = 60;

std::string escaped(std::string_view text) {
    std::string result;
    for (const char letter : text) {
        switch (letter) {
        case '&':
            result += "&amp;";
            break;
        case '<':
            result += "&lt;";
            break;
        case '>':
            result += "&gt;";
            break;
        case '"':
            result += "&quot;";
            break;
        // XML has no other control characters at all.
        default:
            result += static_cast<unsigned char>(letter) < ' ' ? ' ' : letter;
        }
    }
    return result;
}

std::string number(double value) { return plain_number(value, 2); }

// ` name="value"`
std::string attribute(std::string_view name, std::string_view value) {
    return " " + std::string{name} + "=\"" + std::string{value} + "\"";
}

std::string text_at(double x, double y, std::string_view words, std::string_view attributes) {
    return "<text" + attribute("x", number(x)) + attribute("y", number(y)) + std::string{attributes} + ">" +
           escaped(words) + "</text>\n";
}

std::string line_between(double x1, double y1, double x2, double y2, std::string_view colour) {
    return "<line" + attribute("x1", number(x1)) + attribute("y1", number(y1)) + attribute("x2", number(x2)) +
           attribute("y2", number(y2)) + attribute("stroke", colour) + "/>\n";
}

struct frame {
    axis across;
    axis up;
    double left;
    double right;
    double top;
    double bottom;

    [[nodiscard]] double x(double value) const { return left + across.position(value) * (right - left); }
    [[nodiscard]] double y(double value) const { return bottom - up.position(value) * (bottom - top); }
};

std::string grid(const frame& plot) {
    std::string svg;
    for (const tick& mark : plot.up.ticks) {
        const double y = plot.y(mark.value);
        svg += line_between(plot.left, y, plot.right, y, "#e4e4e4");
        svg += text_at(plot.left - 8, y + 4, mark.text, R"( text-anchor="end" fill="#555")");
    }
    for (const tick& mark : plot.across.ticks) {
        const double x = plot.x(mark.value);
        svg += line_between(x, plot.bottom, x, plot.bottom + 5, "#888");
        svg += text_at(x, plot.bottom + 20, mark.text, R"( text-anchor="middle" fill="#555")");
    }
    return svg + line_between(plot.left, plot.bottom, plot.right, plot.bottom, "#888");
}

std::string stroke_style(std::size_t index) {
    // The second round through the colours is dashed.
    const std::string dashes = index / colours.size() % 2 == 1 ? attribute("stroke-dasharray", "7 5") : "";
    return R"( fill="none" stroke-width="2.2" stroke-linejoin="round" stroke-linecap="round")" +
           attribute("stroke", colours[index % colours.size()]) + dashes;
}

std::string circle(const std::string& x, const std::string& y, std::size_t index) {
    // The second round through the colours is hollow.
    const std::string_view colour = colours[index % colours.size()];
    const std::string ink = index / colours.size() % 2 == 1
                                ? attribute("fill", "none") + attribute("stroke", colour)
                                : attribute("fill", colour);
    return "<circle" + attribute("cx", x) + attribute("cy", y) + attribute("r", "2.8") + ink + "/>\n";
}

std::string curve(const frame& plot, const series& line, std::size_t index, const value_range& across,
                  const value_range& up) {
    std::string path;
    std::string marks;
    bool pen_down = false;
    for (std::size_t i = 0; i < line.x.size(); ++i) {
        if (!across.can_show(line.x[i]) || !up.can_show(line.y[i])) {
            pen_down = false;
            continue;
        }
        const std::string x = number(plot.x(line.x[i]));
        const std::string y = number(plot.y(line.y[i]));
        // A move followed by a line of no length is a dot, so that a point between two gaps is seen.
        path += pen_down ? " L" + x + " " + y : (path.empty() ? "M" : " M") + x + " " + y + " h0";
        marks += circle(x, y, index);
        pen_down = true;
    }
    if (path.empty()) return "";
    if (line.points_alone) return "<g fill-opacity=\"0.6\">\n" + marks + "</g>\n";
    if (line.x.size() > most_marks) marks.clear();
    return "<path" + attribute("d", path) + stroke_style(index) + "/>\n" + marks;
}

std::string legend(const chart& drawing, double x, double y) {
    std::string svg;
    for (std::size_t i = 0; i < drawing.lines.size(); ++i) {
        const std::string& name = drawing.lines[i].name;
        if (name.empty()) continue;
        if (drawing.lines[i].points_alone)
            svg += circle(number(x + 14), number(y - 4), i);
        else
            svg += "<path" + attribute("d", "M" + number(x) + " " + number(y - 4) + " h22") +
                   stroke_style(i) + "/>\n";
        svg += text_at(x + 29, y, name, R"( fill="#222")");
        // No font to measure with: about as wide as its letters usually are.
        x += 29 + 7.2 * static_cast<double>(name.size()) + 22;
    }
    return svg;
}

} // namespace

std::string to_svg(const chart& drawing) {
    value_range across{drawing.logarithmic_x};
    value_range up{drawing.logarithmic_y};
    bool has_legend = false;
    for (const series& line : drawing.lines) {
        if (line.x.size() != line.y.size()) {
            throw std::invalid_argument{"chart: series \"" + line.name + "\" has " +
                                        std::to_string(line.x.size()) + " x and " +
                                        std::to_string(line.y.size()) + " y, expected as many"};
        }
        for (std::size_t i = 0; i < line.x.size(); ++i) {
            if (!across.can_show(line.x[i]) || !up.can_show(line.y[i])) continue;
            across.include(line.x[i]);
            up.include(line.y[i]);
        }
        has_legend = has_legend || !line.name.empty();
    }
    const double top = 20 + (drawing.title.empty() ? 0 : 26) + (has_legend ? 26 : 0);
    const frame plot{drawing.logarithmic_x ? logarithmic_axis(across) : tight_axis(across),
                     drawing.logarithmic_y ? logarithmic_axis(up) : round_axis(up),
                     78,
                     drawing.width - 28.0,
                     top,
                     drawing.height - 58.0};
    const std::string width = std::to_string(drawing.width);
    const std::string height = std::to_string(drawing.height);
    const std::string middle = number((plot.top + plot.bottom) / 2);

    std::string svg =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\"" +
        attribute("width", width) + attribute("height", height) +
        attribute("viewBox", "0 0 " + width + " " + height) +
        R"( font-family="system-ui, Helvetica, Arial, sans-serif" font-size="13">)" + "\n";
    svg += "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n";
    if (!drawing.title.empty()) {
        svg += text_at(plot.left, 30, drawing.title, R"( font-size="17" font-weight="600" fill="#111")");
    }
    svg += legend(drawing, plot.left, plot.top - 14);
    svg += grid(plot);
    for (std::size_t i = 0; i < drawing.lines.size(); ++i)
        svg += curve(plot, drawing.lines[i], i, across, up);
    svg += text_at((plot.left + plot.right) / 2, drawing.height - 14.0, drawing.x_label,
                   R"( text-anchor="middle" fill="#222")");
    svg += text_at(20, (plot.top + plot.bottom) / 2, drawing.y_label,
                   R"( text-anchor="middle" fill="#222")" +
                       attribute("transform", "rotate(-90 20 " + middle + ")"));
    return svg + "</svg>\n";
}

void write_chart(const std::filesystem::path& path, const chart& drawing) {
    write_file(path, to_svg(drawing));
}

} // namespace examples
