// Proof of a network's gradients against central differences: for the library's layers and for your own.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/finite.hpp"
#include "strata/meta/raise.hpp"
#include "strata/random/fill.hpp"
#include "strata/train/backward.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <tuple>
#include <type_traits>
#include <vector>

namespace strata::inline STRATA_TARGET {

/// What check_gradients can be told.
struct gradient_check_options {
    strata::seed seed{1}; ///< of weights, inputs and noise
    /// Of the central difference; a quarter of it is tried too. 1e-2 unless given, in double 1e-5.
    std::optional<float> step{};
    std::size_t per_tensor = 200; ///< at most so many entries of a tensor are compared, evenly spread
    float weight_range = 0.5f;    ///< weights and biases are drawn from +- this
    float input_range = 1.0f;     ///< and inputs from +- this
};

/// The outcome of a check. An error is |analytic - numeric|, relative to the larger of the two, but at least
/// to a tenth of the largest gradient of its tensor.
struct gradient_report {
    static constexpr double largest_error =
        std::numeric_limits<double>::max(); ///< stands for what is no number
    double worst = 0;         ///< the largest error; largest_error where a gradient is a NaN or infinite
    std::string where;        ///< its tensor and index
    std::size_t compared = 0; ///< how many entries
    std::size_t skipped = 0;  ///< how many sit on a kink (of a relu or a maximum), where no difference tells
    std::string all_zero;     ///< tensors whose gradients are all zero: a check of nothing
    std::string misplaced;    ///< tensors with gradients in their padding, and how to find the values' places

    /// All errors within tolerance, no tensor without a gradient or with one in its padding, and most entries away
    /// from kinks.
    [[nodiscard]] bool passed(double tolerance = 1e-2) const {
        return compared > skipped && all_zero.empty() && misplaced.empty() && worst <= tolerance;
    }
};

namespace detail {

/// A policy of the backward pass that collects what it finds in the padding.
struct collect_misplaced : add_up {
    std::string& found;
    void misplaced(const std::string& sentence) const { found += (found.empty() ? "" : "; ") + sentence; }
};

template <class Arch, class Net, std::size_t Rows>
gradient_report check_gradients_on(const gradient_check_options& options) {
    using real = real_of<Arch>;
    constexpr bool single = std::is_same_v<real, float>;
    const float chosen_step = options.step.value_or(single ? 1e-2f : 1e-5f);
    if (options.per_tensor == 0)
        raise<std::invalid_argument>("per_tensor of check_gradients is 0: it is at least 1");
    if (!kernels::is_finite<Arch>(chosen_step) || chosen_step <= 0)
        raise<std::invalid_argument>("the step of check_gradients must be above 0, and finite");
    if (!kernels::is_finite<Arch>(options.weight_range) || options.weight_range < 0 ||
        !kernels::is_finite<Arch>(options.input_range) || options.input_range < 0)
        raise<std::invalid_argument>("the ranges of check_gradients must be at least 0, and finite");
    constexpr double bend = single ? 0.02 : 1e-3; // of a smooth function it goes with the step
    model<Net, real> net{zeros{}};
    workspace<Net, batch<Rows>, training, real> work;
    std::uint64_t stream = streams::user;
    std::array<std::vector<real>, Net::inputs.size()> x;
    std::array<std::vector<real>, Net::outputs.size()> direction;
    const auto fill = [&](auto& tensors, const auto& shapes, float range) {
        for (std::size_t k = 0; k < tensors.size(); ++k) {
            tensors[k].resize(Rows * shapes[k].count());
            fill_uniform<Arch>(tensors[k], -range, range, options.seed, stream++);
        }
    };
    fill(x, Net::inputs, options.input_range);
    fill(direction, Net::outputs, 1.0f);
    for (const placed_parameter& p : parameters_of<Net>) {
        if (p.what.what_for == role::running) continue;
        std::vector<real> values(p.what.count());
        fill_uniform<Arch>(values, -options.weight_range, options.weight_range, options.seed, stream++);
        net.write(p, values);
    }

    const auto run = [&] {
        work.seed(options.seed); // the same noise every time
        if constexpr (Net::inputs.size() == 1)
            forward<Arch>(net, work, x[0]);
        else
            std::apply([&](const auto&... each) { forward<Arch>(net, work, std::tie(each...)); }, x);
    };
    const auto objective = [&] {
        run();
        double sum = 0;
        for (std::size_t k = 0; k < direction.size(); ++k) {
            const basic_rows_view<real> y = work.output(k);
            for (std::size_t r = 0; r < Rows; ++r)
                for (std::size_t i = 0; i < y.width; ++i)
                    sum += static_cast<double>(y[r][i]) * static_cast<double>(direction[k][r * y.width + i]);
        }
        return sum;
    };

    gradient_report report;
    const auto compare = [&](const std::string& name, std::size_t count, const parameter* placed,
                             real* values, const real* gradients) {
        const auto place = [&](std::size_t i) { return placed != nullptr ? placed->place(i) : i; };
        struct pair {
            std::size_t index;
            double analytic, numeric;
            double bend; // how far the slopes on both sides of the point are apart, at the smaller step
            bool finite = true;
        };
        std::vector<pair> pairs;
        double largest = 0;
        const std::size_t skip = (count + options.per_tensor - 1) / options.per_tensor;
        for (std::size_t i = 0; i < count; i += std::max<std::size_t>(skip, 1)) {
            pair best{i, static_cast<double>(gradients[place(i)]), 0, 0};
            const double middle = objective();
            double closest = -1;
            for (const real step : {real{chosen_step}, real{chosen_step} / 4}) {
                real& at = values[place(i)];
                const real before = at;
                at = before + step;
                const double up_at = static_cast<double>(at);
                const double up = objective();
                at = before - step;
                const double down_at = static_cast<double>(at);
                const double down = objective();
                at = before;
                const double numeric = (up - down) / (up_at - down_at);
                best.bend = std::abs(up - 2 * middle + down) / static_cast<double>(step);
                if (closest < 0 || std::abs(numeric - best.analytic) < closest) {
                    closest = std::abs(numeric - best.analytic);
                    best.numeric = numeric;
                }
            }
            best.finite = kernels::is_finite<Arch>(best.numeric) && kernels::is_finite<Arch>(best.analytic);
            if (best.finite) largest = std::max({largest, std::abs(best.numeric), std::abs(best.analytic)});
            pairs.push_back(best);
        }
        if (largest == 0) report.all_zero += (report.all_zero.empty() ? "" : ", ") + name;
        for (const pair& p : pairs) {
            const double scale = std::max({std::abs(p.analytic), std::abs(p.numeric), 0.1 * largest});
            if (p.finite && p.bend > bend * scale) {
                ++report.skipped;
                continue;
            }
            const double error = !p.finite    ? report.largest_error
                                 : scale == 0 ? 0
                                              : std::abs(p.analytic - p.numeric) / scale;
            ++report.compared;
            if (error > report.worst) {
                report.worst = error;
                report.where = name + " [" + std::to_string(p.index) + "]: analytic " +
                               std::to_string(p.analytic) + ", numeric " + std::to_string(p.numeric);
            }
        }
    };

    run();
    if constexpr (Net::outputs.size() == 1)
        load_output_gradient(work, direction[0]);
    else
        std::apply([&](const auto&... each) { load_output_gradient(work, std::tie(each...)); }, direction);
    constexpr bool has_input_gradient = Net::table.has_input_gradient;
    collect_misplaced policy{{}, report.misplaced};
    run_backward<Arch, true, has_input_gradient>(net.storage().data(), work, no_terms{}, policy);
    std::array<std::vector<real>, Net::inputs.size()> input_gradients;
    if constexpr (has_input_gradient)
        for (std::size_t k = 0; k < x.size(); ++k) {
            const padded_rows<real> by_input = work.input_gradient(k);
            for (std::size_t r = 0; r < Rows; ++r)
                input_gradients[k].insert(input_gradients[k].end(), by_input[r],
                                          by_input[r] + by_input.width);
        }
    const std::vector<real> weight_gradients(work.parameter_gradients().begin(),
                                             work.parameter_gradients().end());

    for (const placed_parameter& p : parameters_of<Net>) {
        if (!p.has_gradient || p.what.what_for == role::running) continue;
        compare(std::string{p.what.name} + " of layer " + std::to_string(p.layer_number), p.what.count(),
                &p.what, net.storage().data() + p.offset, weight_gradients.data() + p.gradient_offset);
    }
    if constexpr (has_input_gradient)
        for (std::size_t k = 0; k < x.size(); ++k)
            compare(x.size() == 1 ? "input" : text_of({"input ", k + 1}), x[k].size(), nullptr, x[k].data(),
                    input_gradients[k].data());
    if (!report.misplaced.empty()) { // more than an error: these values are in no file
        report.worst = report.largest_error;
        report.where = report.misplaced;
    }
    return report;
}

} // namespace detail

/// Compares all gradients of a network (weights, biases, and the inputs' unless it begins with frozen layers)
/// with central differences of a random linear function of its outputs, at random weights, in training: with
/// batch statistics and one draw of all noise.
/// Works for any network, so for a layer of your own: wrap it in one. Throws std::invalid_argument if an
/// option is senseless: per_tensor 0, a step that is not above 0, a range below 0, or a number that is not
/// finite.
///
/// check_gradients<Net, double>() computes in double: an error of 1e-7 is a fault then, where it may be rounding in float.
template <any_network Net, std::size_t Rows = 3, class Arch = arch>
gradient_report check_gradients(const gradient_check_options& options = {}) {
    return detail::check_gradients_on<Arch, Net, Rows>(options);
}
template <any_network Net, real_number Real, std::size_t Rows = 3, class Arch = arch>
gradient_report check_gradients(const gradient_check_options& options = {}) {
    return detail::check_gradients_on<machine_of<Arch, Real>, Net, Rows>(options);
}

} // namespace strata

#include "strata/meta/macros_back.hpp"
