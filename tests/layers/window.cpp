// The arithmetic of windows, against counting; options in any order; and how they are told.
#include "strata/layers/window.hpp"

#include <doctest/doctest.h>

namespace {

using namespace strata;

// Options: any order, the last of its kind counts, and a layer's own default stride.
constexpr window_options none = read_options<>(1);
static_assert(none.stride == size2d{1} && !none.same && !none.has_output_padding);
static_assert(read_options<>(size2d{2, 3}).stride == size2d{2, 3});
static_assert(read_options<stride<2>>(1).stride == size2d{2, 2});
static_assert(read_options<stride<2, 3>>(1).stride == size2d{2, 3});
static_assert(read_options<same, stride<2>>(1).same && read_options<stride<2>, same>(1).same);
static_assert(!read_options<valid>(1).same && !read_options<same, valid>(1).same);
static_assert(read_options<output_padding<0>>(1).has_output_padding);
static_assert(read_options<output_padding<1, 0>>(1).output_padding == size2d{1, 0});

static_assert(!none.has_padding && none.padding == size2d{0});
static_assert(read_options<padding<1>>(1).has_padding && read_options<padding<1>>(1).padding == size2d{1});
static_assert(read_options<stride<2>, padding<1, 2>>(1).padding == size2d{1, 2});
static_assert(!read_options<padding<1>, same>(1).has_padding && read_options<padding<1>, same>(1).same);
static_assert(read_options<padding<1>, valid>(1).padding == size2d{0});
static_assert(read_options<same, padding<1>>(1).has_padding && !read_options<same, padding<1>>(1).same);

static_assert(!none.has_dilation && none.dilation == size2d{1});
static_assert(read_options<dilation<2>, same>(1).dilation == size2d{2} &&
              read_options<dilation<2>>(1).has_dilation);
static_assert(read_options<dilation<2, 3>>(1).dilation == size2d{2, 3});
static_assert(dilated_size(3, 1) == 3 && dilated_size(3, 2) == 5 && dilated_size(1, 7) == 1);

static_assert(!none.has_groups && none.groups == 1);
static_assert(read_options<groups<4>>(1).groups == 4 && read_options<groups<4>>(1).has_groups);

static_assert(read_options<stride<2>, int>(1).unknown && !read_options<stride<2>, same>(1).unknown);

static_assert(size2d{3} == size2d{3, 3});
static_assert(kernel<3, 5> == size2d{3, 5});
static_assert(size2d{} == size2d{1});
static_assert(size2d{1}.positive() && !size2d{0, 1}.positive() && !size2d{1, 0}.positive());

/// Calls f(pixels, window, stride) for small sizes.
template <class Function>
void for_each_axis(const Function& f) {
    for (std::size_t pixels = 1; pixels <= 20; ++pixels)
        for (std::size_t window = 1; window <= 7; ++window)
            for (std::size_t step = 1; step <= 5; ++step) {
                CAPTURE(pixels);
                CAPTURE(window);
                CAPTURE(step);
                f(pixels, window, step);
            }
}

TEST_CASE("valid has as many windows as fit") {
    for_each_axis([](std::size_t image, std::size_t window, std::size_t step) {
        std::size_t fit = 0;
        while (fit * step + window <= image) ++fit;
        const window_axis axis = window_axis::over_image(image, window, step, false);
        CHECK(axis.map == fit);
        CHECK(axis.pad == 0);
        CHECK(axis.image == image);
    });
}

TEST_CASE("padding is added on both sides, and then as many windows as fit") {
    for_each_axis([](std::size_t image, std::size_t window, std::size_t step) {
        for (std::size_t padding = 0; padding < 5; ++padding) {
            CAPTURE(padding);
            const window_axis axis = window_axis::over_image(image, window, step, false, padding);
            CHECK(axis.map == window_axis::over_image(image + 2 * padding, window, step, false).map);
            CHECK(axis.pad == padding);
        }
    });
}

TEST_CASE("same has a window at every stride of the image, and as little padding as that takes, the odd one "
          "after") {
    for_each_axis([](std::size_t image, std::size_t window, std::size_t step) {
        std::size_t starts = 0;
        while (starts * step < image) ++starts;
        const window_axis axis = window_axis::over_image(image, window, step, true);
        CHECK(axis.map == starts);
        const std::size_t reach = (axis.map - 1) * step + window;
        const std::size_t padding = reach > image ? reach - image : 0;
        CHECK(axis.pad == padding / 2);
    });
}

TEST_CASE("over_map is the way back: over_image of its image gives the map again") {
    for_each_axis([](std::size_t map, std::size_t window, std::size_t step) {
        for (const bool same : {false, true}) {
            CAPTURE(same);
            const window_axis back = window_axis::over_map(map, window, step, same, false, 0);
            CHECK(back.map == map);
            CHECK(back.image == (same ? map * step : map * step + (window > step ? window - step : 0)));
            const window_axis there = window_axis::over_image(back.image, window, step, same);
            CHECK(there.map == map);
            CHECK(there.pad == back.pad);
        }
    });
}

TEST_CASE("output_padding chooses among the images that a convolution makes one map of") {
    for_each_axis([](std::size_t map, std::size_t window, std::size_t step) {
        for (std::size_t extra = 0; extra < step; ++extra) {
            CAPTURE(extra);
            const window_axis back = window_axis::over_map(map, window, step, false, true, extra);
            CHECK(back.image == (map - 1) * step + window + extra);
            CHECK(back.pad == 0);
            CHECK(window_axis::over_image(back.image, window, step, false).map == map);
            if (window % 2 == 0) continue;
            // Of an odd window, same loses half on each side.
            const window_axis cut = window_axis::over_map(map, window, step, true, true, extra);
            CHECK(cut.image == (map - 1) * step + 1 + extra);
            const window_axis there = window_axis::over_image(cut.image, window, step, true);
            CHECK(there.map == map);
            CHECK(there.pad == cut.pad);
        }
    });
}

TEST_CASE("padding is cut off a transposed convolution, and put around what a convolution makes the map of") {
    for_each_axis([](std::size_t map, std::size_t window, std::size_t step) {
        for (std::size_t extra = 0; extra < step; ++extra)
            for (std::size_t padding = 0; padding <= window; ++padding) {
                CAPTURE(extra);
                CAPTURE(padding);
                const std::size_t reach = (map - 1) * step + window + extra;
                const window_axis back =
                    window_axis::over_map(map, window, step, false, true, extra, true, padding);
                CHECK(back.image == (reach > 2 * padding ? reach - 2 * padding : 0));
                CHECK(back.pad == padding);
                if (back.image == 0) continue;
                CHECK(window_axis::over_image(back.image, window, step, false, padding).map == map);
            }
    });
}

TEST_CASE("windows are described in one line") {
    CHECK(to_string(size2d{3, 5}) == "3x5");
    CHECK(describe_window(3, read_options<>(1)) == "3x3");
    CHECK(describe_window(size2d{3, 1}, read_options<stride<2, 1>>(1)) == "3x1, stride 2x1");
    CHECK(describe_window(3, read_options<same>(1)) == "3x3, same");
    CHECK(describe_window(3, read_options<dilation<2>>(1)) == "3x3, dilation 2x2");
    CHECK(describe_window(3, read_options<groups<4>>(1)) == "3x3, groups 4");
    CHECK(describe_window(3, read_options<padding<1>>(1)) == "3x3, padding 1x1");
    CHECK(describe_window(3, read_options<stride<2>, same, output_padding<1>>(1)) ==
          "3x3, stride 2x2, same, output padding 1x1");
}

} // namespace
