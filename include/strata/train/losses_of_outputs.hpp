// Which loss is at which output of a network: the only one's, or by the names of marks.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/slice.hpp"
#include "strata/losses/by_name.hpp"
#include "strata/losses/loss.hpp"

#include <array>
#include <cstddef>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace strata::inline STRATA_TARGET {

namespace messages {

template <class Net, class Marks>
struct losses_without_names {
    static_assert(
        always_false<Net>,
        "strata: this network has several outputs, and the loss does not say which it is for: "
        "at<\"digit\">(cross_entropy{}) + 0.1f * at<\"style\">(mse{}), by marks at the outputs; until<Net, "
        "\"digit\"> trains one output alone");
};

template <class Net, fixed_string Mark>
struct loss_at_no_output {
    static_assert(always_false<Net>, "strata: the value at this mark is read by other entries, so it is no "
                                     "output, where a loss could be: a "
                                     "network's outputs are the values that nobody reads");
};

template <class Number, class Layer, class Net>
struct output_without_loss {
    static_assert(
        always_false<Number>,
        "strata: this entry gives an output of the network, and no loss is named for it: add "
        "at<\"mark\">(loss) by a mark behind it, or train the other outputs by until<Net, \"mark\">");
};

template <class Net, fixed_string Mark>
struct two_losses_at_one_output {
    static_assert(always_false<Net>, "strata: two losses are named for one output, which has one target: add "
                                     "them up in a loss of your own");
};

} // namespace messages

namespace detail {

/// The number of the output that a mark names; the number of outputs if it names none.
template <class Net>
constexpr std::size_t output_at(std::string_view mark) {
    const std::size_t place = find_mark(mark, typename Net::layers{});
    std::size_t k = 0;
    if (place == Net::layer_count) return Net::outputs.size();
    const std::size_t seen = Net::table.seen[Net::topology.written(place)];
    while (k < Net::outputs.size() && Net::table.seen[Net::output_values[k]] != seen) ++k;
    return k;
}

/// For each output the number of its loss among several by name; as many as there are if it has none.
template <class Net, class Losses>
struct places_of_losses;
template <class Net, class... Losses>
struct places_of_losses<Net, std::tuple<Losses...>> {
    static constexpr std::array<std::string_view, sizeof...(Losses)> names{Losses::mark_name.view()...};
    static constexpr std::array<std::size_t, sizeof...(Losses)> outputs{
        output_at<Net>(Losses::mark_name.view())...};
    static constexpr auto of = [] {
        std::array<std::size_t, Net::outputs.size()> found{};
        for (std::size_t k = 0; k < found.size(); ++k)
            while (found[k] < outputs.size() && outputs[found[k]] != k) ++found[k];
        return found;
    }();
    /// The first loss that is at the output of one before it; as many as there are if there is none.
    static constexpr std::size_t doubled = [] {
        std::size_t i = 0;
        for (; i < outputs.size(); ++i)
            if (outputs[i] < Net::outputs.size() && of[outputs[i]] != i) break;
        return i;
    }();
    /// The first output without a loss; the number of outputs if there is none.
    static constexpr std::size_t without = [] {
        std::size_t k = 0;
        while (k < of.size() && of[k] < outputs.size()) ++k;
        return k;
    }();
};

/// The loss at output K of a network.
template <class Net, std::size_t K, class Loss>
const auto& loss_at(const Loss& loss) {
    using named = typename named_losses<Loss>::type;
    if constexpr (std::tuple_size_v<named> == 0)
        return loss;
    else
        return std::get<places_of_losses<Net, named>::of[K]>(named_losses<Loss>::get(loss)).what;
}
template <class Net, std::size_t K, class Loss>
using loss_at_t = std::remove_cvref_t<decltype(loss_at<Net, K>(std::declval<const Loss&>()))>;

/// The name of output K's loss, for reports: the mark that it was given, "output" if none was.
template <class Net, class Loss>
std::string_view name_of_loss(std::size_t k) {
    using places = places_of_losses<Net, typename named_losses<Loss>::type>;
    if constexpr (places::names.empty())
        return "output";
    else
        return places::names[places::of[k]];
}

/// Names the message for the first name that is no output's, messages::none if there is none.
template <class Net>
consteval auto diagnose_names(const std::tuple<>*) {
    return std::type_identity<messages::none>{};
}
template <class Net, class First, class... More>
consteval auto diagnose_names(const std::tuple<First, More...>*) {
    constexpr auto mark = First::mark_name;
    if constexpr (mark_place<Net, mark> == Net::layer_count)
        return diagnose_mark<Net, mark>();
    else if constexpr (output_at<Net>(mark.view()) == Net::outputs.size())
        return std::type_identity<messages::loss_at_no_output<Net, mark>>{};
    else
        return diagnose_names<Net>(static_cast<const std::tuple<More...>*>(nullptr));
}

template <class Net, class Named>
using name_error = typename decltype(diagnose_names<Net>(static_cast<const Named*>(nullptr)))::type;

/// Names the message for losses that do not go with a network's outputs, messages::none if they do.
template <class Net, class Loss>
consteval auto diagnose_names() {
    using named = typename named_losses<Loss>::type;
    using places = places_of_losses<Net, named>;
    if constexpr (std::is_same_v<Loss, refused_losses>) {
        return std::type_identity<refused_losses>{};
    } else if constexpr (std::tuple_size_v<named> == 0) {
        if constexpr (Net::outputs.size() == 1)
            return std::type_identity<messages::none>{};
        else
            return std::type_identity<
                messages::losses_without_names<Net, typename known_marks_of<typename Net::layers>::type>>{};
    } else if constexpr (!std::is_same_v<name_error<Net, named>, messages::none>) {
        return std::type_identity<name_error<Net, named>>{};
    } else if constexpr (places::doubled < places::outputs.size()) {
        return std::type_identity<messages::two_losses_at_one_output<
            Net, std::tuple_element_t<places::doubled, named>::mark_name>>{};
    } else if constexpr (places::without < Net::outputs.size()) {
        constexpr std::size_t by = Net::output_values[places::without] - Net::topology.written(0);
        return std::type_identity<messages::output_without_loss<messages::layer_number<by + 1>,
                                                                element_t<by, typename Net::layers>, Net>>{};
    } else {
        return std::type_identity<messages::none>{};
    }
}

/// To be asserted of size above 0 by each verb that takes a loss, which instantiates the message.
template <class Net, class Loss>
using names_error = typename decltype(diagnose_names<Net, Loss>())::type;

/// Whether each output has its loss: else a verb does no more than say so.
template <class Net, class Loss>
inline constexpr bool losses_fit = std::is_same_v<names_error<Net, Loss>, messages::none>;

} // namespace detail

} // namespace strata

#include "strata/meta/macros_back.hpp"
