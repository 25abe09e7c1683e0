// The table that describe prints.

#include "strata/graph/describe.hpp"

#include "strata/core.hpp"

#include "networks/denoiser.hpp"

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

TEST_CASE("several inputs, in a network and before a slice") {
    struct net : network<strata::input<4>, dense<4>, mark<"fine">, strata::input<5>, dense<3>, mark<"code">,
                         concat<"fine">, dense<2>> {};
    CHECK(describe<net>() == R"(   layer          reads  output  parameters  bytes
0  input                 4
1  dense 4        0      4               20    320
2  mark "fine"    1      4
3  input                 5
4  dense 3        3      3               18    384
5  mark "code"    4      3
6  concat "fine"  5, 2   7
7  dense 2        6      2               16    512
   total                                 54   1216
)");
    CHECK(describe<from<net, "code", "fine">>() == R"(     layer          reads   output  parameters  bytes
0.1  input                  4
0.2  input                  3
  1  mark "code"    0.2     3
  2  concat "fine"  1, 0.1  7
  3  dense 2        2       2               16    512
     total                                  16    512
)");
    CHECK(mermaid<from<net, "code", "fine">>() == R"(flowchart TD
    v0["input<br>4"]
    v1["input<br>3"]
    v3["concat 'fine'<br>7"]
    v4["dense 2<br>2"]
    v1 -->|code| v3
    v0 --> v3
    v3 --> v4
)");
    // What goes into the first layer, though the output does not depend on it.
    CHECK(describe<until<net, "code">>() == R"(   layer        reads  output  parameters  bytes
0  input               4
1  dense 4      0      4               20    320
2  mark "fine"  1      4
3  input               5
4  dense 3      3      3               18    384
   total                               38    704
)");
}
