// What the compiler says when a network is wrong: types whose names carry the data, sentences that say what
// to do. Whoever finds the error names the message and asserts sizeof(message) > 0, which instantiates it:
// GCC and Clang then print it, and neither adds errors of its own, as they do if the message is inherited or
// if a constant expression needs it.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/concepts.hpp"
#include "strata/meta/fixed_string.hpp"

#include <cstddef>
#include <type_traits>
#include <utility>

namespace strata::inline STRATA_TARGET::messages {

template <std::size_t Number>
struct layer_number {};

template <std::size_t... Extents>
struct input_shape {};

template <fixed_string... Names>
struct known_marks {};

/// In place of a message, when nothing is wrong.
struct none {};

/// False, but not before the message that asks is instantiated.
template <class...>
inline constexpr bool always_false = false;

/// Instantiated only to fail: its name says which layer, and what it was given.
template <class Number, class Layer, class Shape, layer_error Why>
struct layer_cannot_take_this_shape {
    static_assert(Why != layer_error::needs_flat_input,
                  "strata: this layer takes one row of numbers, not an image: put flatten in front of it");
    static_assert(Why != layer_error::needs_image,
                  "strata: this layer takes an image, height x width x channels: put reshape<height, width, "
                  "channels> in front of it, or start from input<height, width, channels>");
    static_assert(
        Why != layer_error::window_larger_than_input,
        "strata: this layer's window is larger than its input: use a smaller kernel or window, fewer "
        "strides before it, or `same` instead of `valid`");
    static_assert(
        Why != layer_error::nothing_left,
        "strata: this layer would have no output: sizes, units, filters, factors and strides are at least "
        "1, and an output padding must be smaller than the stride");
    static_assert(Why != layer_error::too_large,
                  "strata: this layer is too large: a sample and the weights of a network have at most 2^48 "
                  "values each");
    static_assert(Why != layer_error::own,
                  "strata: this layer does not accept this shape: see its accepts()");
};

/// The message for a layer that does not take its input: the layer's own, if it is to say it and has one.
template <class Number, class Layer, class Shape, layer_error Why>
struct message_of_layer {
    using type = layer_cannot_take_this_shape<Number, Layer, Shape, Why>;
};

template <class Number, class Layer, class Shape>
requires requires { typename Layer::template not_accepted<Number, Shape>; }
struct message_of_layer<Number, Layer, Shape, layer_error::own> {
    using type = typename Layer::template not_accepted<Number, Shape>;
};

template <class Nothing>
struct empty_network {
    static_assert(always_false<Nothing>,
                  "strata: a network starts with its input: make input<...> its first entry");
};

template <class First>
struct network_must_start_with_its_input {
    static_assert(always_false<First>,
                  "strata: a network starts with its input: make input<...> its first entry");
};

template <class Input>
struct impossible_input {
    static_assert(always_false<Input>, "strata: input<...> takes one to four extents, each at least 1");
};

template <class Input>
struct input_too_large {
    static_assert(always_false<Input>,
                  "strata: this input is too large: the product of its extents is at most 2^48 values");
};

template <class Net, class Batch>
struct workspace_too_large {
    static_assert(always_false<Net>,
                  "strata: a workspace of this network for a batch of so many samples is too "
                  "large: its memory has at most 2^48 floats: make the batch smaller");
};

template <class Input>
struct network_without_layers {
    static_assert(always_false<Input>, "strata: a network needs at least one layer after its input");
};

template <class Number, class Entry>
struct not_a_layer {
    static_assert(
        always_false<Number>,
        "strata: this entry of the network is not a layer: it lacks a member that concept `layer` lists "
        "(or it is an option, such as same or stride<2>, outside its layer's brackets)");
};

template <class Number, class Mark>
struct doubled_mark {
    static_assert(always_false<Number>,
                  "strata: two marks of this network have the same name: give each its own");
};

template <class Number, class Layer, class Known>
struct nothing_to_tie_to {
    static_assert(always_false<Number>,
                  "strata: tied_dense<Units, Mark> needs that mark right in front of an earlier dense layer "
                  "which takes "
                  "Units numbers and gives as many as this layer is given: see known_marks in this message");
};

template <class Number, class Layer>
struct nothing_to_share {
    static_assert(
        always_false<Number>,
        "strata: shared<Scope, ...> needs a scope of that name earlier in the network, whose layers with "
        "parameters are as many as its own, have the same parameters, and are not tied to others");
};

template <class Net>
struct weights_tied_outside {
    static_assert(always_false<Net>,
                  "strata: a layer of this slice is tied to weights outside of it: it can predict on "
                  "the whole network's model, but has no model of its own and is not trained alone");
};

template <class Net>
struct input_gradient_behind_frozen_layers {
    static_assert(
        always_false<Net>,
        "strata: this network begins with frozen layers or with stop_gradient, so its workspace has no "
        "gradients for them: use a workspace of thawed<Net>, or a network without stop_gradient, for the "
        "gradient of the input");
};

template <fixed_string Mark, class Known>
struct unknown_mark {
    static_assert(always_false<Known>,
                  "strata: this network has no mark of that name: see known_marks in this message");
};

template <class Net, fixed_string First, fixed_string Last>
struct marks_in_wrong_order {
    static_assert(always_false<Net>,
                  "strata: between<Net, First, Last> needs First before Last in the network");
};

template <class Net, fixed_string Mark>
struct nothing_before_this_mark {
    static_assert(always_false<Net>, "strata: no layer comes before this mark: there is nothing to cut off");
};

template <class Part, class Net>
struct not_a_part_of_this_network {
    static_assert(always_false<Part>,
                  "strata: this is not a slice of the network whose model was given: a slice runs "
                  "only on the weights of the network that it was cut from");
};

template <class Optimizer, class Net>
struct optimizer_of_another_network {
    static_assert(always_false<Optimizer>,
                  "strata: this is not an optimizer of the network whose model was given: make one "
                  "from that model: optimizer opt{model, sgd{}}");
};

template <class Part, class Net>
struct workspace_of_another_network {
    static_assert(
        always_false<Part>,
        "strata: this workspace is another network's than the model: make it workspace<Net, batch<n>> of the "
        "model's own network, of a slice of it, or of thawed<Net>");
};

template <class Net>
struct workspace_without_gradients {
    static_assert(always_false<Net>,
                  "strata: this workspace is for inference and has no room for gradients: make it "
                  "workspace<Net, batch<n>>");
};

/// In place of a batch<n>.
struct no_batch {};

template <class Net, class Batch>
struct workspace_without_batch {
    static_assert(always_false<Net>,
                  "strata: a workspace has room for so many samples at a time: workspace<Net, batch<32>>, or "
                  "workspace<Net, batch<32>, inference>");
};

template <class Number>
struct number_for_a_seed {
    static_assert(always_false<Number>, "strata: a number by itself is no seed: write seed{1}");
};

template <class Initializer>
struct seed_before_initializer {
    static_assert(
        always_false<Initializer>,
        "strata: the initializer comes before the seed: model<Net> model{glorot_uniform{}, seed{1}}");
};

template <class Other>
struct no_initializer {
    static_assert(always_false<Other>,
                  "strata: no initializer: it is called with a const weight_draw& w and fills w.values; "
                  "initializers/initializer.hpp has an example");
};

template <class Model>
struct const_model {
    static_assert(always_false<Model>,
                  "strata: this model is const, but a step of training changes its weights");
};

template <class Callback>
struct callback_returns_something_else {
    static_assert(always_false<Callback>,
                  "strata: a callback of fit returns nothing, or a bool: false ends the training");
};

/// The type input_shape<28, 28, 1> for the value shape<28, 28, 1>.
template <extents E, class Axes>
struct spell_shape;

template <extents E, std::size_t... Axis>
struct spell_shape<E, std::index_sequence<Axis...>> {
    using type = input_shape<E.size[Axis]...>;
};

} // namespace strata::messages

#include "strata/meta/macros_back.hpp"
