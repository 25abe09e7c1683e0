// The numbers that noisy layers draw: none twice, whatever the row, the pass, the layer or the place in the
// row.
#include "strata/layers/noise.hpp"
#include "strata/layers/dropout.hpp"

#include "support/networks.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <vector>

namespace {

using namespace strata;

/// A row's numbers, by the uniform ones.
std::vector<float> row_of(const noise_source& source, std::size_t row, std::size_t width) {
    std::vector<float> all(width, -1.0f);
    detail::for_each_draw<strata::arch>(
        source, row, width,
        [](std::span<float> values, seed s, std::uint64_t stream, std::uint64_t block) {
            fill_uniform(values, 0.0f, 1.0f, s, stream, block);
        },
        [&](std::size_t first, std::span<const float> values) {
            std::copy(values.begin(), values.end(), all.begin() + std::ptrdiff_t(first));
        });
    return all;
}

TEST_CASE("a row's numbers are drawn in pieces, all of them, and again the same") {
    for (const std::size_t width : {1u, 3u, 4u, 255u, 256u, 257u, 1000u}) {
        const std::vector<float> row = row_of({1, 2, 3}, 4, width);
        CHECK(std::count(row.begin(), row.end(), -1.0f) == 0);
        CHECK(row == row_of({1, 2, 3}, 4, width));
    }
}

TEST_CASE("rows, passes, layers and pieces share no numbers") {
    // Of 24 bits each, so that among some thousands a few are equal by chance, but no four in a row are.
    std::set<std::vector<float>> fours;
    std::size_t count = 0;
    for (std::uint64_t stream = 0; stream < 2; ++stream)
        for (std::uint64_t pass = 0; pass < 3; ++pass)
            for (std::size_t row = 0; row < 5; ++row) {
                const std::vector<float> numbers = row_of({7, stream, pass}, row, 600);
                for (std::size_t i = 0; i < 600; i += 4) {
                    fours.insert(
                        {numbers.begin() + std::ptrdiff_t(i), numbers.begin() + std::ptrdiff_t(i + 4)});
                    ++count;
                }
            }
    CHECK(fours.size() == count);
}

TEST_CASE("two layers of one network drop different values") {
    struct twice : network<input<64>, dropout<0.5>, dropout<0.5>> {};
    workspace<twice, batch<1>> work;
    const rows_view y = forward(model<twice>{}, work, std::vector<float>(64, 1.0f));
    // With one mask for both, half of the values would be left.
    CHECK(std::count(y[0].begin(), y[0].end(), 4.0f) < 26);
    CHECK(std::count(y[0].begin(), y[0].end(), 4.0f) > 6);
}

} // namespace
