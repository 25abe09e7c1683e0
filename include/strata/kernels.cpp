// The kernels of a program whose units are compiled with -DSTRATA_SEPARATE_KERNELS: such a unit only declares them, and
// compiles in a fraction of the time. Compile this file once, optimised and for the units' instruction set (-march),
// and link it: units of another instruction set ask for other symbols, and do not link.
#ifndef STRATA_SEPARATE_KERNELS
#define STRATA_SEPARATE_KERNELS
#endif
#include "strata/kernels/separate.hpp"

#define STRATA_KERNEL(...) template decltype(__VA_ARGS__) __VA_ARGS__;
namespace strata::inline STRATA_TARGET::kernels {
#include "strata/kernels/instances.inc"
} // namespace strata::kernels
