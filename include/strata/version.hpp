// The version of Strata. It is said here alone: meson.build and CMakeLists.txt read it.
#pragma once

#include "strata/meta/macros_away.hpp"

/// The first number of the version.
#define STRATA_VERSION_MAJOR 0
/// The second.
#define STRATA_VERSION_MINOR 2
/// The third.
#define STRATA_VERSION_PATCH 0

/// The version as one number, for #if: 200 for 0.2.0, 10203 for 1.2.3.
#define STRATA_VERSION (STRATA_VERSION_MAJOR * 10000 + STRATA_VERSION_MINOR * 100 + STRATA_VERSION_PATCH)

#include "strata/meta/macros_back.hpp"
