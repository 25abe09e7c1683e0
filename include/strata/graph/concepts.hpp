// The whole vocabulary on one page: what a layer is, and what is handed to it.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/meta/machine.hpp"
#include "strata/meta/type_list.hpp"
#include "strata/tensor/extents.hpp"
#include "strata/tensor/rows.hpp"

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace strata::inline STRATA_TARGET {

/// Why a layer does not take what it is given. graph/messages.hpp has the sentence for each but the last, which is the
/// layer's own: one with a member template says it there,
///
///     template <class Number, class Shape>
///     struct not_accepted {
///         static_assert(sizeof(Number) == 0, "what is wrong, and what to do");
///     };
enum class layer_error {
    none,
    needs_flat_input,
    needs_image,
    window_larger_than_input,
    nothing_left,    ///< an extent or the number of units would be zero
    too_large,       ///< more than most_floats values or weights
    operands_differ, ///< a join's operands have shapes that do not go together
    own
};

/// Where a layer's output lies.
enum class storage {
    own,      ///< in a block of its own
    view,     ///< it is its input, seen in another shape: nothing is computed
    in_place, ///< each value may overwrite the one it is computed from
};

/// What a layer's output values are, for losses that expect one kind.
enum class output_values {
    any,
    as_input,      ///< whatever its input values are
    probabilities, ///< from 0 to 1: a sigmoid's or a softmax's
};

/// What the plan, losses and gradient_penalty need to know of a kind of layer.
struct layer_traits {
    storage output = storage::own;      ///< where its output lies
    bool backward_reads_input = false;  ///< its gradients are computed from x
    bool backward_reads_output = false; ///< or from y
    bool fuses_relu = false;            ///< its forward can apply a relu as it stores
    bool fuses_relu_mask = false;       ///< its input_gradient can do that of a relu before it, from x
    bool is_relu = false;               ///< it is nothing but the lower bound 0
    bool relu_like = false;             ///< weights before it are drawn by he_uniform unless told otherwise
    bool frozen = false;                ///< its parameters are not trained, and it runs as in inference
    output_values gives = output_values::any; ///< what its output values are
    bool smooth = true;                       ///< its slope does not jump, as relu's does at 0
    bool piecewise_linear = false;            ///< it does, and is constant where it does not, as relu's
    bool linear =
        false; ///< each gradient of a parameter is a sum of values of y_gradient, or of products with values of x
    bool stops_gradient = false; ///< what it reads is not told how the loss depends on it
};

/// How a parameter changes in training.
enum class role {
    trained, ///< by the optimizer's rule
    running, ///< a statistic that follows the data: its "gradient" is how far it is to be moved down
};

/// One block of weights: a matrix in panels of 16 columns (see kernels/gemm.hpp), with `logical.last()`
/// columns.
struct parameter {
    std::string_view name;         ///< "weight", "bias"
    extents logical;               ///< the shape users see, row-major
    std::size_t fan_in = 0;        ///< values that one output is summed from
    std::size_t fan_out = 0;       ///< fans of 0 mean: not drawn, but
    float start = 0;               ///< all values start here
    role what_for = role::trained; ///< how it changes in training

    constexpr bool operator==(const parameter&) const = default;

    /// The last axis.
    [[nodiscard]] constexpr std::size_t columns() const { return logical.last(); }
    /// The product of the other axes.
    [[nodiscard]] constexpr std::size_t rows() const { return logical.count() / columns(); }
    /// How many values it has.
    [[nodiscard]] constexpr std::size_t count() const { return logical.count(); }
    /// Floats it takes in storage.
    [[nodiscard]] constexpr std::size_t floats() const { return multiply_sizes(rows(), padded(columns())); }
    /// Where the value at a logical (row-major) index lies.
    [[nodiscard]] constexpr std::size_t place(std::size_t index) const {
        const std::size_t row = index / columns();
        const std::size_t column = index % columns();
        return (column / floats_per_line * rows() + row) * floats_per_line + column % floats_per_line;
    }
};

/// A layer's parameters, in the order in which they are stored. At most four so far.
struct parameter_list {
    static constexpr std::size_t capacity = 4; ///< at most so many
    std::size_t size = 0;                      ///< how many there are
    std::array<parameter, capacity> items{};   ///< the first `size` of these

    constexpr bool operator==(const parameter_list&) const = default;

    /// Floats that all of them take in storage.
    [[nodiscard]] constexpr std::size_t floats() const {
        std::size_t sum = 0;
        for (std::size_t i = 0; i < size; ++i) sum = add_sizes(sum, items[i].floats());
        return sum;
    }
    /// How many values they have together.
    [[nodiscard]] constexpr std::size_t count() const {
        std::size_t sum = 0;
        for (std::size_t i = 0; i < size; ++i) sum = add_sizes(sum, items[i].count());
        return sum;
    }
};

/// Which random numbers a layer draws in a pass of training: those of this seed and stream, from index
/// pass * 2^34 on (see random/philox.hpp), so that forward and backward can draw the same ones. A sample draws by its
/// number in the whole batch, whatever part of that is at hand: row r of these by first_row + r.
struct noise_source {
    std::uint64_t seed = 0;      ///< the workspace's
    std::uint64_t stream = 0;    ///< the layer's own
    std::uint64_t pass = 0;      ///< the number of the pass
    std::uint64_t first_row = 0; ///< the number in the whole batch of the first sample at hand
};

/// What a layer's forward is given. x and y have the same number of rows; y may be x (storage::in_place).
template <class Arch>
struct forward_pass {
    padded_rows<const real_of<Arch>> x; ///< what goes in
    const typename Arch::weight*
        parameters;                 ///< the layer's own, one after the other as in its parameter_list
    padded_rows<real_of<Arch>> y;   ///< what comes out: to be filled
    real_of<Arch>* scratch;         ///< as many floats as the layer's scratch() says
    bool relu = false;              ///< for layers that fuse a relu: y is to be what a relu makes of it
    bool training = false;          ///< noise is added and batch statistics are used only in training
    noise_source noise{};           ///< what to draw in training
    real_of<Arch>* saved = nullptr; ///< the layer's own until its backward pass, in training alone
    const typename Arch::weight* tied =
        nullptr; ///< the first parameter of the layer that this one shares weights with
};

/// What a layer's gradients are given: input_gradient fills x_gradient, parameter_gradient fills
/// parameter_gradient or adds to it. x is valid if the layer reads its input, y if it reads its output.
template <class Arch>
struct backward_pass {
    padded_rows<const real_of<Arch>> x;          ///< what went in
    padded_rows<const real_of<Arch>> y;          ///< what came out
    const typename Arch::weight* parameters;     ///< as forward's
    padded_rows<const real_of<Arch>> y_gradient; ///< of the loss, by y
    padded_rows<real_of<Arch>> x_gradient;       ///< of the loss, by x
    real_of<Arch>* parameter_gradient;           ///< of the loss, by the parameters, laid out like them
    bool accumulate;                             ///< add to parameter_gradient instead of overwriting it
    real_of<Arch>* scratch;                      ///< as many floats as the layer's scratch() says
    bool training = true;                        ///< false in frozen layers, which ran as in inference
    noise_source noise{};                        ///< what forward drew
    const real_of<Arch>* saved = nullptr;        ///< what forward left there
    const typename Arch::weight* tied = nullptr; ///< see forward_pass
    real_of<Arch>* tied_gradient =
        nullptr;         ///< the gradient of those weights, to be added to; null: not wanted
    bool masked = false; ///< for layers that fuse a relu mask: x_gradient is to be 0 where x is not above 0
    /// How much of the batch's samples these are: what gradients of running statistics are to be multiplied by, which add up
    /// over the parts of a batch.
    real_of<Arch> share = 1;

    /// How far x lies from x_gradient, which is in the same block, if x is the mask; else 0.
    [[nodiscard]] std::ptrdiff_t mask_distance() const { return masked ? x.data - x_gradient.data : 0; }
};

/// A layer is an empty type that says what it does to a shape. (Its three verbs are templates over the
/// machine (meta/machine.hpp) and the input's extents, so a concept cannot list them; docs/own_layer.md shows a
/// whole layer.)
///
///     template <class Arch, extents In> static void forward(const forward_pass<Arch>&);
///     template <class Arch, extents In> static void input_gradient(const backward_pass<Arch>&);
///     template <class Arch, extents In> static void parameter_gradient(const backward_pass<Arch>&); // with parameters
template <class L>
concept layer = requires(extents in, std::size_t rows) {
    { L::traits } -> std::convertible_to<layer_traits>;
    { L::accepts(in) } -> std::same_as<layer_error>;
    { L::output(in) } -> std::same_as<extents>;
    { L::parameters(in) } -> std::same_as<parameter_list>;
    { L::scratch(in, rows) } -> std::same_as<std::size_t>; ///< floats that forward or either gradient needs
    { L::saved(in, rows) } -> std::same_as<std::size_t>;   ///< floats that forward leaves for the gradients
    { L::describe() } -> std::convertible_to<std::string>;
};

/// What most layers have in common; a layer inherits it and replaces what differs.
struct layer_defaults {
    static constexpr layer_traits traits{}; ///< nothing special
    /// Takes every shape.
    static constexpr layer_error accepts(extents) { return layer_error::none; }
    /// The shape stays as it is.
    static constexpr extents output(extents in) { return in; }
    /// No weights.
    static constexpr parameter_list parameters(extents) { return {}; }
    /// Needs no floats beside.
    static constexpr std::size_t scratch(extents, std::size_t) { return 0; }
    /// Leaves none for the backward pass.
    static constexpr std::size_t saved(extents, std::size_t) { return 0; }
};

/// Whose weights a layer works with: those of the layer right behind a mark or, where that is empty, of a layer in a scope.
struct weight_owner {
    std::string_view mark{};  ///< right before the layer; empty: see scope
    std::string_view scope{}; ///< that the layer is in
    std::size_t number = 0;   ///< among the scope's layers that have parameters, from 0
    std::size_t count = 0;    ///< how many of these there are
};

/// A layer that works with the weights of an earlier one: `owner` says with whose, and `ties(weights, in)` whether they are
/// such as it needs. It reaches them by `tied`, and adds to their gradient by `tied_gradient`.
template <class Layer>
concept tied_layer = requires(const parameter_list& weights, extents in) {
    { Layer::owner } -> std::convertible_to<weight_owner>;
    { Layer::ties(weights, in) } -> std::same_as<bool>;
};

/// A network is a struct that inherits network<...>, or a slice of one. It cannot have the name of one of these members, which it
/// would hide.
template <class N>
concept any_network = !requires { typename N::layers::layers; } && requires {
    typename N::layers;
    N::topology;
    N::layer_count;
    N::table;
    N::inputs;
    N::outputs;
    { N::input } -> std::convertible_to<extents>;
    { N::output } -> std::convertible_to<extents>;
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
