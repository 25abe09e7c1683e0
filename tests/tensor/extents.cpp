// Extents: the shape of one sample as a value, and the padding of rows.
#include "strata/tensor/extents.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <type_traits>

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
