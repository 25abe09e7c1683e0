// What the tests of kernels have in common, compiled once for all of them.
#include "strata/kernels/vectors.hpp"
#include "support/reference.hpp"

#include <doctest/doctest.h>
