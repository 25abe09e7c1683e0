// Everything: the core, and the door for xtensor.
#pragma once

#include "strata/core.hpp"
#include "strata/tensor/xtensor.hpp"
