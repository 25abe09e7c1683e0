// The unit that is built for wider vectors.

#include "link/unit.hpp"

tests::unit_result tests::run_wide() { return run_unit(); }
