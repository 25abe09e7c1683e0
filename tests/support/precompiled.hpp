// What most tests include, compiled once for all of them.
#include "strata/strata.hpp"

#include <doctest/doctest.h>
