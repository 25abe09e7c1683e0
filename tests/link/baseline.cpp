// The unit that is built for the oldest machine.

#include "link/unit.hpp"

tests::unit_result tests::run_baseline() { return run_unit(); }
