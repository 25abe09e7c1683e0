// What each kind of layer computes, as scalar loops over sizes that are known when they run: row by row, in double, straight
// from the layers' definitions. Parameters come row-major, in the layers' order.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

namespace oracle {

using std::size_t;
using numbers = std::vector<double>;
using parameters = std::vector<numbers>;

/// An oracle that works on each row by itself: calls f(x, y) for each, x of `in` numbers, y of `out` zeros.
template <class Function>
numbers for_each_row(size_t rows, const numbers& x, size_t out, const Function& f) {
    numbers all;
    const size_t in = x.size() / rows;
    for (size_t r = 0; r < rows; ++r) {
        const numbers row(x.begin() + std::ptrdiff_t(r * in), x.begin() + std::ptrdiff_t((r + 1) * in));
        numbers y(out);
        f(row, y);
        all.insert(all.end(), y.begin(), y.end());
    }
    return all;
}

/// y = x W + b.
struct dense {
    size_t in, units;
    numbers operator()(size_t rows, const numbers& x, const parameters& p, size_t first = 0) const {
        return for_each_row(rows, x, units, [&](const numbers& row, numbers& y) {
            for (size_t u = 0; u < units; ++u) {
                y[u] = p[first + 1][u];
                for (size_t i = 0; i < in; ++i) y[u] += row[i] * p[first][i * units + u];
            }
        });
    }
};

/// dense, tanh, and dense's matrix the other way round.
struct tied {
    size_t in, units;
    numbers operator()(size_t rows, const numbers& x, const parameters& p) const {
        numbers hidden = dense{in, units}(rows, x, p);
        for (double& h : hidden) h = std::tanh(h);
        return for_each_row(rows, hidden, in, [&](const numbers& row, numbers& y) {
            for (size_t i = 0; i < in; ++i) {
                y[i] = p[2][i];
                for (size_t u = 0; u < units; ++u) y[i] += row[u] * p[0][i * units + u];
            }
        });
    }
};

/// Every window of an image, whose first pixel may lie `top` rows above it and `left` columns before it.
struct window {
    size_t height, width, channels, out_height, out_width, kernel_height, kernel_width, stride_y, stride_x,
        top, left, dilation_y = 1, dilation_x = 1;

    /// Calls f(place in the map, place in the kernel, pixel of the image) for each pixel of a window that the image has.
    template <class Function>
    void visit(const Function& f) const {
        for (size_t oy = 0; oy < out_height; ++oy)
            for (size_t ox = 0; ox < out_width; ++ox)
                for (size_t ky = 0; ky < kernel_height; ++ky)
                    for (size_t kx = 0; kx < kernel_width; ++kx) {
                        const size_t iy = oy * stride_y + ky * dilation_y;
                        const size_t ix = ox * stride_x + kx * dilation_x;
                        if (iy < top || iy >= top + height || ix < left || ix >= left + width) continue;
                        f(oy * out_width + ox, ky * kernel_width + kx, (iy - top) * width + (ix - left));
                    }
    }
};

struct conv2d {
    window w;
    size_t filters, groups;
    numbers operator()(size_t rows, const numbers& x, const parameters& p) const {
        const size_t map = w.out_height * w.out_width, own = w.channels / groups;
        return for_each_row(rows, x, map * filters, [&](const numbers& row, numbers& y) {
            for (size_t m = 0; m < map * filters; ++m) y[m] = p[1][m % filters];
            w.visit([&](size_t m, size_t k, size_t pixel) {
                for (size_t f = 0; f < filters; ++f)
                    for (size_t c = 0; c < own; ++c)
                        y[m * filters + f] += row[pixel * w.channels + f / (filters / groups) * own + c] *
                                              p[0][(k * own + c) * filters + f];
            });
        });
    }
};

/// `w` goes over the output, as the convolution of which this is the transpose.
struct conv2d_transpose {
    window w;
    size_t in_channels;
    numbers operator()(size_t rows, const numbers& x, const parameters& p) const {
        const size_t filters = w.channels;
        return for_each_row(rows, x, w.height * w.width * filters, [&](const numbers& row, numbers& y) {
            for (size_t i = 0; i < y.size(); ++i) y[i] = p[1][i % filters];
            w.visit([&](size_t m, size_t k, size_t pixel) {
                for (size_t f = 0; f < filters; ++f)
                    for (size_t c = 0; c < in_channels; ++c)
                        y[pixel * filters + f] +=
                            row[m * in_channels + c] * p[0][(k * filters + f) * in_channels + c];
            });
        });
    }
};

struct max_pool2d {
    window w;
    numbers operator()(size_t rows, const numbers& x, const parameters&) const {
        return for_each_row(
            rows, x, w.out_height * w.out_width * w.channels, [&](const numbers& row, numbers& y) {
                std::fill(y.begin(), y.end(), -std::numeric_limits<double>::infinity());
                w.visit([&](size_t m, size_t, size_t pixel) {
                    for (size_t c = 0; c < w.channels; ++c)
                        y[m * w.channels + c] = std::max(y[m * w.channels + c], row[pixel * w.channels + c]);
                });
            });
    }
};

struct average_pool2d {
    window w;
    numbers operator()(size_t rows, const numbers& x, const parameters&) const {
        return for_each_row(
            rows, x, w.out_height * w.out_width * w.channels, [&](const numbers& row, numbers& y) {
                w.visit([&](size_t m, size_t, size_t pixel) {
                    for (size_t c = 0; c < w.channels; ++c)
                        y[m * w.channels + c] += row[pixel * w.channels + c] /
                                                 static_cast<double>(w.kernel_height * w.kernel_width);
                });
            });
    }
};

struct upsample2d {
    size_t height, width, channels, down, across;
    bool bilinear;
    /// The two pixels of an axis that make one of `times` as many, and the second's weight.
    struct mix {
        size_t first, second;
        double share;
    };
    static mix at(size_t place, size_t times, size_t pixels) {
        const double from = (static_cast<double>(place) + 0.5) / static_cast<double>(times) - 0.5;
        const double low = std::floor(from);
        const auto inside = [&](double p) {
            return static_cast<size_t>(std::clamp(p, 0.0, static_cast<double>(pixels - 1)));
        };
        return {inside(low), inside(low + 1), from - low};
    }
    numbers operator()(size_t rows, const numbers& x, const parameters&) const {
        const size_t out_width = width * across;
        return for_each_row(
            rows, x, height * down * out_width * channels, [&](const numbers& row, numbers& y) {
                for (size_t i = 0; i < y.size(); ++i) {
                    const size_t c = i % channels, ox = i / channels % out_width,
                                 oy = i / channels / out_width;
                    const auto pixel = [&](size_t py, size_t px) {
                        return row[(py * width + px) * channels + c];
                    };
                    const mix v = at(oy, down, height), h = at(ox, across, width);
                    y[i] = bilinear ? (1 - v.share) * ((1 - h.share) * pixel(v.first, h.first) +
                                                       h.share * pixel(v.first, h.second)) +
                                          v.share * ((1 - h.share) * pixel(v.second, h.first) +
                                                     h.share * pixel(v.second, h.second))
                                    : pixel(oy / down, ox / across);
                }
            });
    }
};

struct zero_pad2d {
    size_t height, width, channels, top, bottom, left, right;
    numbers operator()(size_t rows, const numbers& x, const parameters&) const {
        const size_t out_width = left + width + right;
        return for_each_row(
            rows, x, (top + height + bottom) * out_width * channels, [&](const numbers& row, numbers& y) {
                for (size_t i = 0; i < row.size(); ++i) {
                    const size_t pixel = i / channels;
                    y[((pixel / width + top) * out_width + pixel % width + left) * channels + i % channels] =
                        row[i];
                }
            });
    }
};

/// Values of which f says to which of `sets` each belongs, in a row or in all rows, brought to mean 0 and variance 1.
template <class Set>
void normalize(const numbers& x, size_t sets, const Set& set, numbers& y) {
    numbers mean(sets), variance(sets), count(sets);
    for (size_t i = 0; i < x.size(); ++i) mean[set(i)] += x[i], count[set(i)] += 1;
    for (size_t s = 0; s < sets; ++s) mean[s] /= count[s];
    for (size_t i = 0; i < x.size(); ++i) variance[set(i)] += std::pow(x[i] - mean[set(i)], 2);
    for (size_t i = 0; i < x.size(); ++i)
        y[i] =
            (x[i] - mean[set(i)]) / std::sqrt(variance[set(i)] / count[set(i)] + static_cast<double>(1e-5f));
}
inline void scale_and_shift(numbers& y, const parameters& p) {
    const size_t channels = p[0].size();
    for (size_t i = 0; i < y.size(); ++i) y[i] = y[i] * p[0][i % channels] + p[1][i % channels];
}

/// In training: over all rows and pixels.
struct batch_norm {
    size_t channels;
    numbers operator()(size_t, const numbers& x, const parameters& p) const {
        numbers y(x.size());
        normalize(x, channels, [&](size_t i) { return i % channels; }, y);
        scale_and_shift(y, p);
        return y;
    }
};
/// Over the last axis.
struct layer_norm {
    size_t channels;
    numbers operator()(size_t, const numbers& x, const parameters& p) const {
        numbers y(x.size());
        normalize(x, x.size() / channels, [&](size_t i) { return i / channels; }, y);
        scale_and_shift(y, p);
        return y;
    }
};
/// Over the pixels and channels of a group.
struct group_norm {
    size_t channels, groups;
    numbers operator()(size_t rows, const numbers& x, const parameters& p) const {
        return for_each_row(rows, x, x.size() / rows, [&](const numbers& row, numbers& y) {
            normalize(row, groups, [&](size_t i) { return i % channels / (channels / groups); }, y);
            scale_and_shift(y, p);
        });
    }
};

struct prelu {
    size_t channels;
    numbers operator()(size_t, const numbers& x, const parameters& p) const {
        numbers y = x;
        for (size_t i = 0; i < y.size(); ++i)
            if (x[i] < 0) y[i] *= p[0][i % channels];
        return y;
    }
};

/// A function of one number.
template <class Function>
struct each {
    Function f;
    numbers operator()(size_t, const numbers& x, const parameters&) const {
        numbers y = x;
        for (double& v : y) v = f(v);
        return y;
    }
};
template <class Function>
each(Function) -> each<Function>;

/// Over the last axis.
struct softmax {
    size_t channels;
    numbers operator()(size_t, const numbers& x, const parameters&) const {
        numbers y(x.size());
        for (size_t begin = 0; begin < x.size(); begin += channels) {
            double sum = 0;
            for (size_t i = begin; i < begin + channels; ++i) sum += std::exp(x[i]);
            for (size_t i = begin; i < begin + channels; ++i) y[i] = std::exp(x[i]) / sum;
        }
        return y;
    }
};

/// The mean of the pixels of each channel.
struct global_average {
    size_t channels;
    numbers operator()(size_t rows, const numbers& x, const parameters&) const {
        return for_each_row(rows, x, channels, [&](const numbers& row, numbers& y) {
            for (size_t i = 0; i < row.size(); ++i)
                y[i % channels] += row[i] / (static_cast<double>(row.size()) / static_cast<double>(channels));
        });
    }
};

/// f(tanh(x), x) of each number.
template <class Function>
struct joined {
    Function f;
    numbers operator()(size_t, const numbers& x, const parameters&) const {
        numbers y = x;
        for (double& v : y) v = f(std::tanh(v), v);
        return y;
    }
};
template <class Function>
joined(Function) -> joined<Function>;

/// A convolution of one pixel beside its input, along the last axis.
struct conv_beside_input {
    size_t pixels, channels, filters;
    numbers operator()(size_t rows, const numbers& x, const parameters& p) const {
        const numbers maps = dense{channels, filters}(rows * pixels, x, p);
        numbers all;
        for (size_t i = 0; i < rows * pixels; ++i) {
            for (size_t f = 0; f < filters; ++f) all.push_back(maps[i * filters + f]);
            for (size_t c = 0; c < channels; ++c) all.push_back(x[i * channels + c]);
        }
        return all;
    }
};

} // namespace oracle
