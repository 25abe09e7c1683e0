// A name for a block: a prefix for its marks, so that it can stand in a network more than once, and what shared<...> means.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/frozen.hpp"
#include "strata/graph/mark.hpp"
#include "strata/graph/splice.hpp"
#include "strata/meta/fixed_string.hpp"
#include "strata/meta/type_list.hpp"

#include <cstddef>
#include <string_view>
#include <type_traits>

namespace strata::inline STRATA_TARGET {

/// These entries, the marks among them renamed: mark<"code"> in scope<"left", ...> is "left/code". What the entries say of
/// these marks (add<"code">, tied_dense<9, "code">) follows; names of marks outside stay. Scopes may stand in scopes.
template <fixed_string Name, class... Entries>
struct scope {};

namespace detail {

template <std::size_t Size>
struct letters_of_name {
    char letters[Size]{};
};

/// "left" and "code" make "left/code".
template <fixed_string Scope, fixed_string Name>
inline constexpr auto scoped_letters = [] {
    letters_of_name<Scope.view().size() + Name.view().size() + 2> joined;
    std::size_t next = 0;
    for (const std::string_view part : {Scope.view(), std::string_view{"/"}, Name.view()})
        for (const char letter : part) joined.letters[next++] = letter;
    return joined;
}();
template <fixed_string Scope, fixed_string Name>
inline constexpr auto scoped_name = fixed_string{scoped_letters<Scope, Name>.letters};

/// A name as an entry of a scope means it; `List` has the entries of the scope.
template <fixed_string Scope, class List, fixed_string Name,
          bool Inside = (find_mark(Name.view(), List{}) < List::size)>
inline constexpr auto name_in_scope = Name;
template <fixed_string Scope, class List, fixed_string Name>
inline constexpr auto name_in_scope<Scope, List, Name, true> = scoped_name<Scope, Name>;

/// An entry of a scope, with the names that it has or refers to as they are outside.
template <fixed_string Scope, class List, class Entry>
struct rename_in_scope {
    using type = Entry;
};
/// Entries whose template arguments are names: marks, joins, resume.
template <fixed_string Scope, class List, template <fixed_string...> class Entry, fixed_string... Names>
struct rename_in_scope<Scope, List, Entry<Names...>> {
    using type = Entry<name_in_scope<Scope, List, Names>...>;
};
/// And a number and a name: tied_dense.
template <fixed_string Scope, class List, template <std::size_t, fixed_string> class Entry,
          std::size_t Number, fixed_string Name>
struct rename_in_scope<Scope, List, Entry<Number, Name>> {
    using type = Entry<Number, name_in_scope<Scope, List, Name>>;
};
template <fixed_string Scope, class List, class Layer>
struct rename_in_scope<Scope, List, frozen_layer<Layer>> {
    using type = frozen_layer<typename rename_in_scope<Scope, List, Layer>::type>;
};

/// A layer with parameters, which knows in which scope it is.
template <fixed_string Scope, class Layer>
struct in_scope : Layer {
    static constexpr fixed_string scope_name = Scope;
};

template <fixed_string Scope, class List, fixed_string Inner, class Layer>
struct rename_in_scope<Scope, List, in_scope<Inner, Layer>> {
    using type = in_scope<Inner, typename rename_in_scope<Scope, List, Layer>::type>;
};
template <fixed_string Name, layer Layer>
struct freeze<in_scope<Name, Layer>> {
    using type = in_scope<Name, typename freeze<Layer>::type>;
};
template <fixed_string Name, class Layer>
struct thaw<in_scope<Name, Layer>> {
    using type = in_scope<Name, typename thaw<Layer>::type>;
};

/// A function as a type: with sanitizers, GCC compares pointers to functions no more while compiling.
template <auto Function>
struct function_type {};

/// Whether a layer may have parameters, whatever it is given.
template <class Entry>
inline constexpr bool has_parameters = false;
template <layer Layer>
inline constexpr bool has_parameters<Layer> = [] {
    if constexpr (requires { typename function_type<&Layer::parameters>; })
        return !std::is_same_v<function_type<&Layer::parameters>, function_type<&layer_defaults::parameters>>;
    else
        return true;
}();

template <fixed_string Scope, class Entry, bool Known = has_parameters<Entry>>
struct know_scope {
    using type = Entry;
};
template <fixed_string Scope, class Layer>
struct know_scope<Scope, Layer, true> {
    using type = in_scope<Scope, Layer>;
};
template <fixed_string Scope, fixed_string Inner, class Layer>
struct know_scope<Scope, in_scope<Inner, Layer>, true> {
    using type = in_scope<scoped_name<Scope, Inner>, Layer>;
};

template <fixed_string Scope, class List>
struct put_each_in_scope;
template <fixed_string Scope, class... Entries>
struct put_each_in_scope<Scope, type_list<Entries...>> {
    using list = type_list<Entries...>;
    using type =
        type_list<typename know_scope<Scope, typename rename_in_scope<Scope, list, Entries>::type>::type...>;
};

template <fixed_string Name, class... Entries>
struct expand<scope<Name, Entries...>> : put_each_in_scope<Name, join_t<typename expand<Entries>::type...>> {
};
template <fixed_string Name, class First, class... Rest>
struct brought_input<scope<Name, First, Rest...>> : brought_input<First> {};

} // namespace detail

} // namespace strata

#include "strata/meta/macros_back.hpp"
