// Where blocks lie: as low as they can, and whatever there is, no two that live together overlap.

#include "strata/graph/placement.hpp"

#include "strata/random/philox.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <span>

using namespace strata;

namespace {

void check_disjoint(std::span<const planned_block> blocks, std::size_t floats) {
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        const planned_block& a = blocks[i];
        CHECK(a.offset + a.floats <= floats);
        for (std::size_t j = 0; j < i; ++j) {
            const planned_block& b = blocks[j];
            if (a.first_use > b.last_use || b.first_use > a.last_use) continue;
            CAPTURE(i);
            CAPTURE(j);
            CHECK((a.offset + a.floats <= b.offset || b.offset + b.floats <= a.offset));
        }
    }
}

constexpr std::size_t last = 2 * 300 + 1;

/// Blocks as a training step of `layers` layers has them, of sizes that philox draws.
template <std::size_t Most>
std::size_t draw_blocks(std::array<planned_block, Most>& blocks, std::size_t layers, std::uint64_t seed) {
    const philox random{strata::seed{seed}, streams::user};
    std::uint64_t drawn = 0;
    const auto draw = [&](std::size_t below) {
        return static_cast<std::size_t>(random.uniform(drawn++) * static_cast<float>(below)) % below;
    };
    std::size_t used = 0;
    const auto add = [&](std::size_t first, std::size_t last_use) {
        blocks[used++] = {16 * (1 + draw(40)), first, last_use, 0};
    };
    for (std::size_t i = 0; i <= layers; ++i) {
        const bool saved = draw(3) > 0;
        add(i == 0 ? 0 : i - 1, saved ? 2 * layers - i : i);
        add(2 * layers - i, i == 0 ? 2 * layers + 1 : 2 * layers + 1 - i);
        if (draw(2) == 0) add(i, i);
        if (draw(2) == 0) add(2 * layers - i, 2 * layers - i);
    }
    return used;
}

} // namespace

TEST_CASE("blocks are placed lowest first, larger ones before smaller ones") {
    struct placed {
        std::array<planned_block, 4> blocks{{{32, 0, 1, 0}, {64, 1, 2, 0}, {16, 2, 3, 0}, {32, 3, 4, 0}}};
        std::size_t floats;
        consteval placed()
            : floats{detail::place_in_order<4>(blocks, std::array<std::size_t, 4>{1, 0, 3, 2})} {}
    };
    constexpr placed all;
    const auto& blocks = all.blocks;
    CHECK(all.floats == 96);
    CHECK(liveness_bound<4>(blocks) == 96);
    CHECK(blocks[1].offset == 0);
    CHECK(blocks[0].offset == 64);
    CHECK(blocks[3].offset == 0);
    CHECK(blocks[2].offset == 64);
}

TEST_CASE("what is saved for the backward pass is stacked, what lives near it alternates above") {
    std::array<planned_block, 6> blocks{
        {{16, 0, 6, 0}, {32, 1, 5, 0}, {48, 0, 0, 0}, {16, 2, 3, 0}, {64, 3, 4, 0}, {48, 4, 5, 0}}};
    const detail::placement_by_time<6, 6> placement{blocks, 3};
    CHECK(placement.floats() == liveness_bound<6>(blocks));
    CHECK(blocks[0].offset == 0);
    CHECK(blocks[1].offset == 16);
    CHECK(blocks[3].offset == 48);
    CHECK(blocks[4].offset == 96);
    CHECK(blocks[5].offset == 48);
    check_disjoint(blocks, placement.floats());
}

TEST_CASE("many blocks of any sizes: disjoint, and not much larger than what lives at one moment") {
    for (const std::size_t layers : {1u, 2u, 7u, 60u, 300u})
        for (std::uint64_t seed = 0; seed < 8; ++seed) {
            CAPTURE(layers);
            CAPTURE(seed);
            std::array<planned_block, 4 * 301> blocks{};
            const std::size_t used = draw_blocks(blocks, layers, seed);
            const std::size_t floats = place_blocks<last>(blocks, used, layers);
            check_disjoint({blocks.data(), used}, floats);
            CHECK(double(floats) <= 1.25 * double(liveness_bound<last>({blocks.data(), used})));
        }
}
