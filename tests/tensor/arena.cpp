// Arenas: aligned, zeroed, move-only blocks of floats.
#include "strata/tensor/arena.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <new>
#include <type_traits>
#include <utility>
#include <vector>

namespace {

using strata::arena;

static_assert(!std::is_copy_constructible_v<arena> && !std::is_copy_assignable_v<arena>);
static_assert(std::is_nothrow_move_constructible_v<arena> && std::is_nothrow_move_assignable_v<arena>);
static_assert(!std::is_convertible_v<std::size_t, arena>);

bool all_zero(const arena& a) {
    return std::all_of(a.span().begin(), a.span().end(), [](float value) { return value == 0.0f; });
}

TEST_CASE("an arena is aligned to 64 bytes, a whole number of lines, and zero") {
    for (const std::size_t floats : {1u, 15u, 16u, 17u, 100u, 1000u, 123457u}) {
        CAPTURE(floats);
        // Memory that held something else before, as like as not the same.
        {
            std::vector<float> dirt(strata::padded(floats), 1.0f);
        }
        const arena a{floats};
        CHECK(a.size() == strata::padded(floats));
        CHECK(a.bytes() == 4 * a.size());
        CHECK(reinterpret_cast<std::uintptr_t>(a.data()) % arena::alignment == 0);
        CHECK(a.span().size() == a.size());
        CHECK(a.span().data() == a.data());
        CHECK(all_zero(a));
    }
}

TEST_CASE("an arena of nothing has no memory and can be used all the same") {
    arena a{std::size_t{0}};
    CHECK(a.data() == nullptr);
    CHECK(a.size() == 0);
    CHECK(a.span().empty());
    CHECK(a.clone().size() == 0);
    a.zero();
    arena nothing;
    CHECK(nothing.data() == nullptr);
    CHECK(nothing.bytes() == 0);
    nothing.zero();
}

TEST_CASE("moving hands the block over and leaves an empty arena") {
    arena a{20};
    a.data()[19] = 3.0f;
    const float* block = a.data();
    arena b{std::move(a)};
    CHECK(b.data() == block);
    CHECK(b.size() == 32);
    CHECK(b.data()[19] == 3.0f);
    CHECK(a.data() == nullptr); // NOLINT(bugprone-use-after-move): that is the promise
    CHECK(a.size() == 0);
}

TEST_CASE("moving into an arena gives it the other block; the first one is not lost") {
    arena a{20};
    arena b{40};
    a.data()[0] = 1.0f;
    b.data()[0] = 2.0f;
    const float* block = a.data();
    b = std::move(a);
    CHECK(b.data() == block);
    CHECK(b.size() == 32);
    CHECK(b.data()[0] == 1.0f);
    CHECK(a.size() == 0); // NOLINT(bugprone-use-after-move): that is the promise
    CHECK(a.data() == nullptr);
    arena& same = b;
    b = std::move(same);
    CHECK(b.data() == block);
    CHECK(b.data()[0] == 1.0f);
    b = arena{};
    CHECK(b.size() == 0);
}

TEST_CASE("a clone has the same values in a block of its own") {
    arena a{33};
    for (std::size_t i = 0; i < a.size(); ++i) a.data()[i] = static_cast<float>(i);
    arena b = a.clone();
    CHECK(b.size() == a.size());
    CHECK(b.data() != a.data());
    CHECK(std::equal(a.span().begin(), a.span().end(), b.span().begin()));
    b.data()[5] = -1.0f;
    CHECK(a.data()[5] == 5.0f);
    a.zero();
    CHECK(all_zero(a));
    CHECK(b.data()[6] == 6.0f);
}

} // namespace

TEST_CASE("a block that no memory holds is refused, not cut down") {
    for (const std::size_t floats : {std::size_t{1} << 49, std::size_t{1} << 61, (std::size_t{1} << 62) + 1,
                                     static_cast<std::size_t>(-1), static_cast<std::size_t>(-1) - 20})
        CHECK_THROWS_AS(arena{floats}, std::bad_alloc);
}
