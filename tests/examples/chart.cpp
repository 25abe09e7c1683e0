// Charts: well-formed, complete, and never a number that is none; and what is said where gnuplot does not
// draw.
#include "support/drawing/chart.hpp"
#include "support/file.hpp"

#include "environment_variable.hpp"
#include "temporary_folder.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>
#include <utility>

#include <doctest/doctest.h>

using namespace examples;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

// Every element is closed by the one that opened it, and every attribute has its quotes.
bool well_formed(const std::string& svg) {
    std::vector<std::string> open;
    std::size_t at = 0;
    bool had_root = false;
    while ((at = svg.find('<', at)) != std::string::npos) {
        const std::size_t end = svg.find('>', at);
        if (end == std::string::npos) return false;
        const std::string tag = svg.substr(at + 1, end - at - 1);
        at = end;
        if (tag.find('<') != std::string::npos) return false;
        if (std::count(tag.begin(), tag.end(), '"') % 2 != 0) return false;
        if (tag.starts_with("?")) continue;
        if (tag.starts_with("/")) {
            if (open.empty() || open.back() != tag.substr(1)) return false;
            open.pop_back();
            continue;
        }
        if (open.empty() && std::exchange(had_root, true)) return false;
        if (!tag.ends_with("/")) open.push_back(tag.substr(0, tag.find(' ')));
    }
    return had_root && open.empty();
}

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

std::size_t count(const std::string& text, std::string_view what) {
    std::size_t found = 0;
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++found;
    return found;
}

std::string drawn(const chart& drawing) {
    std::string svg = to_svg(drawing);
    CHECK(well_formed(svg));
    CHECK_FALSE(contains(svg, "nan"));
    CHECK_FALSE(contains(svg, "inf"));
    return svg;
}

/// Where the filled circles are, from left to right: one of the legend, which is the last, is not among them.
std::vector<double> circles(const std::string& svg) {
    constexpr std::string_view circle = "'#gpPt6' transform='translate(";
    std::vector<double> places;
    for (std::size_t at = 0; (at = svg.find(circle, at)) != std::string::npos; ++at)
        places.push_back(std::stod(svg.substr(at + circle.size())));
    return places;
}

/// Puts a program called gnuplot first into PATH.
environment_variable with_gnuplot(const temporary_folder& folder, const std::string& script) {
    const std::string text = "#!/bin/sh\n" + script + "\n";
    const auto path = folder.write("gnuplot", {text.begin(), text.end()});
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    return {"PATH", (folder.path().string() + ":" + std::getenv("PATH")).c_str()};
}

const chart one_line{.lines = {{"loss", {1, 2}, {2, 1}}}};

} // namespace

TEST_CASE("a chart has its words, its names and a line for each series") {
    chart drawing{"Loss & time", "epoch", "mean <squared> error"};
    drawing.lines = {{"training", {1, 2, 3}, {0.11, 0.08, 0.06}}, {"test", {1, 2, 3}, {0.12, 0.09, 0.08}}};
    for (const bool logarithmic : {false, true}) {
        drawing.logarithmic_x = logarithmic;
        const std::string svg = drawn(drawing);
        for (const auto* part :
             {">Loss &amp; time<", ">epoch<", ">mean &lt;squared> error<", ">training<", ">test<", "> 0.06<",
              "> 0.12<", "> 1<", "> 2<", "> 3<", "rgb(  0, 114, 178)", "rgb(213,  94,   0)"})
            CHECK_MESSAGE(contains(svg, part), part);
        CHECK_FALSE(contains(svg, "> 1.5<"));
        CHECK(svg == to_svg(drawing));
    }
}

TEST_CASE("words are what they are, whatever gnuplot or XML could take them for") {
    const std::pair<std::string, std::string> words[]{
        {"SGD 0.01, momentum 0.95", ">SGD 0.01, momentum 0.95<"},
        {"'single' \"double\" \\ back\\n", ">'single' \"double\" \\ back\\n<"},
        {"100 % %d @home $1 `echo ls` $(ls) #", ">100 % %d @home $1 `echo ls` $(ls) #<"},
        {"a_b^2 {/Bold c} ~d & &amp; </text>", ">a_b^2 {/Bold c} ~d &amp; &amp;amp; &lt;/text><"},
        {"größer \u2264 \u65e5\u672c", ">größer \u2264 \u65e5\u672c<"},
        {"two\nlines\tand a bell\a", ">two lines and a bell <"},
        {"not UTF-8: \xff\xc3", ">not UTF-8: \ufffd\ufffd<"},
        {"\"\nplot x; exit", ">\" plot x; exit<"},
    };
    for (const auto& [text, expected] : words) {
        const std::string svg = drawn({text, text, text, {{text, {1, 2}, {2, 1}}}});
        CHECK_MESSAGE(count(svg, "<text>" + expected.substr(1)) == 4, svg);
    }
}

TEST_CASE(
    "on a logarithmic x axis equal factors are equal distances, ticks are at the values, and 0 is a gap") {
    const std::string svg =
        drawn({.lines = {{"", {0, 3, 30, 31, 300}, {5, 1, 1, 1, 1}}}, .logarithmic_x = true});
    const std::vector<double> places = circles(svg);
    REQUIRE(places.size() == 4);
    CHECK(places[1] - places[0] == doctest::Approx(places[3] - places[1]).epsilon(1e-3));
    for (const auto* tick : {"> 3<", "> 30<", "> 300<"}) CHECK_MESSAGE(contains(svg, tick), tick);
    CHECK_FALSE(contains(svg, "> 31<"));
    drawn({.lines = {{"", {7, 7}, {1, 2}}}, .logarithmic_x = true});
    drawn({.lines = {{"", {1e-149, 1e149}, {1, 2}}}, .logarithmic_x = true});
}

TEST_CASE("a chart of nothing, of one point, of equal points and of gaps is still a chart") {
    drawn({});
    CHECK(contains(drawn({.title = "nothing", .lines = {{"empty", {}, {}}}}), ">empty<"));
    for (const double value : {0.0, 1.0, -3.0, 1e-320, 1e-200, 1e200, 1e308}) {
        drawn({.lines = {{"equal", {1, 1}, {value, value}}}});
        drawn({.lines = {{"nearly", {1, 2}, {value, std::nextafter(value, infinity)}}}});
        drawn({.lines = {{"far", {value, 2, 3}, {value, 1e-5, 1e6}}}});
    }
    const std::string svg =
        drawn({.lines = {{"", {0, 1, 2, 3, not_a_number, 5}, {1, not_a_number, 2, infinity, 3, -infinity}}}});
    // Both points that can be shown are, and no line leads to them.
    CHECK(circles(svg).size() == 2);
    CHECK(count(svg, " L") == count(drawn({.lines = {{"", {0, 2}, {1, 2}, true}}}), " L"));
    CHECK(contains(drawn({.lines = {{"lost", {1, 2}, {not_a_number, not_a_number}}}}), ">lost<"));
}

TEST_CASE("more series than colours are dashed, and long ones have marks only between gaps") {
    chart drawing;
    for (int i = 0; i < 6; ++i) drawing.lines.push_back({"", {0, 1}, {0.0, i + 1.0}});
    const auto dashes = [](const std::string& svg) { return count(svg, "stroke-dasharray"); };
    CHECK(dashes(drawn(drawing)) == 0);
    drawing.lines.push_back({"", {0, 1}, {0, 7}});
    CHECK(dashes(drawn(drawing)) == 1);
    chart curve{.lines = {{}}};
    for (int i = 0; i < 1000; ++i) {
        curve.lines[0].x.push_back(i);
        curve.lines[0].y.push_back(std::sin(i * 0.01));
    }
    CHECK(circles(drawn(curve)).empty());
    curve.lines[0].y[499] = curve.lines[0].y[501] = not_a_number;
    CHECK(circles(drawn(curve)).size() == 1);
}

TEST_CASE("a scatter plot has its points, and no line but the ones that are lines") {
    series points{.name = "points", .x = {}, .y = {}, .points_alone = true};
    for (int i = 0; i < 100; ++i) {
        points.x.push_back(i);
        points.y.push_back(i % 7);
    }
    points.y[3] = not_a_number;
    const std::string scatter = drawn({.lines = {points}});
    CHECK(circles(scatter).size() == 99 + 1); // and one in the legend
    CHECK(count(scatter, "stroke='rgb(  0, 114, 178)'") == 0);
    const std::string both = drawn({.lines = {points, {"line", {0, 1}, {0, 1}}}});
    CHECK(circles(both).size() == 99 + 1);
    CHECK(count(both, "stroke='rgb(213,  94,   0)'") == 2); // the line, and the one in the legend
}

TEST_CASE("points of the seventh series and on are hollow") {
    const series points{.name = "", .x = {1}, .y = {1}, .points_alone = true};
    chart drawing{.lines = std::vector<series>(6, points)};
    CHECK_FALSE(contains(drawn(drawing), "href='#gpPt5' transform"));
    drawing.lines.push_back(points);
    CHECK(contains(drawn(drawing), "href='#gpPt5' transform"));
}

TEST_CASE("a spread is a band around its line, and one that is not finite is none") {
    chart drawing{.lines = {{"", {1, 2, 3}, {1, 2, 3}}}};
    const std::string fill = "fill-opacity";
    const auto plain = count(drawn(drawing), fill);
    drawing.lines[0].spread = {0.1, not_a_number, 4};
    const std::string svg = drawn(drawing);
    CHECK(plain == 0);
    CHECK(contains(svg, fill));
    CHECK(contains(svg, ">-1<")); // 3 - 4
}

TEST_CASE("series of uneven lengths are refused by name") {
    CHECK(message_of<std::invalid_argument>([&] { to_svg({.lines = {{"uneven", {1, 2}, {1}}}}); }) ==
          "chart: series \"uneven\" has 2 x and 1 y, expected as many");
    CHECK(message_of<std::invalid_argument>([&] {
              to_svg({.lines = {{"uneven", {1}, {1}, false, {1, 2}}}});
          }) == "chart: series \"uneven\" has 1 x and 1 y and 2 spreads, expected as many");
}

TEST_CASE("a chart is written whole, or refused by name") {
    const temporary_folder folder;
    write_chart(folder / "loss.svg", one_line);
    CHECK(read_text(folder / "loss.svg") == to_svg(one_line));
    CHECK(folder.entries() == 1);
    const auto nowhere = folder / "missing/loss.svg";
    CHECK(message_of<file_error>([&] { write_chart(nowhere, one_line); }) ==
          nowhere.string() + ": cannot be written: No such file or directory");
}

TEST_CASE("where gnuplot is missing or fails, it is said with its package and the reason") {
    const temporary_folder folder;
    const std::string gnuplot = "gnuplot, which draws charts (5.2 or newer; in Debian gnuplot-nox), ";
    {
        const environment_variable path{"PATH", folder.path().c_str()};
        const std::string missing = gnuplot + "cannot be started: No such file or directory";
        CHECK(message_of<std::runtime_error>([&] { try_chart(); }) == missing);
        const auto svg = folder / "loss.svg";
        CHECK(message_of<file_error>([&] { write_chart(svg, one_line); }) ==
              svg.string() + ": cannot be written: " + missing);
        CHECK(folder.entries() == 0);
    }
    {
        const auto old = with_gnuplot(folder, "echo 'line 3:\n   unknown option' >&2; exit 1");
        CHECK(message_of<std::runtime_error>([&] { try_chart(); }) ==
              gnuplot + "failed with exit code 1: line 3: unknown option ");
    }
    {
        const auto silent = with_gnuplot(folder, "cat >/dev/null");
        CHECK(message_of<std::runtime_error>([&] { try_chart(); }) == gnuplot + "failed with exit code 0: ");
    }
    try_chart();
}
