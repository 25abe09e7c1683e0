// What tests of kernels share: sums in double with the error that a float may make, memory that notices every
// stray write, random numbers, and the order in which weights lie.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <initializer_list>
#include <limits>
#include <random>
#include <string>
#include <vector>

namespace reference {

inline constexpr float not_a_number = std::numeric_limits<float>::quiet_NaN();
inline constexpr float infinity = std::numeric_limits<float>::infinity();

/// The relative error of one rounding to float.
inline constexpr double rounding = 0x1p-24;

/// What loops go through: for (const std::size_t rows : sizes{1, 2, 7}).
using sizes = std::initializer_list<std::size_t>;

/// `count` floats from [-1, 1), the same on every machine.
inline std::vector<float> random_floats(std::size_t count, std::uint32_t seed) {
    std::mt19937 engine{seed};
    std::vector<float> values(count);
    for (float& value : values) value = static_cast<float>(engine() >> 8) * 0x1p-23f - 1.0f;
    return values;
}

/// The same, one float past where a vector's memory starts: what a kernel reads need not be aligned. Between
/// rows of `width` floats lie NaNs that no result may show; after the last lies nothing.
class rows_of_floats {
public:
    rows_of_floats(std::size_t rows, std::size_t width, std::size_t stride, std::uint32_t seed,
                   float between = not_a_number)
        : values_(1 + (rows == 0 ? 0 : (rows - 1) * stride + width), between), stride_{stride} {
        const std::vector<float> random = random_floats(rows * width, seed);
        for (std::size_t r = 0; r < rows; ++r)
            std::copy_n(random.data() + r * width, width, values_.data() + 1 + r * stride);
    }
    [[nodiscard]] float* data() { return values_.data() + 1; }
    [[nodiscard]] const float* data() const { return values_.data() + 1; }
    [[nodiscard]] double operator()(std::size_t r, std::size_t i) const {
        return static_cast<double>(data()[r * stride_ + i]);
    }

private:
    std::vector<float> values_;
    std::size_t stride_;
};

/// The distance of the floats around a value.
inline double ulp(double value) {
    return value == 0 ? 0x1p-149 : std::max(0x1p-149, std::ldexp(1.0, std::ilogb(value) - 23));
}

/// A sum in double, with what bounds the error of the same sum in float: n additions of n products, each
/// rounded, in any order, are off by at most (n + 1) roundings of the sum of the magnitudes.
class sum {
public:
    void add(double term) {
        value_ += term;
        magnitude_ += std::abs(term);
        ++terms_;
    }
    void add(double a, double b) { add(a * b); }

    [[nodiscard]] double value() const { return value_; }
    [[nodiscard]] double tolerance() const {
        return static_cast<double>(terms_ + 2) * rounding * magnitude_ + 0x1p-149;
    }

    /// Whether a result is this sum, up to so many ulp of the sum of the magnitudes.
    [[nodiscard]] bool is(float got, double ulps = 2) const {
        return std::abs(static_cast<double>(got) - value_) <= ulps * ulp(magnitude_);
    }

private:
    double value_ = 0;
    double magnitude_ = 0;
    std::size_t terms_ = 0;
};

/// Memory for what a kernel writes. Every float in it and around it starts as a canary and must stay one,
/// unless it is expected to become something else.
class output {
public:
    /// `misalignment` is in floats, from a 64-byte line on.
    explicit output(std::size_t count, std::size_t misalignment = 1)
        : memory_(count + 2 * guard + line, canary()), expected_(count) {
        const auto address = reinterpret_cast<std::uintptr_t>(memory_.data()) / sizeof(float);
        begin_ = guard + (2 * line - address % line - guard % line + misalignment) % line;
    }

    [[nodiscard]] float* data() { return memory_.data() + begin_; }
    [[nodiscard]] const float* data() const { return memory_.data() + begin_; }
    [[nodiscard]] std::size_t size() const { return expected_.size(); }

    /// A value for the kernel to begin from.
    void start(std::size_t i, float value) { data()[i] = value; }

    void expect(std::size_t i, double value, double tolerance = 0) {
        expected_[i] = {true, value, tolerance};
    }
    void expect(std::size_t i, const sum& s) { expect(i, s.value(), s.tolerance()); }
    /// The sum, or what a relu makes of it.
    void expect(std::size_t i, const sum& s, bool relu) {
        expect(i, relu ? std::max(0.0, s.value()) : s.value(), s.tolerance());
    }

    /// Takes the second half for the mask of the first: random numbers, which must stay. Values that they hold
    /// back are 0. Returns the distance. To be called after all expectations.
    std::ptrdiff_t mask_distance(std::uint32_t seed) {
        const std::size_t half = size() / 2;
        const std::vector<float> random = random_floats(half, seed);
        for (std::size_t i = 0; i < half; ++i) {
            const float value = i % 5 == 4 ? 0.0f : random[i];
            start(half + i, value);
            expect(half + i, static_cast<double>(value));
            if (expected_[i].written && !(value > 0.0f)) expect(i, 0.0);
        }
        return static_cast<std::ptrdiff_t>(half);
    }

    /// What is wrong first, or nothing: a value that is not as expected, or a write where none should be.
    [[nodiscard]] std::string wrong() const {
        for (std::size_t i = 0; i < size(); ++i) {
            const float got = data()[i];
            const expectation& e = expected_[i];
            if (!e.written && !is_canary(got)) return "written, though it should not be, at " + at(i, got);
            if (e.written && !near(got, e.value, e.tolerance))
                return at(i, got) + ", expected " + text(e.value) + " +- " + text(e.tolerance);
        }
        return written_outside();
    }

    /// The same for scratch, in which anything may be: only what is around counts.
    [[nodiscard]] std::string written_outside() const {
        for (std::size_t i = 0; i < memory_.size(); ++i)
            if ((i < begin_ || i >= begin_ + size()) && !is_canary(memory_[i]))
                return "written outside: " + std::to_string(static_cast<std::ptrdiff_t>(i - begin_)) +
                       " of " + std::to_string(size());
        return {};
    }

private:
    struct expectation {
        bool written = false;
        double value = 0;
        double tolerance = 0;
    };
    static constexpr std::size_t line = 16;
    static constexpr std::size_t guard = 80;

    static float canary() { return std::bit_cast<float>(std::uint32_t{0x7fc0beef}); }
    static bool is_canary(float value) { return std::bit_cast<std::uint32_t>(value) == 0x7fc0beef; }

    static bool near(float got, double value, double tolerance) {
        const auto as_double = static_cast<double>(got);
        if (std::isnan(value)) return std::isnan(got) && !is_canary(got);
        if (std::isinf(value)) return as_double == value;
        return std::abs(as_double - value) <= tolerance;
    }
    static std::string text(double value) {
        char digits[32];
        std::snprintf(digits, sizeof digits, "%.9g", value);
        return digits;
    }
    static std::string at(std::size_t i, float got) {
        return "[" + std::to_string(i) + "]: " + text(static_cast<double>(got));
    }

    std::vector<float> memory_;
    std::vector<expectation> expected_;
    std::size_t begin_;
};

/// Where element (row, column) of a matrix of `rows` rows lies among panels of 16 columns.
constexpr std::size_t in_panels(std::size_t rows, std::size_t row, std::size_t column) {
    return (column / 16 * rows + row) * 16 + column % 16;
}
constexpr std::size_t up_to_panels(std::size_t columns) { return (columns + 15) / 16 * 16; }

/// A random matrix in panels; the columns after the last are zero.
class panelled_matrix {
public:
    panelled_matrix(std::size_t rows, std::size_t columns, std::uint32_t seed)
        : values_(1 + rows * up_to_panels(columns), 0.0f), rows_{rows} {
        const std::vector<float> random = random_floats(rows * columns, seed);
        for (std::size_t r = 0; r < rows; ++r)
            for (std::size_t c = 0; c < columns; ++c)
                values_[1 + in_panels(rows, r, c)] = random[r * columns + c];
    }
    [[nodiscard]] const float* data() const { return values_.data() + 1; }
    [[nodiscard]] double operator()(std::size_t r, std::size_t c) const {
        return static_cast<double>(data()[in_panels(rows_, r, c)]);
    }

private:
    std::vector<float> values_;
    std::size_t rows_;
};

} // namespace reference
