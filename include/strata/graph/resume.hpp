// Entries that compute nothing: going on from a marked value, and a value through which no gradient goes back.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/operands.hpp"
#include "strata/meta/fixed_string.hpp"
#include "strata/meta/raise.hpp"

#include <array>
#include <string>

namespace strata::inline STRATA_TARGET {

/// Goes on from the value at an earlier mark: what follows is another branch. Computes and copies nothing.
///
///     struct gated : network<input<8>, mark<"in">, dense<4>, tanh, mark<"a">,
///                           resume<"in">, dense<4>, multiply<"a">, dense<1>> {}; // tanh(x v) * (x w) -> 1
///     model<gated> net;
template <fixed_string Mark>
struct resume : layer_defaults {
    static constexpr std::array<operand, 1> operands{operand{.mark = Mark.view()}};
    static constexpr layer_traits traits{.output = storage::view};
    static std::string describe() { return detail::text_of({"resume \"", Mark.view(), "\""}); }
};

/// The value right before it, but training takes it as given: no gradient goes back through here. Computes nothing.
/// PyTorch's detach.
///
///     struct held : network<input<8>, dense<4>, mark<"code">, stop_gradient, dense<1>> {}; // dense<4> learns nothing here
///     model<held> net;
///     auto y = predict(net, std::vector<float>(8));
struct stop_gradient : layer_defaults {
    static constexpr layer_traits traits{.output = storage::view, .stops_gradient = true};
    static std::string describe() { return "stop_gradient"; }
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
