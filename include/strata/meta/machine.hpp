// What a program computes on, as one type: instruction set, number type, type of the weights.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/meta/language.hpp"

#include <concepts>

namespace strata::inline STRATA_TARGET {

/// A number type that networks compute in.
template <class T>
concept real_number = std::same_as<T, float> || std::same_as<T, double>;

/// The template argument of every kernel, and of every function that calls one. Isa is an instruction set of xsimd, or
/// `portable`; values, gradients and sums of a user's are Reals. Weights are stored as Weight, which is the same so far.
template <class Isa, real_number Real = float, class Weight = Real>
struct machine {
    static_assert(std::same_as<Weight, Real>,
                  "strata: weights are stored in the number type that is computed in");
    using isa = Isa;       ///< the instruction set
    using real = Real;     ///< the number type
    using weight = Weight; ///< what weights are stored as

    /// The name of the instruction set, for instance "fma3+avx2".
    static auto name() { return Isa::name(); }
};

/// The number type of a machine.
template <class Arch>
using real_of = typename Arch::real;

/// The same instruction set, for another number type.
template <class Arch, class Real>
using machine_of = machine<typename Arch::isa, Real>;

} // namespace strata

#include "strata/meta/macros_back.hpp"
