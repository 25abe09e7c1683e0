// Models and workspaces in memory of somebody else: weights among a program's constants, and a block to run in, without a
// heap.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/layer_values.hpp"
#include "strata/meta/hash.hpp"
#include "strata/meta/raise.hpp"
#include "strata/model/model.hpp"
#include "strata/model/predict.hpp"
#include "strata/model/workspace.hpp"
#include "strata/tensor/arena.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <type_traits>
#include <utility>

namespace strata::inline STRATA_TARGET {

namespace detail {

/// Throws std::invalid_argument unless a block has room for so many floats, and begins on a line of memory.
template <class Real>
void check_block(std::span<Real> block, std::size_t floats, bool exactly, const char* what) {
    if (exactly ? block.size() != floats : block.size() < floats)
        raise<std::invalid_argument>(
            {what, " of ", block.size(), " floats, expected ", exactly ? "" : "at least ", floats});
    if (reinterpret_cast<std::uintptr_t>(block.data()) % basic_arena<float>::alignment != 0)
        raise<std::invalid_argument>(
            {what, " that does not begin at a multiple of 64 bytes: declare it alignas(64)"});
}

} // namespace detail

/// What tells networks apart while compiling: the shapes of all values, what each entry reads, and the parameters. (Options
/// that change none of these, a slope for instance, do not count.)
template <any_network Net>
inline constexpr std::uint64_t network_hash = [] {
    detail::fnv1a hash;
    for (const extents& shape : Net::table.shapes) {
        hash.add(shape.rank);
        for (std::size_t axis = 0; axis < shape.rank; ++axis) hash.add(shape[axis]);
    }
    for (const std::size_t value : Net::topology.operands) hash.add(value);
    for (const placed_parameter& p : parameters_of<Net>) {
        hash.add(p.offset);
        hash.add(p.what.count());
        hash.add(p.what.name);
    }
    return hash.value();
}();

/// A model whose weights lie somewhere else and are only read: constants that write_header wrote, or a part of a file that is
/// mapped. They are laid out as in model::storage(), begin at a multiple of 64 bytes, and outlive this.
///
///     alignas(64) constexpr float weights[digits::parameter_floats] = {...};
///     const model_view<digits> net{weights};
///     alignas(64) static float block[workspace_bytes<digits, batch<1>, inference> / sizeof(float)];
///     workspace_view<digits, batch<1>> work{block};
///     predict(net, work, image, logits); // no heap, no file
template <any_network Net, real_number Real>
class model_view {
    static_assert(sizeof(detail::tie_error<Net>) > 0);

public:
    using network = Net; ///< whose weights these are
    using real = Real;   ///< the number type

    /// Throws std::invalid_argument unless there are Net::parameter_floats, aligned so.
    explicit model_view(std::span<const Real> weights) {
        detail::check_block(weights, Net::parameter_floats, true, "weights");
        // Only a const model is shown.
        model_.weights_ = basic_arena<Real>::over({const_cast<Real*>(weights.data()), weights.size()});
    }

    /// The same as a model that verbs take.
    [[nodiscard]] const model<Net, Real>& get() const { return model_; }

private:
    model<Net, Real> model_{typename model<Net, Real>::no_weights{}};
};

/// A workspace for inference in a block of somebody else, which outlives it: workspace_bytes<Net, Batch, inference> bytes or
/// more, from a multiple of 64 bytes on.
template <any_network Net, class Batch, real_number Real = float>
class workspace_view final : public workspace<Net, Batch, inference, Real> {
public:
    /// Throws std::invalid_argument for a block that is too small, or not aligned so.
    explicit workspace_view(std::span<Real> block) : workspace<Net, Batch, inference, Real>{checked(block)} {}

private:
    static std::span<Real> checked(std::span<Real> block) {
        constexpr std::size_t floats = workspace_bytes<Net, Batch, inference, Real> / sizeof(Real);
        detail::check_block(block, floats, false, "a block");
        return block.first(floats);
    }
};

/// As of a model.
template <class Arch = arch, any_network Net, class Real, class Part, class Batch, class X>
auto forward(const model_view<Net, Real>& net, workspace<Part, Batch, inference, Real>& work, const X& x) {
    return forward<Arch>(net.get(), work, x);
}
/// As of a model, into memory of the caller's.
template <class Arch = arch, any_network Net, class Real, class Part, class Batch, class X>
void predict(const model_view<Net, Real>& net, workspace<Part, Batch, inference, Real>& work, const X& x,
             const std::type_identity_t<detail::spans_for_outputs<Part, Real>>& out) {
    predict<Arch>(net.get(), work, x, out);
}
template <class Part = void, class Arch = arch, any_network Net, class Real, class X>
auto predict(const model_view<Net, Real>& net, const X& x) {
    return predict<Part, Arch>(net.get(), x);
}

} // namespace strata

#include "strata/meta/macros_back.hpp"
