// A user's targets, or gradients by the outputs, cut for the shards of a team.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/parallel/shards.hpp"
#include "strata/tensor/several_rows.hpp"
#include "strata/train/class_targets.hpp"
#include "strata/train/losses_of_outputs.hpp"
#include "strata/train/output_gradient.hpp"
#include "strata/train/targets.hpp"

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

namespace strata::inline STRATA_TARGET::detail {

/// How targets of output K are seen: as rows, or class_targets.
template <class Net, class Loss>
struct see_as_target {
    template <std::size_t K, class Real, class Target>
    static auto see(const Target& target) {
        return see_target<loss_at_t<Net, K, Loss>, Real>(target, Net::outputs[K]);
    }
};
/// And gradients by it.
template <class Net>
struct see_as_gradient {
    template <std::size_t K, class Real, class Gradient>
    static auto see(const Gradient& gradient) {
        return see_rows<Real>(gradient, Net::outputs[K]);
    }
};

/// A user's targets, or gradients by the outputs, to be handed to shards: what is seen of each, or one number for all of it.
template <class Team, class See, class Target>
class parts_for_shards {
    using net = typename Team::network;
    using real = typename Team::real;
    static constexpr bool in_parts = tuple_parts<Target> > 0;

    template <std::size_t K>
    static auto see(const Target& target) {
        const auto& one = part_at<K>(target);
        if constexpr (std::is_convertible_v<decltype(one), real>)
            return static_cast<real>(one);
        else
            return See::template see<K, real>(one);
    }
    template <std::size_t... K>
    static auto see_all(const Target& target, std::index_sequence<K...>) {
        return std::tuple<decltype(see<K>(target))...>{see<K>(target)...};
    }
    using each = std::make_index_sequence<std::max<std::size_t>(tuple_parts<Target>, 1)>;

    template <class Seen>
    static auto part_of(const Seen& seen, const row_range& rows) {
        if constexpr (std::floating_point<Seen>)
            return seen;
        else
            return view_of(seen).part(rows.first, rows.count);
    }

public:
    /// Throws std::invalid_argument unless there are as many as samples.
    parts_for_shards(const Target& target, std::size_t samples) : seen_{see_all(target, each{})} {
        for_each_part(seen_, [&]<class Seen>(std::size_t k, const Seen& one) {
            if constexpr (!std::floating_point<Seen>)
                require_as_many(view_of(one).rows, samples, number_of_output<net>(k),
                                hint_of_targets(view_of(one), samples));
        });
    }
    /// Those of some rows: of several outputs a tuple.
    [[nodiscard]] auto part(const row_range& rows) const {
        return std::apply(
            [&](const auto&... one) {
                if constexpr (in_parts)
                    return std::tuple{part_of(one, rows)...};
                else
                    return part_of(one..., rows);
            },
            seen_);
    }

private:
    decltype(see_all(std::declval<const Target&>(), each{})) seen_;
};

template <class Team, class Loss, class Target>
using targets_for_shards = parts_for_shards<Team, see_as_target<typename Team::network, Loss>, Target>;

} // namespace strata::detail

#include "strata/meta/macros_back.hpp"
