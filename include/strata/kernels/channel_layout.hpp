// What grouped convolution of small groups reads: pixels laid out a lane for each of the map's channels, and which taps of
// a window lie on the image.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/conv.hpp"

#include <algorithm>
#include <cstddef>

namespace strata::inline STRATA_TARGET::kernels {

/// A convolution in groups of channels: what each group's is, and how many there are. A pixel holds the groups' channels
/// one after another. The weights are one matrix: its rows are those of a group, its columns the channels of all maps.
struct conv_groups {
    conv_geometry group;
    std::size_t groups;

    [[nodiscard]] constexpr std::size_t image_channels() const { return groups * group.image_channels; }
    [[nodiscard]] constexpr std::size_t map_channels() const { return groups * group.map_channels; }
    /// Whether groups are so small that products of panels would leave most lanes empty.
    [[nodiscard]] constexpr bool small() const {
        return group.image_channels <= panel / 2 && group.map_channels <= panel / 2;
    }
};

namespace detail {

/// One panel of lanes, of which each group has `wide`: how a pixel, whose groups have `each` channels, is laid out for
/// them. For each of a group's channels there is a row of a panel, in which it stands in all lanes of its group.
struct panel_lanes {
    std::size_t each, wide;
    std::size_t first, count; ///< lanes; those after them are 0

    template <class Real>
    void spread(const Real* pixel, Real* to) const {
        if (count == panel && wide == 2)
            spread_runs<2>(pixel, to);
        else if (count == panel && wide == 4)
            spread_runs<4>(pixel, to);
        else if (count == panel && wide == 8)
            spread_runs<8>(pixel, to);
        else
            for (std::size_t c = 0; c < each; ++c, to += panel)
                for (std::size_t k = 0; k < panel; ++k)
                    to[k] = k < count ? pixel[(first + k) / wide * each + c] : Real(0);
    }

private:
    /// The same for whole panels of whole groups, whose width the compiler knows.
    template <std::size_t Wide, class Real>
    void spread_runs(const Real* pixel, Real* to) const {
        pixel += first / Wide * each;
        for (std::size_t c = 0; c < each; ++c, to += panel)
            for (std::size_t group = 0; group < panel / Wide; ++group)
                std::fill_n(to + group * Wide, Wide, pixel[group * each + c]);
    }
};

/// Pixels whose panel of lanes can be read: where it lies, and the distances between rows and pixels.
template <class Real>
struct panel_view {
    const Real* data;
    std::size_t row, pixel;
};

/// The pixels of an image or a map in `scratch`, laid out for so many lanes of each of its groups: the lanes of a panel
/// side by side. Where each lane is a channel they could be read where they are, but a copy reads a sample from memory in
/// one go, and no panel is wider than its channels.
template <class Real>
class laid_out {
public:
    laid_out(std::size_t each, std::size_t wide, std::size_t groups, std::size_t height, std::size_t width,
             const Real* pixels, Real* scratch)
        : data_{scratch},
          width_{width},
          count_{height * width},
          lanes_{whole_panels(groups * wide)},
          each_{each},
          plain_{each == 1 && wide == 1} {
        if (plain_) {
            for (std::size_t p = 0; p < count_; ++p, pixels += groups, scratch += lanes_) {
                std::copy_n(pixels, groups, scratch);
                std::fill_n(scratch + groups, lanes_ - groups, Real(0));
            }
            return;
        }
        for (std::size_t f = 0; f < groups * wide; f += panel) {
            const panel_lanes lanes{each, wide, f, std::min(panel, groups * wide - f)};
            for (std::size_t p = 0; p < count_; ++p, scratch += each * panel)
                lanes.spread(pixels + p * groups * each, scratch);
        }
    }
    /// The lanes from f on, which begins a panel.
    [[nodiscard]] panel_view<Real> from(std::size_t f) const {
        if (plain_) return {data_ + f, width_ * lanes_, lanes_};
        return {data_ + f * each_ * count_, width_ * each_ * panel, each_ * panel};
    }

    static constexpr std::size_t scratch(std::size_t each, std::size_t lanes, std::size_t pixels) {
        return whole_panels(lanes) * each * pixels;
    }

private:
    const Real* data_;
    std::size_t width_, count_, lanes_, each_;
    bool plain_; ///< pixel by pixel, else panel by panel
};

/// Neighbouring windows, along one axis, of which the same taps lie on the image.
struct window_zone {
    std::size_t first, windows;
    std::size_t first_tap, taps;
    std::size_t image_at; ///< the pixel that the first tap of the first window meets

    /// The axis: sizes, and what its windows are.
    struct axis {
        std::size_t image, map, kernel, stride, pad, dilation;

        [[nodiscard]] constexpr std::size_t end_tap(std::size_t window) const {
            const std::size_t at = window * stride;
            return at >= image + pad ? 0 : std::min(kernel, quotient(image + pad - 1 - at, dilation) + 1);
        }
        [[nodiscard]] constexpr std::size_t first_tap(std::size_t window) const {
            const std::size_t at = window * stride;
            return std::min(end_tap(window), at >= pad ? 0 : quotient(pad - at + dilation - 1, dilation));
        }
        /// Division takes as long as a dozen products, and lines of pixels come often.
        static constexpr std::size_t quotient(std::size_t a, std::size_t b) { return b == 1 ? a : a / b; }
    };

    /// The zone that starts at window `at`.
    constexpr window_zone(const axis& a, std::size_t at)
        : first{at},
          windows{1},
          first_tap{a.first_tap(at)},
          taps{a.end_tap(at) - first_tap},
          image_at{taps == 0 ? 0 : at * a.stride + first_tap * a.dilation - a.pad} {
        if (taps == a.kernel) {
            const std::size_t last =
                axis::quotient(a.image + a.pad - 1 - (a.kernel - 1) * a.dilation, a.stride);
            windows = std::min(a.map, last + 1) - at;
            return;
        }
        while (at + windows < a.map && a.first_tap(at + windows) == first_tap &&
               a.end_tap(at + windows) == first_tap + taps)
            ++windows;
    }
};

inline window_zone::axis rows_of(const conv_geometry& g) {
    return {g.image_height, g.map_height, g.kernel_height, g.stride_y, g.pad_top, g.dilation_y};
}
inline window_zone::axis columns_of(const conv_geometry& g) {
    return {g.image_width, g.map_width, g.kernel_width, g.stride_x, g.pad_left, g.dilation_x};
}

/// Calls f(zone) for all of an axis.
template <class Function>
void for_each_window_zone(const window_zone::axis& axis, const Function& f) {
    for (std::size_t at = 0; at < axis.map;) {
        const window_zone zone(axis, at);
        f(zone);
        at += zone.windows;
    }
}

} // namespace detail

} // namespace strata::kernels

#include "strata/meta/macros_back.hpp"
