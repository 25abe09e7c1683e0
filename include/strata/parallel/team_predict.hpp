// Predictions of a team: each thread makes those of some rows.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/model/predict.hpp"
#include "strata/parallel/team_passes.hpp"

#include <array>
#include <cstddef>
#include <span>
#include <stdexcept>
#include <utility>

namespace strata::inline STRATA_TARGET {

namespace detail {

template <class Arch, class Model, class Team, class Samples>
void predict_in_team(const Model& net, Team& work, const Samples& samples,
                     const output_places<typename Team::network, real_of<Arch>>& out) {
    using part = typename Team::network;
    check_not_moved(net);
    const std::size_t shards = std::min(Team::shard_count, samples.rows);
    const auto one = [&](std::size_t k) {
        const row_range rows = rows_of_shard(samples.rows, shards, k);
        output_places<part, real_of<Arch>> places = out;
        for (std::size_t o = 0; o < places.size(); ++o) places[o] += rows.first * part::outputs[o].count();
        predict_rows<Arch>(net, work.shard_at(k), samples.part(rows.first, rows.count), places);
    };
    work.run(shards, static_cast<double>(samples.rows), one);
}

} // namespace detail

/// predict in a team: (model, team, samples, span) writes the outputs of any number of samples there, as predict does with a
/// workspace, with the same bits, and allocates nothing. Throws as that does; the span may not overlap the samples.
template <class Arch = arch, any_network Net, class Real, class Part, class Batch, class Shards,
          class Purpose, class X>
void predict(const model<Net, Real>& net, team<Part, Batch, Shards, Purpose, Real>& work, const X& x,
             const std::type_identity_t<detail::spans_for_outputs<Part, Real>>& out) {
    static_assert(sizeof(detail::part_error<Part, Net>) > 0);
    const auto& seen = detail::see_samples<Part, Real>(x);
    const auto& samples = detail::view_of(seen);
    detail::refuse_own_memory(work, samples);
    work.begin(0);
    const std::array<std::span<Real>, Part::outputs.size()> spans{out};
    detail::output_places<Part, Real> places;
    for (std::size_t k = 0; k < spans.size(); ++k) {
        detail::check_size(spans[k], samples.rows, Part::outputs[k]);
        detail::for_each_part(samples, [&](auto, const basic_rows_view<Real>& rows) {
            if (detail::overlaps(rows, spans[k]))
                detail::raise<std::invalid_argument>(
                    "the span for the outputs lies in the samples: give it memory of its own");
        });
        if (detail::overlaps(net.storage(), std::span<const Real>{spans[k]}) || work.overlaps(spans[k]))
            detail::raise<std::invalid_argument>(
                "the span for the outputs lies in the model's weights or the "
                "team's memory: give it memory of its own");
        for (std::size_t other = 0; other < k; ++other)
            if (detail::overlaps(spans[other], spans[k]))
                detail::raise<std::invalid_argument>(
                    "the spans for the outputs overlap: give each memory of its own");
        places[k] = spans[k].data();
    }
    detail::predict_in_team<machine_of<Arch, Real>>(net, work, samples, places);
}

/// And (model, team, samples) returns them, as predict(net, x) does.
template <class Arch = arch, any_network Net, class Real, class Part, class Batch, class Shards,
          class Purpose, class X>
auto predict(const model<Net, Real>& net, team<Part, Batch, Shards, Purpose, Real>& work, const X& x) {
    static_assert(sizeof(detail::part_error<Part, Net>) > 0);
    const auto& seen = detail::see_samples<Part, Real>(x);
    const auto& samples = detail::view_of(seen);
    work.begin(0);
    auto out =
        detail::make_predictions<Part, Real>(x, samples, std::make_index_sequence<Part::outputs.size()>{});
    detail::output_places<Part, Real> places;
    detail::for_each_part(out, [&](auto k, auto& values) { places[k] = values.data(); });
    detail::predict_in_team<machine_of<Arch, Real>>(net, work, samples, places);
    return out;
}

} // namespace strata

#include "strata/meta/macros_back.hpp"
