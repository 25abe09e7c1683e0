// Everything: the core, and the door for xtensor.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/core.hpp"

#include "strata/tensor/xtensor.hpp"

#include "strata/meta/macros_back.hpp"
