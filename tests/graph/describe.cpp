// The table that describe prints.

#include "strata/graph/describe.hpp"

#include "denoiser.hpp"

#include <doctest/doctest.h>

using namespace strata;

TEST_CASE("a small network") {
    struct small : network<strata::input<5, 5, 1>, conv2d<3, 2, stride<1, 2>, same>, relu, mark<"code">,
                           flatten, dense<2>> {};
    CHECK(describe<small>() == R"(   layer                            output     parameters  bytes
0  input                            5 x 5 x 1
1  conv2d 3, 2x2, stride 1x2, same  5 x 3 x 3          15    320
2  relu                             5 x 3 x 3
3  mark "code"                      5 x 3 x 3
4  flatten                          45
5  dense 2                          2                  92   2944
   total                                              107   3264
)");
}

TEST_CASE("the denoiser's parameters") {
    CHECK(describe<examples::denoiser>().find("37857  151488\n") != std::string::npos);
}
