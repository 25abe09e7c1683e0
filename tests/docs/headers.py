#!/usr/bin/env python3
"""What docs/headers.py makes of headers, line for line: headers.py ROOT"""

import os
import sys

HEADER = '''// A layer,
// and more.
#pragma once

namespace strata::inline STRATA_TARGET {

/// A layer, see <cmath>: n becomes n
/// + 1. The pack's name is for what compilers print where
/// there is more. The end.
///
///     struct a : network<input<2>, thing<3>> {}; // 2 -> 3
///     model<a> net;
/// After the example.
template <std::size_t Units, std::size_t... takes_no_inputs>
struct thing : layer_defaults {
    static constexpr layer_traits traits{.backward_reads_input = true};
    /// Said.
    static constexpr extents output(extents) { return shape<Units>; }
    template <class Arch, extents In>
    static void forward(const forward_pass<Arch>& p) {
        for (std::size_t r = 0; r < p.x.rows; ++r) p.y[r][0] = '{';
    }
    thing(const thing&) = default;
    static int undocumented();
};

/// Runs it.
template <class X>
void run(const X& x) {
    static_assert(sizeof(x) > 0);
    x.run();
}
template <class X>
void run(const X& x, int) {
    x.run();
}
/// Refused.
template <class X>
void run(const X&&) {
    static_assert(sizeof(X) == 0, "strata: a temporary; give it a name");
}
template <class X>
thing(const X&) -> thing<1>;

} // namespace strata
'''
EXPECTED = '''/** \\file thing.hpp \\brief A layer, and more. */

#pragma once

namespace strata {

/// A layer, see \\<cmath\\>: n becomes n +
/// 1.
/// The end.
///
/// @code{.cpp} struct a : network<input<2>, thing<3>> {}; // 2 -> 3
///  model<a> net; @endcode
/// After the example.
template <std::size_t Units>
struct thing {

    /// Said.
    static constexpr extents output(extents) { return shape<Units>; }





    static int undocumented();
};

/// Runs it.
template <class X>
void run(const X& x) {
    static_assert(sizeof(x) > 0);
    x.run();
}
/** \\overload */ template <class X>
void run(const X& x, int) {
    x.run();
}








} // namespace strata
'''


def main():
    sys.path.insert(0, os.path.join(sys.argv[1], "docs"))
    import headers

    found, expected = headers.prepared(HEADER, "layers/thing.hpp").splitlines(), EXPECTED.splitlines()
    for number in range(max(len(found), len(expected))):
        one, other = (lines[number] if number < len(lines) else None for lines in (found, expected))
        if one != other:
            print(f"line {number + 1} is\n{one}\nand not\n{other}")
            return 1
    if headers.is_read("kernels/gemm.hpp") or not headers.is_read("layers/dense.hpp"):
        print("not the right headers are read")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
