// Entries that stand for branches which meet again: residuals, sums and concatenations of paths, and repetitions. They
// expand into layers and joins that say by distances what they read, so that no names are needed.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/joins.hpp"
#include "strata/graph/resume.hpp"
#include "strata/graph/splice.hpp"
#include "strata/meta/type_list.hpp"

#include <array>
#include <cstddef>
#include <string>
#include <utility>

namespace strata::inline STRATA_TARGET {

/// x + f(x), where f is these layers, which keep the shape: residual<conv2d<16, 3, same>, relu, conv2d<16, 3, same>>.
template <class... Layers>
struct residual {};

/// These layers, so many times one after the other, each time with weights of its own.
template <std::size_t Times, class... Layers>
struct repeat {};

/// One of several branches from the same value: sum_of<path<...>, path<...>>. Without layers it is the value itself.
template <class... Layers>
struct path {};

/// The sum of what several paths, all from the value right before it, make of it:
/// sum_of<path<conv2d<32, 3, same>, relu, conv2d<32, 3, same>>, path<conv2d<32, 1>>>.
template <class... Paths>
struct sum_of {};

/// The same side by side along the last axis, in this order.
template <class... Paths>
struct concat_of {};

namespace detail {

/// A join of the values so many entries before the one right before it.
template <class Join, std::size_t... Back>
struct joined_back : Join {
    static constexpr std::array<operand, sizeof...(Back)> operands{operand{.back = Back}...};
};

/// Goes on from the value so many entries before the one right before it.
template <std::size_t Back>
struct resumed_back : layer_defaults {
    static constexpr std::array<operand, 1> operands{operand{.back = Back}};
    static constexpr layer_traits traits{.output = storage::view};
    static std::string describe() { return "path"; }
};

template <class... Layers>
struct expand<residual<Layers...>> {
    using body = join_t<typename expand<Layers>::type...>;
    using type = join_t<body, type_list<joined_back<add<>, 0, body::size>>>;
};

template <std::size_t Times, class... Layers>
struct expand<repeat<Times, Layers...>> {
    using body = join_t<typename expand<Layers>::type...>;
    template <std::size_t>
    using once = body;
    template <std::size_t... I>
    static auto spell(std::index_sequence<I...>) -> join_t<once<I>...>;
    using type = decltype(spell(std::make_index_sequence<Times>{}));
};

/// The entries of paths: all but the first begin with a way back to where they part.
template <class Path>
struct layers_of_path;
template <class... Layers>
struct layers_of_path<path<Layers...>> : concatenation<typename expand<Layers>::type...> {};

template <std::size_t Done, class... Paths>
struct paths_after {
    using type = type_list<>;
};
template <std::size_t Done, class Path, class... Rest>
struct paths_after<Done, Path, Rest...> {
    using layers = typename layers_of_path<Path>::type;
    using type = join_t<type_list<resumed_back<Done>>, layers,
                        typename paths_after<Done + 1 + layers::size, Rest...>::type>;
};

template <class Join, class... Paths>
struct joined_paths;
template <class Join, class First, class... Rest>
struct joined_paths<Join, First, Rest...> {
    using first = typename layers_of_path<First>::type;
    using entries = join_t<first, typename paths_after<first::size, Rest...>::type>;
    static constexpr std::size_t paths = 1 + sizeof...(Rest);
    /// How many entries come after the end of each path.
    static constexpr auto back = [] {
        const std::array<std::size_t, paths> sizes{first::size, layers_of_path<Rest>::type::size + 1 ...};
        std::array<std::size_t, paths> after{};
        for (std::size_t k = paths - 1; k-- > 0;) after[k] = after[k + 1] + sizes[k + 1];
        return after;
    }();
    template <std::size_t... I>
    static auto spell(std::index_sequence<I...>) -> joined_back<Join, back[I]...>;
    using type = join_t<entries, type_list<decltype(spell(std::make_index_sequence<paths>{}))>>;
};

template <class... Paths>
struct expand<sum_of<Paths...>> : joined_paths<add<>, Paths...> {};
template <class... Paths>
struct expand<concat_of<Paths...>> : joined_paths<concat<>, Paths...> {};

} // namespace detail

} // namespace strata

#include "strata/meta/macros_back.hpp"
