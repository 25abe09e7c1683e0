// Named parts of a network, which are networks again and run on their parent's weights: until, from, between.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/cut.hpp"
#include "strata/graph/network.hpp"
#include "strata/graph/operand_messages.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>
#include <type_traits>

namespace strata::inline STRATA_TARGET {

namespace detail {

template <std::size_t First, class Layers, std::size_t... I>
auto range_of(std::index_sequence<I...>) -> type_list<element_t<First + I, Layers>...>;

/// Layers First to Last - 1 of a network, whose values In go in. A type of its own with the same weights: they are a
/// contiguous span of the parent's block, so cutting costs nothing. model<slice> has weights of its own.
template <any_network Parent, std::size_t First, std::size_t Last, outputs_left Left, std::size_t... In>
requires(First < Last && Last <= Parent::layer_count)
struct slice
    : chain<shapes_in<Parent::table.shapes[In]...>,
            decltype(range_of<First, typename Parent::layers>(std::make_index_sequence<Last - First>{})),
            topology_of_cut<Parent, First, Last, Left, In...>> {
    using parent = Parent;
    static constexpr std::size_t first = First;
    static constexpr std::size_t last = Last;
};

template <class Parent, std::size_t First, std::size_t Last, outputs_left Left, std::size_t... In>
struct origin<slice<Parent, First, Last, Left, In...>> {
    using root = Parent;
    static constexpr std::size_t first = First;
    static constexpr std::size_t last = Last;
    static constexpr std::array<std::size_t, sizeof...(In)> in{In...};
};

} // namespace detail

/// Whether Part's weights are among Net's: both are cut from one network, and Part's layers lie within Net's.
template <class Part, class Net>
inline constexpr bool is_part_of =
    std::is_same_v<typename detail::origin<Part>::root, typename detail::origin<Net>::root> &&
    (detail::origin<Part>::first >= detail::origin<Net>::first) &&
    (detail::origin<Part>::last <= detail::origin<Net>::last);

namespace detail {

/// Where Part's weights start in Net's block.
template <class Part, class Net>
struct parameters_within {
    static_assert(sizeof(messages::not_a_part_of_this_network<Part, Net>) > 0);
    static constexpr std::size_t offset = 0;
};

template <class Part, class Net>
requires is_part_of<Part, Net>
struct parameters_within<Part, Net> {
    static constexpr auto& table = origin<Net>::root::table;
    static constexpr std::size_t offset =
        table.parameter_offset[origin<Part>::first] - table.parameter_offset[origin<Net>::first];
};

} // namespace detail

namespace detail {

/// To be asserted of size above 0 by each verb that runs a part of a network, which instantiates the message.
template <class Part, class Net>
using part_error = std::conditional_t<is_part_of<Part, Net>, messages::none,
                                      messages::not_a_part_of_this_network<Part, Net>>;

} // namespace detail

/// The float of Net's block at which Part's weights start.
template <any_network Part, any_network Net>
consteval std::size_t parameter_offset() {
    return detail::parameters_within<Part, Net>::offset;
}

namespace detail {

/// The number of layers before a mark; layer_count if there is no such mark.
template <class Net, fixed_string Mark>
inline constexpr std::size_t mark_place = find_mark(Mark.view(), typename Net::layers{});

/// Names the message if a network has no such mark (a refused one has had its message), else messages::none.
template <class Net, fixed_string Mark>
consteval auto diagnose_mark() {
    if constexpr (!is_refused<Net> && mark_place<Net, Mark> == Net::layer_count)
        return std::type_identity<
            messages::unknown_mark<Mark, typename known_marks_of<typename Net::layers>::type>>{};
    else
        return std::type_identity<messages::none>{};
}

/// The values of a network's root that go into its part from entry First on: those at marks before that, and the one right
/// before it; from the first entry on, the network's own.
template <class Net, std::size_t First, fixed_string... Marks>
struct values_into {
    static constexpr std::size_t places[]{mark_place<Net, Marks>..., First};
    static constexpr std::size_t earlier = (std::size_t{0} + ... + (mark_place<Net, Marks> < First));
    static constexpr auto numbers = [] {
        constexpr auto& graph = origin<Net>::root::topology;
        constexpr std::size_t begin = origin<Net>::first;
        std::array<std::size_t, earlier + 1> found{};
        std::size_t next = 0;
        for (const std::size_t place : places)
            if (place < First) found[next++] = graph.written(begin + place);
        std::sort(found.begin(), found.end() - 1);
        found[next] = graph.written(begin + First) - 1;
        return found;
    }();
};
template <class Net, fixed_string... Marks>
struct values_into<Net, 0, Marks...> {
    static constexpr auto& numbers = origin<Net>::in;
};

/// Layers First to Last - 1 of a network, and the message if one of them reads what lies before these.
template <class Net, std::size_t First, std::size_t Last, outputs_left Left, const auto& In>
struct slice_of {
    using root = typename origin<Net>::root;
    static constexpr std::size_t first = origin<Net>::first + First;
    static constexpr std::size_t last = origin<Net>::first + Last;
    template <std::size_t... I>
    static consteval auto spell(std::index_sequence<I...>) {
        constexpr auto& graph = topology_of_cut<root, first, last, Left, In[I]...>;
        if constexpr (graph.error != operand_error::none) {
            return std::type_identity<
                messages::slice_cuts_through<messages::layer_number<first + graph.wrong_entry + 1>,
                                             element_t<first + graph.wrong_entry, typename root::layers>>>{};
        } else {
            using part = slice<root, first, last, Left, In[I]...>;
            constexpr std::size_t unread = find_unread_input<part>();
            if constexpr (unread < sizeof...(I)) {
                constexpr std::size_t by = In[unread] - root::topology.written(0);
                return std::type_identity<messages::slice_hands_through<
                    messages::layer_number<by + 1>, element_t<by, typename root::layers>>>{};
            } else {
                return std::type_identity<part>{};
            }
        }
    }
    using type = typename decltype(spell(std::make_index_sequence<In.size()>{}))::type;
};

template <class Type>
inline constexpr bool is_message = false;
template <class Number, class Layer>
inline constexpr bool is_message<messages::slice_cuts_through<Number, Layer>> = true;
template <class Number, class Entry>
inline constexpr bool is_message<messages::slice_hands_through<Number, Entry>> = true;

/// Names the first message of several.
template <class First, class... More>
struct first_error {
    using type = First;
};
template <class Second, class... More>
struct first_error<messages::none, Second, More...> : first_error<Second, More...> {};

template <class Net, fixed_string Mark>
using mark_error = typename decltype(diagnose_mark<Net, Mark>())::type;

/// A whole network in place of a slice of it that was refused, about which a message has been given.
template <class Net>
struct refused_slice : Net {
    static constexpr bool is_stand_in = true;
};
template <class Net>
struct origin<refused_slice<Net>> : origin<Net> {};

/// Layers First to Last - 1 of a network. If that is refused, the whole of it stands in, after the message.
template <class Net, std::size_t First, std::size_t Last, outputs_left Left, class Error,
          fixed_string... Marks>
struct cut {
    static_assert(sizeof(Error) > 0); // instantiates the message
    using type = refused_slice<Net>;
};

template <class Net, std::size_t First, std::size_t Last, outputs_left Left, fixed_string... Marks>
requires(!is_refused<Net>)
struct cut<Net, First, Last, Left, messages::none, Marks...> {
    using found = typename slice_of<Net, First, Last, Left, values_into<Net, First, Marks...>::numbers>::type;
    static_assert(sizeof(found) > 0); // instantiates it where it is a message
    using type = std::conditional_t<is_message<found>, refused_slice<Net>, found>;
};

/// The last of several marks, and the outputs of a network from there on.
template <class Net, fixed_string... Marks>
inline constexpr std::size_t last_mark = std::max({mark_place<Net, Marks>...});
template <class Net>
inline constexpr outputs_left outputs_behind =
    Net::topology.one_output ? outputs_left::last : outputs_left::all;

template <class Net, fixed_string... Marks>
using error_of_from = typename first_error<mark_error<Net, Marks>..., messages::none>::type;

template <class Net, fixed_string Mark>
using error_of_until =
    typename first_error<std::conditional_t<mark_place<Net, Mark> == 0,
                                            messages::nothing_before_this_mark<Net, Mark>, messages::none>,
                         mark_error<Net, Mark>>::type;

template <class Net, fixed_string First, fixed_string Last>
using error_of_between = typename first_error<
    mark_error<Net, First>, mark_error<Net, Last>,
    std::conditional_t<!is_refused<Net> && (mark_place<Net, First> >= mark_place<Net, Last>),
                       messages::marks_in_wrong_order<Net, First, Last>, messages::none>>::type;

} // namespace detail

/// The part of a network up to a mark: until<denoiser, "code"> is its encoder. Its one output is the value there; layers
/// on which that does not depend are not run.
template <any_network Net, fixed_string Mark>
using until = typename detail::cut<Net, 0, detail::mark_place<Net, Mark>, detail::outputs_left::last,
                                   detail::error_of_until<Net, Mark>>::type;

/// The part of a network after a mark: from<denoiser, "code"> is its decoder. Where layers in it read values at earlier
/// marks, too, these are named beside it, in any order: from<unet, "code", "fine"> takes a tuple of what is at "fine" and
/// at "code", in the list's order.
template <any_network Net, fixed_string Mark, fixed_string... More>
using from = typename detail::cut<Net, detail::last_mark<Net, Mark, More...>, Net::layer_count,
                                  detail::outputs_behind<Net>, detail::error_of_from<Net, Mark, More...>,
                                  Mark, More...>::type;

/// The part of a network from one mark to a later one. If it takes values at several marks, it is written
/// until<from<Net, "code", "fine">, "end">.
template <any_network Net, fixed_string First, fixed_string Last>
using between =
    typename detail::cut<Net, detail::mark_place<Net, First>, detail::mark_place<Net, Last>,
                         detail::outputs_left::last, detail::error_of_between<Net, First, Last>>::type;

} // namespace strata

#include "strata/meta/macros_back.hpp"
