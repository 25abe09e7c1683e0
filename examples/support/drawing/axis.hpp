// The scale of a chart's axis: which values it spans, where its ticks are, and how they are written.
#pragma once

#include <limits>
#include <string>
#include <vector>

namespace examples {

/// The smallest interval around the values seen. Values that cannot be drawn are passed over.
class value_range {
public:
    explicit value_range(bool positive_only = false) : positive_only_{positive_only} {}

    [[nodiscard]] bool can_show(double value) const;
    void include(double value);

    [[nodiscard]] bool empty() const { return low_ > high_; }
    [[nodiscard]] double low() const { return low_; }
    [[nodiscard]] double high() const { return high_; }
    [[nodiscard]] bool only_integers() const { return only_integers_; }

private:
    bool positive_only_;
    bool only_integers_ = true;
    double low_ = std::numeric_limits<double>::infinity();
    double high_ = -std::numeric_limits<double>::infinity();
};

/// A value with its text.
struct tick {
    double value;
    std::string text;
};

/// An axis from low to high. Ticks are at 1, 2 or 5 times a power of ten.
struct axis {
    double low = 0;
    double high = 1;
    bool logarithmic = false;
    std::vector<tick> ticks{};

    /// Where a value lies: 0 at low, 1 at high.
    [[nodiscard]] double position(double value) const;
};

/// An axis that begins and ends with the data; only whole numbers as ticks where the data has no others.
axis tight_axis(const value_range& range);

/// An axis that begins and ends with a tick.
axis round_axis(const value_range& range);

/// An axis on which equal factors are equal distances.
axis logarithmic_axis(const value_range& range);

/// The number with at most `decimals` digits after the point and no zeros at its end, whatever the locale.
std::string plain_number(double value, int decimals);

} // namespace examples
