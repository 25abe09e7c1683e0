// Charts: well-formed, complete, and never a number that is none.
#include "support/drawing/chart.hpp"
#include "support/drawing/axis.hpp"
#include "support/file.hpp"

#include "temporary_folder.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
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

void check_drawn(const chart& drawing) {
    const std::string svg = to_svg(drawing);
    CHECK(well_formed(svg));
    CHECK_FALSE(contains(svg, "nan"));
    CHECK_FALSE(contains(svg, "inf"));
    CHECK(svg == to_svg(drawing));
}

std::vector<std::string> texts(const axis& scale) {
    std::vector<std::string> result;
    for (const tick& mark : scale.ticks) result.push_back(mark.text);
    return result;
}

value_range range_of(std::initializer_list<double> values, bool positive_only = false) {
    value_range range{positive_only};
    for (const double value : values) range.include(value);
    return range;
}

using words = std::vector<std::string>;

} // namespace

TEST_CASE("a chart has its words, its names and a line for each series") {
    chart drawing{"Loss & time", "epoch", "mean <squared> error"};
    drawing.lines = {{"training", {1, 2, 3}, {0.11, 0.08, 0.06}},
                     {"test \"clean\"", {1, 2, 3}, {0.12, 0.09, 0.08}}};
    check_drawn(drawing);
    const std::string svg = to_svg(drawing);
    for (const auto* part : {">Loss &amp; time<", ">epoch<", ">mean &lt;squared&gt; error<", ">training<",
                             ">test &quot;clean&quot;<", ">0.06<", ">0.12<", "#0072b2", "#d55e00"}) {
        CHECK_MESSAGE(contains(svg, part), part);
    }
    drawing.logarithmic_y = true;
    check_drawn(drawing);
    drawing.logarithmic_x = true;
    check_drawn(drawing);
}

TEST_CASE("on a logarithmic x axis equal factors are equal distances, and 0 is a gap") {
    chart drawing{.logarithmic_x = true};
    drawing.lines = {{"", {0, 1, 10, 100}, {5, 1, 1, 1}}};
    check_drawn(drawing);
    const std::string svg = to_svg(drawing);
    std::vector<double> places;
    for (std::size_t at = 0; (at = svg.find("cx=\"", at)) != std::string::npos; ++at)
        places.push_back(std::stod(svg.substr(at + 4)));
    REQUIRE(places.size() == 3);
    CHECK(places[1] - places[0] == doctest::Approx(places[2] - places[1]).epsilon(1e-3));
}

TEST_CASE("a chart of nothing, of one point, of equal points and of gaps is still a chart") {
    for (const bool logarithmic : {false, true}) {
        chart drawing{.logarithmic_y = logarithmic};
        check_drawn(drawing);
        drawing.lines = {{"empty", {}, {}}};
        check_drawn(drawing);
        for (const double value : {0.0, 1.0, -3.0, 1e-320, 1e-200, 1e-9, 1e200, 1e308, 0.1 + 0.2}) {
            drawing.lines = {{"one", {1}, {value}}};
            check_drawn(drawing);
            drawing.lines = {{"equal", {1, 1, 1}, {value, value, value}}};
            check_drawn(drawing);
            drawing.lines = {{"nearly", {1, 2, 3}, {value, std::nextafter(value, infinity), value}}};
            check_drawn(drawing);
            drawing.lines = {{"far", {value, 2, 3}, {value, 1e-5, 1e6}}};
            check_drawn(drawing);
        }
        drawing.lines = {
            {"gaps", {0, 1, 2, 3, not_a_number, 5}, {1, not_a_number, 2, infinity, 3, -infinity}}};
        check_drawn(drawing);
        // Both points that can be shown are, though no line leads to them.
        CHECK(contains(to_svg(drawing), " h0 M"));
        drawing.lines = {{"lost", {1, 2}, {not_a_number, not_a_number}}};
        check_drawn(drawing);
    }
}

TEST_CASE("more series than colours are told apart, and long ones have no marks") {
    chart drawing;
    for (int i = 0; i < 8; ++i)
        drawing.lines.push_back({"line " + std::to_string(i), {0, 1}, {0.0, i + 1.0}});
    check_drawn(drawing);
    CHECK(contains(to_svg(drawing), "stroke-dasharray"));
    chart curve;
    curve.lines.push_back({});
    for (int i = 0; i < 1000; ++i) {
        curve.lines[0].x.push_back(i);
        curve.lines[0].y.push_back(std::sin(i * 0.01));
    }
    check_drawn(curve);
    CHECK_FALSE(contains(to_svg(curve), "<circle"));
}

TEST_CASE("series of uneven lengths are refused by name") {
    chart drawing;
    drawing.lines = {{"uneven", {1, 2}, {1}}};
    CHECK(message_of<std::invalid_argument>([&] { to_svg(drawing); }) ==
          "chart: series \"uneven\" has 2 x and 1 y, expected as many");
}

TEST_CASE("a chart is written whole, or refused by name") {
    const temporary_folder folder;
    chart drawing;
    drawing.lines = {{"loss", {1, 2}, {2, 1}}};
    write_chart(folder / "loss.svg", drawing);
    CHECK(read_text(folder / "loss.svg") == to_svg(drawing));
    CHECK(folder.entries() == 1);
    const auto nowhere = folder / "missing/loss.svg";
    CHECK(message_of<file_error>([&] { write_chart(nowhere, drawing); }) ==
          nowhere.string() + ": cannot be written: No such file or directory");
}

TEST_CASE("ticks are at round numbers") {
    CHECK(texts(tight_axis(range_of({1, 25}))) == words{"5", "10", "15", "20", "25"});
    CHECK(texts(tight_axis(range_of({1, 2, 3}))) == words{"1", "2", "3"});
    CHECK(texts(tight_axis(range_of({0.5, 2}))) ==
          words{"0.6", "0.8", "1.0", "1.2", "1.4", "1.6", "1.8", "2.0"});
    CHECK(texts(round_axis(range_of({0.0547, 0.1123}))) ==
          words{"0.05", "0.06", "0.07", "0.08", "0.09", "0.10", "0.11", "0.12"});
    CHECK(texts(round_axis(range_of({-1, 1}))) == words{"-1.0", "-0.5", "0.0", "0.5", "1.0"});
    CHECK(texts(round_axis(range_of({0, 3e7}))) ==
          words{"0", "5e+06", "1e+07", "1.5e+07", "2e+07", "2.5e+07", "3e+07"});
    CHECK(texts(logarithmic_axis(range_of({0.001, 10}, true))) == words{"0.001", "0.01", "0.1", "1", "10"});
    CHECK(texts(logarithmic_axis(range_of({0.03, 0.7}, true))) == words{"0.05", "0.1", "0.2", "0.5"});
    CHECK(texts(logarithmic_axis(range_of({0.054, 0.09}, true))) == words{"0.06", "0.07", "0.08", "0.09"});
    CHECK(plain_number(-0.001, 2) == "0");
    CHECK(plain_number(10, 2) == "10");
    CHECK(plain_number(1.5, 2) == "1.5");
    CHECK(tight_axis(range_of({1, 25})).position(13) == doctest::Approx(0.5));
    CHECK(axis{1, 100, true}.position(10) == doctest::Approx(0.5));
}

TEST_CASE("a scatter plot has its points, and no line but the ones that are lines") {
    series points{.name = "points", .x = {}, .y = {}, .points_alone = true};
    for (int i = 0; i < 100; ++i) {
        points.x.push_back(i);
        points.y.push_back(i % 7);
    }
    points.y[3] = not_a_number;
    const auto count = [](const std::string& text, std::string_view what) {
        std::size_t found = 0;
        for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++found;
        return found;
    };
    const std::string scatter = to_svg({.lines = {points}});
    CHECK(well_formed(scatter));
    CHECK(count(scatter, "<circle") == 99 + 1); // and one in the legend
    CHECK(count(scatter, "<path") == 0);
    const std::string both = to_svg({.lines = {points, {"line", {0, 1}, {0, 1}}}});
    CHECK(count(both, "<circle") == 100 + 2);
    CHECK(count(both, "<path") == 2);
}

TEST_CASE("points of the seventh series and on are hollow") {
    const series points{.name = "", .x = {1}, .y = {1}, .points_alone = true};
    chart drawing{.lines = std::vector<series>(6, points)};
    CHECK_FALSE(contains(to_svg(drawing), R"(fill="none" stroke="#0072b2"/>)"));
    drawing.lines.push_back(points);
    CHECK(contains(to_svg(drawing), R"(fill="none" stroke="#0072b2"/>)"));
}
