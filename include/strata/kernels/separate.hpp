// Kernels compiled once for a program of many units, instead of once in each: see ../kernels.cpp.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/activation.hpp"
#include "strata/kernels/argmax.hpp"
#include "strata/kernels/average_pool.hpp"
#include "strata/kernels/channel_groups.hpp"
#include "strata/kernels/channel_layout.hpp"
#include "strata/kernels/conv.hpp"
#include "strata/kernels/conv_channels.hpp"
#include "strata/kernels/conv_channels_gradient.hpp"
#include "strata/kernels/conv_gradient.hpp"
#include "strata/kernels/conv_groups.hpp"
#include "strata/kernels/conv_transpose.hpp"
#include "strata/kernels/dot.hpp"
#include "strata/kernels/finite.hpp"
#include "strata/kernels/gemm.hpp"
#include "strata/kernels/inverse_erf.hpp"
#include "strata/kernels/join.hpp"
#include "strata/kernels/loss.hpp"
#include "strata/kernels/noise.hpp"
#include "strata/kernels/norm.hpp"
#include "strata/kernels/normalize.hpp"
#include "strata/kernels/normalize_group.hpp"
#include "strata/kernels/pad.hpp"
#include "strata/kernels/padding.hpp"
#include "strata/kernels/penalty.hpp"
#include "strata/kernels/philox.hpp"
#include "strata/kernels/pointwise.hpp"
#include "strata/kernels/pool.hpp"
#include "strata/kernels/prelu.hpp"
#include "strata/kernels/range.hpp"
#include "strata/kernels/reduce.hpp"
#include "strata/kernels/resize.hpp"
#include "strata/kernels/softmax.hpp"
#include "strata/kernels/standardize.hpp"
#include "strata/kernels/strip.hpp"
#include "strata/kernels/transpose.hpp"
#include "strata/kernels/update.hpp"
#include "strata/kernels/winograd.hpp"
#include "strata/kernels/winograd_gradient.hpp"
#include "strata/kernels/winograd_weights.hpp"

#ifdef STRATA_SEPARATE_KERNELS

#define STRATA_KERNEL(...) extern template decltype(__VA_ARGS__) __VA_ARGS__;
namespace strata::inline STRATA_TARGET::kernels {
#include "strata/kernels/instances.inc"
} // namespace strata::kernels
#undef STRATA_KERNEL

#endif

#include "strata/meta/macros_back.hpp"
