// Which values an entry of a network reads: by default the one right before it.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/concepts.hpp"
#include "strata/meta/fixed_string.hpp"
#include "strata/meta/raise.hpp"

#include <array>
#include <concepts>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace strata::inline STRATA_TARGET {

/// A value that an entry reads: the one at a mark before it or, where that is empty, the one so many entries before
/// the value right before it.
struct operand {
    std::string_view mark{}; ///< empty: see back
    std::size_t back = 0;    ///< 0: the value right before the entry
};

/// What a join's forward is given: its operands in their order, as many rows of each. y may be the first operand
/// (storage::in_place).
template <class Arch>
struct join_forward {
    std::span<const padded_rows<const real_of<Arch>>> x; ///< the operands
    padded_rows<real_of<Arch>> y;                        ///< what comes out: to be filled
};

/// What a join's input_gradient is given: it fills the gradient of one operand, or adds to it. The operands are valid if
/// the join reads its input, y if it reads its output. x_gradient may be y_gradient (storage::in_place), for operand 0
/// alone, which comes last.
template <class Arch>
struct join_backward {
    std::span<const padded_rows<const real_of<Arch>>> x; ///< the operands
    padded_rows<const real_of<Arch>> y;                  ///< what came out
    padded_rows<const real_of<Arch>> y_gradient;         ///< of the loss, by y
    std::size_t operand = 0;                             ///< which one's gradient
    padded_rows<real_of<Arch>> x_gradient;               ///< of the loss, by that operand
    bool accumulate = false;                             ///< add to x_gradient instead of overwriting it
};

/// An entry that reads several values: an empty type that says what it does to their shapes. (Its two verbs are
/// templates over the machine and the first operand's extents, so a concept cannot list them.)
///
///     template <class Arch, extents In> static void forward(const join_forward<Arch>&);
///     template <class Arch, extents In> static void input_gradient(const join_backward<Arch>&);
template <class J>
concept join = requires(std::span<const extents> in) {
    { J::traits } -> std::convertible_to<layer_traits>;
    { std::span<const operand>{J::operands} };
    { J::accepts(in) } -> std::same_as<layer_error>;
    { J::output(in) } -> std::same_as<extents>;
    { J::describe() } -> std::convertible_to<std::string>;
};

/// What most joins have in common: they read the value right before them and those at the marks, which have its shape.
template <fixed_string... Marks>
struct join_defaults : layer_defaults {
    /// What it reads: the value right before it, then those at the marks.
    static constexpr std::array<operand, sizeof...(Marks) + 1> operands{operand{},
                                                                        operand{.mark = Marks.view()}...};
    /// All operands have one shape.
    static constexpr layer_error accepts(std::span<const extents> in) {
        for (const extents& shape : in)
            if (shape != in[0]) return layer_error::operands_differ;
        return layer_error::none;
    }
    /// Their shape.
    static constexpr extents output(std::span<const extents> in) { return in[0]; }

protected:
    /// "add \"skip\"".
    static std::string describe_as(const char* verb) {
        std::string text = verb;
        for (const operand& wanted : operands)
            if (!wanted.mark.empty()) text.append(detail::text_of({" \"", wanted.mark, "\""}));
        return text;
    }
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
