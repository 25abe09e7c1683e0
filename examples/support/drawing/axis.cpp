// Choosing round numbers for an axis.
#include "support/drawing/axis.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace examples {
namespace {

// Beyond it, and on a logarithmic axis below its reciprocal, the quotient of two values may overflow.
constexpr double largest = 1e150;
// Values closer to each other than this part of them are one value: ticks between them could not be told
// apart.
constexpr double same = 1e-9;

// The smallest 1, 2 or 5 times a power of ten that is not below the value.
double round_step(double value) {
    const double power = std::pow(10.0, std::floor(std::log10(value)));
    for (const double factor : {1.0, 2.0, 5.0}) {
        // The margin takes a step that is round but for its last bits for what it is.
        if (factor * power >= value * (1 - 1e-9)) return factor * power;
    }
    return 10 * power;
}

std::string fixed_number(double value, int decimals) {
    // Wide enough for 1e150 with its decimals.
    std::array<char, 200> text;
    const auto end =
        std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed, decimals);
    const std::string result{text.data(), end.ptr};
    const bool is_zero = result.find_first_of("123456789") == std::string::npos;
    return is_zero && result.front() == '-' ? result.substr(1) : result;
}

// As many decimals as the step has, so that the numbers of an axis agree in them.
std::string tick_text(double value, double step, double greatest) {
    if (greatest >= 1e6 || step < 1e-5) {
        std::array<char, 64> text;
        const auto end =
            std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::general, 4);
        return {text.data(), end.ptr};
    }
    return fixed_number(value, std::max(0, static_cast<int>(-std::floor(std::log10(step) + 1e-9))));
}

void add_ticks(axis& scale, double step) {
    const double margin = 1e-9 * (scale.high - scale.low);
    const double greatest = std::max(std::abs(scale.low), std::abs(scale.high));
    const double first = std::ceil((scale.low - margin) / step);
    const double last = std::floor((scale.high + margin) / step);
    // Few enough to be counted in int; more than a hundred would mean a step below the values' precision.
    const int count = static_cast<int>(std::min(last - first, 100.0));
    for (int i = 0; i <= count; ++i) {
        const double value = (first + i) * step;
        scale.ticks.push_back({value, tick_text(value, step, greatest)});
    }
}

// The ends of the axis: the data's, or room around a single value.
axis ends(const value_range& range) {
    if (range.empty()) return {};
    const double size = std::max(std::abs(range.low()), std::abs(range.high()));
    if (range.high() - range.low() > std::max(same * size, 1 / largest)) return {range.low(), range.high()};
    const double room = size <= 1 / largest ? 1 : size / 2;
    return {range.low() - room, range.high() + room};
}

double step_for(const axis& scale, double intervals) {
    return round_step((scale.high - scale.low) / intervals);
}

} // namespace

std::string plain_number(double value, int decimals) {
    std::string result = fixed_number(value, decimals);
    if (result.find('.') != std::string::npos) {
        result.erase(result.find_last_not_of('0') + 1);
        if (result.back() == '.') result.pop_back();
    }
    return result;
}

bool value_range::can_show(double value) const {
    return std::isfinite(value) && std::abs(value) < largest && (value > 1 / largest || !positive_only_);
}

void value_range::include(double value) {
    if (!can_show(value)) return;
    low_ = std::min(low_, value);
    high_ = std::max(high_, value);
    only_integers_ = only_integers_ && value == std::floor(value);
}

double axis::position(double value) const {
    if (logarithmic) return std::log(value / low) / std::log(high / low);
    return (value - low) / (high - low);
}

axis tight_axis(const value_range& range) {
    axis scale = ends(range);
    const double step = step_for(scale, 8);
    add_ticks(scale, range.only_integers() && !range.empty() ? std::max(step, 1.0) : step);
    return scale;
}

axis round_axis(const value_range& range) {
    axis scale = ends(range);
    const double step = step_for(scale, 6);
    scale.low = std::floor(scale.low / step + 1e-9) * step;
    scale.high = std::ceil(scale.high / step - 1e-9) * step;
    add_ticks(scale, step);
    return scale;
}

axis logarithmic_axis(const value_range& range) {
    axis scale{1, 10, true};
    if (!range.empty()) {
        // A twentieth of the height stays free above and below; a single value gets a factor of two.
        const double ratio = range.high() / range.low();
        const double room = ratio > 1 + same ? std::pow(ratio, 0.05) : 2;
        scale.low = range.low() / room;
        scale.high = range.high() * room;
    }
    const double first = std::floor(std::log10(scale.low));
    const double decades = std::log10(scale.high / scale.low);
    const double stride = std::max(1.0, std::ceil(decades / 8));
    for (double power = first; power <= std::log10(scale.high); power += stride) {
        for (const double factor : {1.0, 2.0, 5.0}) {
            const double value = factor * std::pow(10.0, power);
            if (value < scale.low || value > scale.high || (factor > 1 && decades > 3)) continue;
            scale.ticks.push_back({value, tick_text(value, value, value)});
        }
    }
    if (scale.ticks.size() < 3) {
        scale.ticks.clear();
        add_ticks(scale, step_for(scale, 5));
    }
    return scale;
}

} // namespace examples
