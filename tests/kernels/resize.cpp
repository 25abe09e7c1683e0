// Enlargement by whole factors, and its gradient, against scalar loops.
#include "strata/kernels/resize.hpp"

#include "support/reference.hpp"

#include <doctest/doctest.h>

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

} // namespace
