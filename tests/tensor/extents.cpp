// Extents: the shape of one sample as a value, and the padding of rows.
#include "strata/tensor/extents.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <limits>
#include <stdexcept>
#include <type_traits>
#include <vector>

namespace {

using strata::extents;
using strata::padded;
using strata::row_stride;
using strata::shape;

TEST_CASE("padded rounds up to whole lines of 64 bytes") {
    static_assert(strata::floats_per_line * sizeof(float) == 64);
    CHECK(padded(0) == 0);
    CHECK(padded(1) == 16);
    CHECK(padded(15) == 16);
    CHECK(padded(16) == 16);
    CHECK(padded(17) == 32);
    for (std::size_t n = 0; n < 200; ++n) {
        CAPTURE(n);
        CHECK(padded(n) % 16 == 0);
        CHECK(padded(n) >= n);
        CHECK(padded(n) < n + 16);
    }
}

TEST_CASE("rows lie whole lines apart, but never whole KiB") {
    CHECK(row_stride(0) == 0);
    CHECK(row_stride(1) == 16);
    CHECK(row_stride(255) == 272);
    CHECK(row_stride(256) == 272);
    CHECK(row_stride(257) == 272);
    CHECK(row_stride(784) == 784);
    CHECK(row_stride(1024) == 1040);
    for (std::size_t n = 1; n < 2000; ++n) {
        CAPTURE(n);
        CHECK(row_stride(n) % 16 == 0);
        CHECK(row_stride(n) % 256 != 0);
        CHECK(row_stride(n) >= n);
        CHECK(row_stride(n) < n + 32);
    }
}

TEST_CASE("extents hold rank and sizes, and zero beyond their rank") {
    constexpr extents image{28, 20, 3};
    static_assert(image.rank == 3 && image[0] == 28 && image[1] == 20 && image[2] == 3);
    static_assert(image.size[3] == 0);
    CHECK(image.count() == 1680);
    CHECK(image.last() == 3);
    CHECK(extents{7}.count() == 7);
    CHECK(extents{7}.last() == 7);
    CHECK(extents{2, 3, 4, 5}.count() == 120);
    CHECK(extents{2, 3, 4, 5}.last() == 5);
    CHECK(extents{2, 0, 4}.count() == 0);
}

TEST_CASE("no extents at all are the shape of one number") {
    constexpr extents nothing;
    static_assert(nothing.rank == 0 && nothing.count() == 1 && nothing.last() == 1);
}

TEST_CASE("extents are equal if rank and sizes are") {
    CHECK(extents{28, 28, 1} == shape<28, 28, 1>);
    CHECK(extents{28, 28} != shape<28, 28, 1>);
    CHECK(extents{28, 28, 1} != shape<28, 1, 28>);
    CHECK(extents{} != shape<1>);
}

template <extents Shape>
struct shaped {};

TEST_CASE("extents may be template arguments, and a number is no extents by accident") {
    static_assert(std::is_same_v<shaped<shape<2, 3>>, shaped<extents{2, 3}>>);
    static_assert(!std::is_same_v<shaped<shape<6>>, shaped<shape<2, 3>>>);
    static_assert(!std::is_convertible_v<int, extents>);
    static_assert(!std::is_constructible_v<extents, int, int, int, int, int>);
}

TEST_CASE("extents as text") {
    CHECK(strata::to_string(shape<28, 28, 1>) == "28 x 28 x 1");
    CHECK(strata::to_string(shape<10>) == "10");
    CHECK(strata::to_string(extents{}).empty());
}

} // namespace

namespace {

TEST_CASE("sums and products of sizes that no size holds are too_many, and larger than any that is allowed") {
    constexpr std::size_t top = std::numeric_limits<std::size_t>::max();
    static_assert(strata::too_many > strata::most_floats);
    static_assert(strata::too_many % strata::floats_per_line == 0);
    std::vector<std::size_t> sizes{0,   1,       2,        3,        15,       16,      17,
                                   top, top - 1, top - 14, top - 15, top - 16, top / 2, top / 3};
    for (int bit = 4; bit < 64; bit += 3)
        for (const std::size_t near : {top, std::size_t{0}, std::size_t{1}})
            sizes.push_back((std::size_t{1} << bit) + near);
    for (const std::size_t a : sizes)
        for (const std::size_t b : sizes) {
            __extension__ using wide = unsigned __int128;
            const auto limit = static_cast<wide>(strata::too_many);
            CHECK(strata::multiply_sizes(a, b) == std::min(static_cast<wide>(a) * b, limit));
            CHECK(strata::add_sizes(a, b) == std::min(static_cast<wide>(a) + b, limit));
            CHECK(extents{a, b}.count() == strata::multiply_sizes(a, b));
            if (strata::multiply_sizes(a, b) > strata::most_floats)
                CHECK_THROWS_AS(strata::count_of_floats(a, b), std::length_error);
            else
                CHECK(strata::count_of_floats(a, b) == a * b);
        }
    for (const std::size_t floats : sizes) {
        CHECK(padded(floats) >= std::min(floats, strata::too_many));
        CHECK(padded(floats) % 16 == 0);
        CHECK(row_stride(floats) >= std::min(floats, strata::too_many));
    }
    CHECK(shape<65536, 65536, 65536, 65536>.count() == strata::too_many);
    CHECK(extents{top, top, top, std::size_t{0}}.count() == 0);
}

TEST_CASE("a shape is that of a sample with axes of size 1 left out or added, or flat") {
    using strata::is_sample_of;
    CHECK(is_sample_of(shape<4, 6>, shape<4, 6, 1>));
    CHECK(is_sample_of(shape<1, 4, 1, 6>, shape<4, 6>));
    CHECK(is_sample_of(shape<24>, shape<4, 6, 1>));
    CHECK(is_sample_of(shape<1>, shape<1, 1>));
    CHECK(is_sample_of(shape<1, 1>, shape<1>));
    CHECK_FALSE(is_sample_of(shape<6, 4>, shape<4, 6, 1>));
    CHECK_FALSE(is_sample_of(shape<4, 6>, shape<24>));
    CHECK_FALSE(is_sample_of(shape<4>, shape<4, 6>));
    CHECK_FALSE(is_sample_of(shape<4, 6>, shape<4>));
    CHECK_FALSE(is_sample_of(shape<3, 8, 8>, shape<8, 8, 3>));
}

} // namespace
