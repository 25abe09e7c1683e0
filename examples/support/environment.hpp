// What a program ran on: compiler, architecture and lanes of the unit that includes this.
#pragma once

#include "strata/kernels/vectors.hpp"
#include "support/interrupt.hpp"

#include <string>

#include <nlohmann/json.hpp>

namespace examples {

inline std::string compiler() {
#if defined(__clang__)
    return "clang " __clang_version__;
#else
    return "gcc " __VERSION__;
#endif
}

/// "strata on fma3+avx2, 8 lanes, gcc 12.2.0".
inline std::string environment_line() {
    const strata::backend_info used = strata::backend();
    return "strata on " + used.architecture + ", " + std::to_string(used.lanes) + " lanes, " + compiler();
}

/// Metrics with what they were measured on behind them: compiler, architecture, lanes; "interrupted": true,
/// if a signal ended the training early.
inline nlohmann::ordered_json with_environment(nlohmann::ordered_json metrics) {
    const strata::backend_info used = strata::backend();
    metrics["compiler"] = compiler();
    metrics["architecture"] = used.architecture;
    metrics["lanes"] = used.lanes;
    if (interrupted()) metrics["interrupted"] = true;
    return metrics;
}

} // namespace examples
