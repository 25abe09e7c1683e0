// Everything: the core, and the door for xtensor.
#pragma once

#include "strata/core.hpp"

#include "strata/meta/macros.hpp" // away with min and max, for xtensor too
#include "strata/tensor/xtensor.hpp"
#include "strata/meta/macros.hpp" // and back
