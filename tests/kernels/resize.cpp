// Enlargement by whole factors, by the nearest pixel or between pixels, and the gradients, against scalar loops.
#include "strata/kernels/resize.hpp"

#include "support/reference.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

namespace {

using namespace reference;
using strata::arch;
using strata::kernels::upsample_geometry;
namespace kernels = strata::kernels;

/// Calls f(geometry, number) for factors, also one and different by axis, and channels around a vector.
template <class Function>
void for_each_upsampling(const Function& f) {
    struct pair {
        std::size_t y, x;
    };
    unsigned number = 0;
    for (const pair small : {pair{1, 1}, pair{3, 2}, pair{2, 5}})
        for (const pair factor : {pair{1, 1}, pair{2, 2}, pair{3, 3}, pair{1, 4}, pair{5, 2}})
            for (const std::size_t channels : sizes{1, 2, 3, 7, 8, 9, 15, 16, 17, 33}) {
                const upsample_geometry g{small.y, small.x, channels, factor.y, factor.x};
                INFO("small image " << small.y << "x" << small.x << "x" << channels << ", factor " << factor.y
                                    << "x" << factor.x);
                f(g, number++);
            }
}

/// Calls f(small index, large index) for every value of the large image.
template <class Function>
void for_each_copy(const upsample_geometry& g, const Function& f) {
    const std::size_t width = g.width * g.factor_x;
    for (std::size_t y = 0; y < g.height * g.factor_y; ++y)
        for (std::size_t x = 0; x < width; ++x)
            for (std::size_t c = 0; c < g.channels; ++c)
                f((y / g.factor_y * g.width + x / g.factor_x) * g.channels + c,
                  (y * width + x) * g.channels + c);
}

std::size_t small_floats(const upsample_geometry& g) { return g.height * g.width * g.channels; }
std::size_t large_floats(const upsample_geometry& g) { return small_floats(g) * g.factor_y * g.factor_x; }

TEST_CASE("upsample repeats every pixel") {
    for_each_upsampling([](const upsample_geometry& g, unsigned number) {
        const rows_of_floats small{1, small_floats(g), small_floats(g), number};
        output large{large_floats(g), number % 16};
        for_each_copy(g, [&](std::size_t from, std::size_t to) { large.expect(to, small(0, from)); });
        kernels::upsample<arch>(g, small.data(), large.data());
        CHECK(large.wrong() == "");
    });
}

TEST_CASE("upsample_gradient is the sum over the copies of a pixel") {
    for_each_upsampling([](const upsample_geometry& g, unsigned number) {
        const rows_of_floats large{1, large_floats(g), large_floats(g), number};
        std::vector<sum> sums(small_floats(g));
        for_each_copy(g, [&](std::size_t to, std::size_t from) { sums[to].add(large(0, from)); });
        output small{sums.size(), number % 16};
        for (std::size_t i = 0; i < sums.size(); ++i) small.expect(i, sums[i]);
        kernels::upsample_gradient<arch>(g, large.data(), small.data());
        CHECK(small.wrong() == "");
    });
}

/// Calls f(small pixel, share) for the one or two pixels of a line that an enlarged one is mixed from, by the definition:
/// coordinates of pixels are their middles.
template <class Function>
void for_each_share(std::size_t at, std::size_t size, std::size_t factor, const Function& f) {
    const double middle = (static_cast<double>(at) + 0.5) / static_cast<double>(factor) - 0.5;
    const double inside = std::clamp(middle, 0.0, static_cast<double>(size - 1));
    const auto first = static_cast<std::size_t>(inside);
    const double share = inside - static_cast<double>(first);
    f(first, 1 - share);
    if (share > 0) f(first + 1, share);
}

/// Calls f(small index, large index, share) for every pair that has one.
template <class Function>
void for_each_mixture(const upsample_geometry& g, const Function& f) {
    const std::size_t width = g.width * g.factor_x;
    for (std::size_t y = 0; y < g.height * g.factor_y; ++y)
        for (std::size_t x = 0; x < width; ++x)
            for_each_share(y, g.height, g.factor_y, [&](std::size_t from_y, double high) {
                for_each_share(x, g.width, g.factor_x, [&](std::size_t from_x, double wide) {
                    for (std::size_t c = 0; c < g.channels; ++c)
                        f((from_y * g.width + from_x) * g.channels + c, (y * width + x) * g.channels + c,
                          high * wide);
                });
            });
}

TEST_CASE("upsample_bilinear mixes neighbours, and its gradient gives each its shares") {
    for_each_upsampling([](const upsample_geometry& g, unsigned number) {
        const rows_of_floats small{1, small_floats(g), small_floats(g), number};
        const rows_of_floats large_gradient{1, large_floats(g), large_floats(g), number + 1};
        std::vector<sum> mixed(large_floats(g));
        std::vector<sum> gathered(small_floats(g));
        for_each_mixture(g, [&](std::size_t from, std::size_t to, double share) {
            mixed[to].add(small(0, from), share);
            gathered[from].add(large_gradient(0, to), share);
        });
        output large{mixed.size(), number % 16};
        output small_gradient{gathered.size(), (number + 3) % 16};
        output scratch{kernels::bilinear_scratch(g), 0};
        for (std::size_t i = 0; i < mixed.size(); ++i)
            large.expect(i, mixed[i].value(), 2 * mixed[i].tolerance());
        for (std::size_t i = 0; i < gathered.size(); ++i)
            small_gradient.expect(i, gathered[i].value(), 2 * gathered[i].tolerance());
        kernels::upsample_bilinear<arch>(g, small.data(), large.data(), scratch.data());
        kernels::upsample_bilinear_gradient<arch>(g, large_gradient.data(), small_gradient.data(),
                                                  scratch.data());
        CHECK(large.wrong() == "");
        CHECK(small_gradient.wrong() == "");
        CHECK(scratch.written_outside() == "");
    });
}

} // namespace
