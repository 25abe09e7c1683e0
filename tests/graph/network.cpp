// Networks as types: empty, with every shape and offset known to the compiler.

#include "strata/graph/network.hpp"

#include "networks/denoiser.hpp"

#include <doctest/doctest.h>

#include <type_traits>

using namespace strata;
using examples::denoiser;

static_assert(std::is_empty_v<denoiser>);
static_assert(denoiser::input == shape<28, 28, 1> && denoiser::output == shape<28, 28, 1>);
static_assert(denoiser::layer_count == 17);
static_assert(denoiser::table.shapes[1] == shape<14, 14, 32>);
static_assert(denoiser::table.shapes[3] == shape<6, 6, 32>);
static_assert(denoiser::table.shapes[5] == shape<3, 3, 32>);
static_assert(denoiser::table.shapes[6] == shape<288>);
static_assert(denoiser::table.shapes[9] == shape<32>);
static_assert(denoiser::table.shapes[13] == shape<6, 6, 32>);
static_assert(denoiser::table.shapes[15] == shape<14, 14, 32>);

namespace called {

// clang-format off
struct layers : strata::network<strata::input<2>, strata::dense<2>> {};
struct topology : strata::network<strata::input<2>, strata::dense<2>> {};
struct layer_count : strata::network<strata::input<2>, strata::dense<2>> {};
struct table : strata::network<strata::input<2>, strata::dense<2>> {};
struct inputs : strata::network<strata::input<2>, strata::dense<2>> {};
struct outputs : strata::network<strata::input<2>, strata::dense<2>> {};
struct input : strata::network<strata::input<2>, strata::dense<2>> {};
struct output : strata::network<strata::input<2>, strata::dense<2>> {};
struct anything : strata::network<strata::input<2>, strata::dense<2>> {};
// clang-format on

} // namespace called

static_assert(strata::any_network<called::anything>);
static_assert(!strata::any_network<called::layers> && !strata::any_network<called::topology> &&
              !strata::any_network<called::layer_count> && !strata::any_network<called::table> &&
              !strata::any_network<called::inputs> && !strata::any_network<called::outputs> &&
              !strata::any_network<called::input> && !strata::any_network<called::output>);

TEST_CASE("offsets follow from the layers before, in whole lines of 64 bytes") {
    CHECK(denoiser::table.parameter_offset[1] == 9 * 32 + 32);
    CHECK(denoiser::table.parameter_offset[2] == denoiser::table.parameter_offset[1]);
    CHECK(denoiser::table.parameter_offset[3] == 320 + 9 * 32 * 32 + 32);
    CHECK(denoiser::parameter_floats == denoiser::table.parameter_offset[17]);
    for (const std::size_t offset : denoiser::table.parameter_offset) CHECK(offset % 16 == 0);
}

TEST_CASE("a layer's place in storage is a bijection into panels of 16 columns") {
    constexpr parameter weight{"weight", shape<3, 20>, 3, 20};
    CHECK(weight.rows() == 3);
    CHECK(weight.columns() == 20);
    CHECK(weight.floats() == 3 * 32);
    CHECK(weight.place(0) == 0);
    CHECK(weight.place(15) == 15);
    CHECK(weight.place(16) == 48);      // row 0, second panel
    CHECK(weight.place(20) == 16);      // row 1, first panel
    CHECK(weight.place(59) == 48 + 35); // row 2, column 19
}
