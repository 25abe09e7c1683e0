// A chart as gnuplot's commands, and running them.
#include "support/drawing/chart.hpp"

#include "support/file.hpp"
#include "support/number.hpp"
#include "support/process.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <stdexcept>
#include <string_view>
#include <system_error>

#include <nlohmann/json.hpp>

namespace examples {
namespace {

// Okabe and Ito's colours, which the colour-blind tell apart; dark ones first, for a white page.
constexpr std::array<std::string_view, 6> colours{"0072b2", "d55e00", "009e73", "cc79a7", "e69f00", "56b4e9"};
// Filled circle, square, triangle, diamond, triangle upside down, pentagon; the number before each is hollow.
constexpr std::array<int, 6> shapes{7, 5, 9, 13, 11, 15};

// More points than this are a line, and marks on it only thicken it.
constexpr std::size_t most_marks = 60;
// Beyond it, and below its reciprocal, the quotient of two values may overflow.
constexpr double largest = 1e150;

constexpr std::string_view style = R"(set encoding utf8
set border 1 linecolor rgb "#888888"
set tics out nomirror scale 0.5 textcolor rgb "#555555"
set ytics scale 0
set grid ytics linetype 1 linewidth 1 linecolor rgb "#e4e4e4"
set key tmargin left horizontal Left reverse noenhanced samplen 2
)";

/// A string for gnuplot: all but letters is written by its byte's number, digits too, since gnuplot would
/// take one for a part of the number before it. What is not UTF-8 becomes U+FFFD, and a control character,
/// which XML does not have, a space.
std::string quoted(const std::string& text) {
    using nlohmann::json;
    const json valid = json::parse(json(text).dump(-1, ' ', false, json::error_handler_t::replace));
    std::string result = "\"";
    for (const char letter : valid.get_ref<const std::string&>()) {
        const auto byte = static_cast<unsigned char>(letter);
        if (byte < ' ') {
            result += ' ';
        } else if ((byte | 32) >= 'a' && (byte | 32) <= 'z') {
            result += letter;
        } else {
            result += '\\';
            for (const int shift : {6, 3, 0}) result += static_cast<char>('0' + (byte >> shift) % 8);
        }
    }
    return result + "\"";
}

std::string number(double value) { return real_text(std::abs(value) < 1 / largest ? 0.0 : value); }

bool can_show(const chart& drawing, const series& line, std::size_t i) {
    return std::abs(line.x[i]) < largest && std::abs(line.y[i]) < largest &&
           (!drawing.logarithmic_x || line.x[i] > 1 / largest);
}

/// The range and the ticks of the x axis, for the values on it in ascending order.
std::string x_axis(const std::vector<double>& values, bool logarithmic) {
    if (values.empty()) return "set xrange [0:1]\nset yrange [0:1]\n";
    const double low = values.front();
    const double high = values.back();
    if (!logarithmic) {
        const bool integers = std::ranges::all_of(values, [](double v) { return v == std::floor(v); });
        return std::string{"set xrange [*:*] noextend\n"} +
               (integers && high - low <= 8 ? "set xtics 1\n" : "");
    }
    // Ticks are at the values, as long as they are not too near each other.
    const double room = high > low ? std::pow(high / low, 0.05) : 2;
    const double apart = std::pow(high / low, 0.08);
    std::string ticks;
    for (double last = 0; const double value : values) {
        if (value <= last * apart) continue;
        ticks += (ticks.empty() ? "" : ",") + number(value);
        last = value;
    }
    return "set logscale x\nset xrange [" + real_text(low / room) + ":" + real_text(high * room) +
           "]\nset xtics (" + ticks + ")\n";
}

/// What gnuplot is told of the series: their points, the parts of the plot command, and every x that is
/// shown.
struct plot_parts {
    std::string data{};
    std::vector<std::string> bands{}; ///< below all lines
    std::vector<std::string> lines{};
    std::vector<std::string> legend{};
    std::vector<double> x{};
};

void add_series(plot_parts& to, const chart& drawing, std::size_t index) {
    const series& line = drawing.lines[index];
    const std::size_t size = line.x.size();
    const auto shown = [&](std::size_t i) { return i < size && can_show(drawing, line, i); };
    const bool marked = line.points_alone || size <= most_marks;
    const std::string name = "$series" + std::to_string(index);
    // Rows of x, y, whether there is a mark, and both ends of the band. An empty row is a gap.
    to.data += name + " << END\n";
    bool any = false;
    bool any_mark = false;
    for (std::size_t i = 0; i < size; ++i) {
        if (shown(i)) {
            // A point between two gaps is seen by its mark alone.
            const bool has_mark = marked || (!shown(i - 1) && !shown(i + 1));
            const double spread =
                line.spread.empty() || !(std::abs(line.spread[i]) < largest) ? 0.0 : line.spread[i];
            to.data += number(line.x[i]) + " " + number(line.y[i]) + (has_mark ? " 1 " : " 0 ") +
                       number(line.y[i] - spread) + " " + number(line.y[i] + spread);
            to.x.push_back(line.x[i]);
            any = true;
            any_mark = any_mark || has_mark;
        }
        to.data += "\n";
    }
    to.data += "END\n";

    // The second round through the colours is dashed and hollow. Hollow marks are thin: larger, not
    // translucent.
    const bool second_round = index / colours.size() % 2 == 1;
    const std::string colour{colours[index % colours.size()]};
    const bool translucent = line.points_alone && !second_round;
    const std::string ink = std::string{" linecolor rgb \"#"} + (translucent ? "66" : "") + colour + "\"";
    const std::string stroke = std::string{" linewidth 2.2 dashtype "} + (second_round ? "(8,6)" : "solid");
    const std::string mark = std::string{" pointsize "} + (second_round ? "0.65" : "0.5") + " pointtype " +
                             std::to_string(shapes[index % shapes.size()] - (second_round ? 1 : 0));
    if (any && !line.spread.empty())
        to.bands.push_back(name + " using 1:4:5 with filledcurves notitle linecolor rgb \"#d9" + colour +
                           "\"");
    if (any && !line.points_alone) to.lines.push_back(name + " using 1:2 with lines notitle" + stroke + ink);
    if (any_mark) to.lines.push_back(name + " using 1:($3 > 0 ? $2 : NaN) with points notitle" + mark + ink);
    if (!line.name.empty())
        to.legend.push_back("keyentry with " +
                            (line.points_alone ? "points" + mark
                             : marked          ? "linespoints" + stroke + mark
                                               : "lines" + stroke) +
                            ink + " title " + quoted(line.name));
}

std::string script(const chart& drawing) {
    plot_parts parts;
    for (std::size_t i = 0; i < drawing.lines.size(); ++i) add_series(parts, drawing, i);
    if (parts.x.empty()) parts.lines = {"NaN notitle"};
    std::ranges::sort(parts.x);

    std::string text{style};
    text += "set terminal svg size " + std::to_string(drawing.width) + "," + std::to_string(drawing.height) +
            " font \"sans-serif,13\" rounded background \"#ffffff\"\n";
    text += "set xlabel " + quoted(drawing.x_label) + " noenhanced\n";
    text += "set ylabel " + quoted(drawing.y_label) + " noenhanced\n";
    // gnuplot's own title would be below the legend: the legend leaves room for one above it.
    if (!drawing.title.empty())
        text += "set key title \" \\n \"\nset label " + quoted(drawing.title) +
                " at graph 0, screen 1 offset 0, -1.4 left noenhanced font \",17\"\n";
    text += x_axis(parts.x, drawing.logarithmic_x) + parts.data;
    std::string_view before = "plot ";
    for (const auto* list : {&parts.bands, &parts.lines, &parts.legend})
        for (const std::string& part : *list) {
            text += before;
            text += part;
            before = ", ";
        }
    return text + "\n";
}

void check_sizes(const series& line) {
    const auto differs = [&](std::size_t size) { return size != line.x.size(); };
    if (!differs(line.y.size()) && (line.spread.empty() || !differs(line.spread.size()))) return;
    throw std::invalid_argument{
        "chart: series \"" + line.name + "\" has " + std::to_string(line.x.size()) + " x and " +
        std::to_string(line.y.size()) + " y" +
        (line.spread.empty() ? "" : " and " + std::to_string(line.spread.size()) + " spreads") +
        ", expected as many"};
}

/// What a program wrote, on one line.
std::string on_one_line(std::string text) {
    std::ranges::replace(text, '\n', ' ');
    const auto same = std::ranges::unique(text, [](char a, char b) { return a == ' ' && b == ' '; });
    text.erase(same.begin(), same.end());
    return text;
}

} // namespace

std::string to_svg(const chart& drawing) {
    for (const series& line : drawing.lines) check_sizes(line);
    const std::string wanted = "gnuplot, which draws charts (5.2 or newer; in Debian gnuplot-nox), ";
    process_result drawn;
    try {
        drawn = run_process({"gnuplot", "-d"}, script(drawing));
    } catch (const std::system_error& error) {
        throw std::runtime_error{wanted + "cannot be started: " + error.code().message()};
    }
    if (drawn.code != 0 || drawn.output.find("</svg>") == std::string::npos)
        throw std::runtime_error{wanted + "failed with exit code " + std::to_string(drawn.code) + ": " +
                                 on_one_line(drawn.errors)};
    return drawn.output;
}

void write_chart(const std::filesystem::path& path, const chart& drawing) {
    std::string svg;
    try {
        svg = to_svg(drawing);
    } catch (const std::runtime_error& error) {
        throw file_error{path, std::string{"cannot be written: "} + error.what()};
    }
    write_file(path, svg);
}

void try_chart() {
    to_svg({.title = "title",
            .x_label = "x",
            .y_label = "y",
            .lines = {{"line", {1, 2}, {1, 2}, false, {1, 1}}, {"points", {1, 2}, {2, 1}, true}},
            .logarithmic_x = true});
}

} // namespace examples
