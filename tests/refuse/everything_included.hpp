// What the programs in this folder include, compiled once for all of them.
#include "strata/strata.hpp"
