// The networks whose weights embedded_writer.cpp writes, and embedded.cpp compiles in.
#pragma once

#include "strata/core.hpp"

struct embedded_net
    : strata::network<strata::input<6, 6, 1>, strata::conv2d<4, 3>, strata::relu, strata::max_pool2d<2>,
                      strata::flatten, strata::dense<10>, strata::tanh, strata::dense<3>> {};

struct weightless_net : strata::network<strata::input<36>, strata::relu> {};

/// What both predict from.
inline float pixel(int i) { return static_cast<float>(i % 7) * 0.25f - 0.5f; }
