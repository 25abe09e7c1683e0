// Threads that train one network together: each batch is cut into shards, and what they come to is added up in an order
// that does not depend on the threads. All that a team does.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/parallel/team_class.hpp"
#include "strata/parallel/team_evaluate.hpp"
#include "strata/parallel/team_fit.hpp"
#include "strata/parallel/team_passes.hpp"
#include "strata/parallel/team_predict.hpp"
#include "strata/parallel/team_steps.hpp"

#include "strata/meta/macros_back.hpp"
