// The table that describe prints.

#include "strata/graph/describe.hpp"

#include "strata/core.hpp"

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

TEST_CASE("beyond a chain, what each layer reads is told, too") {
    struct skips : network<strata::input<5>, mark<"in">, residual<dense<5>, relu>, concat<"in">, dense<2>> {};
    CHECK(describe<skips>() == R"(   layer        reads  output  parameters  bytes
0  input               5
1  mark "in"    0      5
2  dense 5      1      5               30    384
3  relu         2      5
4  add          3, 1   5
5  concat "in"  4, 1   10
6  dense 2      5      2               22    704
   total                               52   1088
)");
}

TEST_CASE("a diagram in Mermaid's language") {
    struct skips : network<strata::input<5>, mark<"in">, residual<dense<5>, relu>, concat<"in">, dense<2>> {};
    CHECK(mermaid<skips>() == R"(flowchart TD
    v0["input<br>5"]
    v2["dense 5<br>5"]
    v3["relu<br>5"]
    v4["add<br>5"]
    v5["concat 'in'<br>10"]
    v6["dense 2<br>2"]
    v0 -->|in| v2
    v2 --> v3
    v3 --> v4
    v0 -->|in| v4
    v4 --> v5
    v0 -->|in| v5
    v5 --> v6
)");
}
