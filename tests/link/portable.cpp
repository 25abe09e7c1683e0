// The unit that is built without vector instructions of its own.

#include "link/unit.hpp"

tests::unit_result tests::run_portable() { return run_unit(); }
