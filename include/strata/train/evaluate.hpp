// The loss of a model on any number of samples, without gradients.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/losses/loss.hpp"
#include "strata/model/forward.hpp"
#include "strata/model/samples.hpp"
#include "strata/tensor/arena.hpp"
#include "strata/tensor/several_rows.hpp"
#include "strata/train/checks.hpp"
#include "strata/train/loss_output.hpp"
#include "strata/train/loss_terms.hpp"
#include "strata/train/output_gradient.hpp"
#include "strata/train/targets.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <type_traits>
#include <vector>

namespace strata::inline STRATA_TARGET {

namespace detail {

/// What a loss came to: at each output, and of its terms.
template <class Net, class Loss>
struct loss_values {
    std::array<double, Net::outputs.size()> outputs{};
    term_values<Loss> terms;
    [[nodiscard]] double loss() const { return sum_of_losses(outputs) + terms.sum; }
    /// Adds the means over some rows, as sums.
    template <class Real>
    void add(const std::array<Real, Net::outputs.size()>& values, const term_values<Loss>& more,
             double rows) {
        for (std::size_t k = 0; k < values.size(); ++k) outputs[k] += static_cast<double>(values[k]) * rows;
        terms.add(more, rows);
    }
    /// All of them in a row, and back: as many as parts.
    static constexpr std::size_t parts = Net::outputs.size() + term_count<Loss>;
    [[nodiscard]] std::vector<double> in_a_row() const {
        std::vector<double> all(outputs.begin(), outputs.end());
        all.insert(all.end(), terms.each.begin(), terms.each.end());
        return all;
    }
    void go_on(const std::vector<double>& all) {
        std::copy_n(all.begin(), outputs.size(), outputs.begin());
        terms = {};
        for (std::size_t k = 0; k < terms.each.size(); ++k) terms.add(k, all[outputs.size() + k]);
    }
    /// The means, of sums over so many rows.
    [[nodiscard]] loss_values over(std::size_t rows) const {
        loss_values means;
        for (std::size_t k = 0; k < outputs.size(); ++k)
            means.outputs[k] = outputs[k] / static_cast<double>(rows);
        means.terms.add(terms, 1.0 / static_cast<double>(rows));
        return means;
    }
};

/// The layer that computes a value: marks, changes of shape and relus that the layer before them applies are passed
/// over.
template <class Work>
consteval std::size_t computed_by(std::size_t value) {
    using part = typename Work::network;
    constexpr auto& layers = kinds_of<typename part::layers>::values;
    constexpr std::size_t first = part::topology.written(0);
    while (value > first &&
           (layers[value - first]->traits.output == storage::view || Work::plan.fused[value - first]))
        value = part::table.source[value - first];
    return value - first;
}

/// The terms at marks, as soon as what lies there is computed, which the next layers may overwrite.
template <class Arch, class Work, class Loss>
void add_mark_terms_behind(std::size_t layer, Work& work, const Loss& loss, term_values<Loss>& values) {
    for_each_term(loss, [&]<class Term>(const Term& term, std::size_t k) {
        if constexpr (is_mark_term<Term>) {
            using part = typename Work::network;
            constexpr std::size_t value = part::table.source[mark_place<part, Term::mark_name>];
            constexpr std::size_t by = computed_by<Work>(value);
            if (layer == by)
                values.add(k, penalize_mark<Arch>(term, work.activation(value), work.rows(), {}));
        }
    });
}

/// The largest output's floats in a row.
template <class Net>
inline constexpr std::size_t widest_output = [] {
    std::size_t widest = 0;
    for (const extents& shape : Net::outputs) widest = std::max(widest, row_stride(shape.count()));
    return widest;
}();

/// The losses of outputs in a workspace, whose targets these are.
template <class Arch, class Work, class Loss, class Targets, class Observe>
output_losses_of<typename Work::network, real_of<Arch>>
losses_of_batch(Work& work, const Loss& loss, const Targets& targets, real_of<Arch>* one_hot,
                const Observe& observe) {
    using part = typename Work::network;
    output_losses_of<part, real_of<Arch>> values{};
    for_each_part(targets, [&](auto k, const any_targets<real_of<Arch>>& one) {
        constexpr extents shape = part::outputs[k];
        rows_of<Arch> y = work.output(k);
        y.sample = shape;
        const rows_of<Arch> wanted = one.in_rows(shape.last(), one_hot, shape.count());
        observe(k, y, wanted);
        values[k] = loss_at<part, k>(loss).template value<Arch>(y, wanted, y.rows);
    });
    return values;
}

/// Memory in which a block of rows is measured.
template <class Part, class Arch, class Loss>
struct evaluated_block {
    workspace<Part, batch<32>, inference, real_of<Arch>> work;
    term_values<Loss> terms;
};

/// A loss over rows, block by block: blocks may run side by side, and are added in order. Samples are rows, targets
/// any_targets, of several inputs and outputs several_rows.
template <class Part, class Arch, class Loss>
class evaluation {
public:
    using block_type = evaluated_block<Part, Arch, Loss>;
    static constexpr std::size_t block = decltype(block_type::work)::capacity;

    template <class Model>
    evaluation(const Model& net, const Loss& loss, std::size_t rows)
        : weights_{detail::weights_of<Part>(net)}, loss_{loss}, rows_{rows} {}

    /// The outputs of block number k, and the terms at marks.
    template <class Samples>
    void run(block_type& in, const Samples& samples, std::size_t k) const {
        in.work.load(samples.part(k * block, rows_in(k)));
        in.terms = {};
        run_forward<Arch, false>(weights_, in.work,
                                 [&](std::size_t layer, const padded_rows<real_of<Arch>>&) {
                                     if constexpr (has_terms<Loss>)
                                         add_mark_terms_behind<Arch>(layer, in.work, loss_, in.terms);
                                 });
    }
    /// Its loss.
    template <class Targets, class Observe>
    void add(block_type& in, const Targets& targets, std::size_t k, const Observe& observe) {
        sums_.add(losses_of_batch<Arch>(in.work, loss_, targets.part(k * block, rows_in(k)), one_hot_.data(),
                                        observe),
                  in.terms, static_cast<double>(rows_in(k)));
    }
    /// After all blocks.
    [[nodiscard]] loss_values<Part, Loss> means() const {
        loss_values<Part, Loss> means = sums_.over(rows_);
        if constexpr (has_terms<Loss>)
            walk_forward<Part>([&]<class Kind>(Kind, std::size_t layer) {
                if constexpr (Kind::learns)
                    add_weight_terms<Arch, Kind>(loss_, weights_ + Part::table.parameter_offset[layer],
                                                 nullptr, means.terms);
            });
        return means;
    }

private:
    [[nodiscard]] std::size_t rows_in(std::size_t k) const { return std::min(block, rows_ - k * block); }

    const real_of<Arch>* weights_;
    const Loss& loss_;
    std::size_t rows_;
    basic_arena<real_of<Arch>> one_hot_{block * widest_output<Part>};
    loss_values<Part, Loss> sums_;
};

template <class Part, class Arch, class Model, class Loss, class Samples, class Targets,
          class Observe = no_observer>
loss_values<Part, Loss> evaluate_rows(const Model& net, const Loss& loss, const Samples& samples,
                                      const Targets& targets, const Observe& observe = {}) {
    evaluation<Part, Arch, Loss> whole{net, loss, samples.rows};
    evaluated_block<Part, Arch, Loss> in;
    for (std::size_t k = 0; k * whole.block < samples.rows; ++k) {
        whole.run(in, samples, k);
        whole.add(in, targets, k, observe);
    }
    return whole.means();
}

} // namespace detail

/// The loss over any number of samples, at least one, as predict sees them: without noise, and without gradients. Terms
/// of the loss count: those at marks as means over the samples, those on the weights that train_step would move. Throws
/// std::invalid_argument if shapes or counts do not fit, if targets are outside of what the loss takes (see
/// losses/targets.hpp), or if the model was moved from, and std::out_of_range for an index that is no class.
template <class Part = void, class Arch = arch, any_network Net, class Real, class Loss, class X,
          class Target>
Real evaluate(const model<Net, Real>& net, const Loss& loss, const X& x, const Target& target) {
    using part = std::conditional_t<std::is_void_v<Part>, Net, Part>;
    static_assert(sizeof(detail::part_error<part, Net>) > 0);
    static_assert(sizeof(detail::targets_error<part, Target>) > 0);
    static_assert(sizeof(detail::output_error<part, Loss>) > 0);
    static_assert(sizeof(detail::terms_error<part, Loss>) > 0);
    using on = machine_of<Arch, Real>;
    const auto& seen_x = detail::see_samples<part, Real>(x);
    const auto& seen_y = detail::see_targets<part, Loss, Real>(target);
    const auto& samples = detail::view_of(seen_x);
    const auto& targets = detail::view_of(seen_y);
    detail::require_rows(samples, targets, "evaluate");
    detail::require_targets<part, Loss, on>(targets);
    if constexpr (!detail::losses_fit<part, Loss>)
        return Real(0);
    else
        return static_cast<Real>(
            detail::evaluate_rows<part, on>(net, loss, samples, detail::in_any_kind<Real>(targets)).loss());
}

/// The loss at a mark, one of several outputs for instance: evaluate<"digit">(net, loss, x, y) is
/// evaluate<until<Net, "digit">>(net, loss, x, y).
template <fixed_string Mark, class Arch = arch, any_network Net, class Real, class Loss, class X,
          class Target>
Real evaluate(const model<Net, Real>& net, const Loss& loss, const X& x, const Target& target) {
    using error = detail::error_of_until<Net, Mark>; // the way to the message is shorter than through until
    static_assert(sizeof(error) > 0);
    if constexpr (std::is_same_v<error, messages::none>)
        return strata::evaluate<until<Net, Mark>, Arch>(net, loss, x, target);
    else
        return Real(0);
}

} // namespace strata

#include "strata/meta/macros_back.hpp"
