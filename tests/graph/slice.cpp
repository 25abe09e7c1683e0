// Slices: networks cut at their marks, on the parent's weights.

#include "strata/graph/slice.hpp"

#include "networks/denoiser.hpp"

#include <doctest/doctest.h>

#include <type_traits>

using namespace strata;
using examples::decoder, examples::denoiser, examples::encoder;

namespace {

struct three : network<strata::input<8>, dense<7>, mark<"a">, dense<6>, mark<"b">, dense<5>> {};

} // namespace

static_assert(std::is_empty_v<encoder> && std::is_empty_v<decoder>);
static_assert(encoder::input == denoiser::input && encoder::output == shape<32>);
static_assert(decoder::input == shape<32> && decoder::output == denoiser::output);
static_assert(encoder::parameter_floats + decoder::parameter_floats == denoiser::parameter_floats);
static_assert(parameter_offset<encoder, denoiser>() == 0);
static_assert(parameter_offset<decoder, denoiser>() == encoder::parameter_floats);
static_assert(parameter_offset<decoder, decoder>() == 0);
static_assert(is_part_of<encoder, denoiser> && !is_part_of<denoiser, encoder> &&
              !is_part_of<encoder, decoder>);

// A slice of a slice is a slice of the root.
static_assert(std::is_same_v<from<until<three, "b">, "a">, between<three, "a", "b">>);
static_assert(std::is_same_v<until<from<three, "a">, "b">, between<three, "a", "b">>);
static_assert(between<three, "a", "b">::input == shape<7> && between<three, "a", "b">::output == shape<6>);
static_assert(is_part_of<between<three, "a", "b">, from<three, "a">>);
static_assert(parameter_offset<between<three, "a", "b">, until<three, "b">>() == 8 * 16 + 16);
static_assert(parameter_offset<between<three, "a", "b">, from<three, "a">>() == 0);

TEST_CASE("a mark belongs to the part before it") {
    CHECK(until<three, "a">::output == shape<7>);
    CHECK(from<three, "b">::input == shape<6>);
    CHECK(from<three, "b">::output == shape<5>);
}
