// What the golden tests share: the comparison with what a golden file holds.
#pragma once

#include "strata/core.hpp"

#include "file.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

namespace golden {

/// The largest error of a tensor, and where it is.
struct disagreement {
    double worst = 0;
    std::size_t where = 0;
};

/// Errors relative in two senses: to the value itself where it is at least a hundredth of the tensor's
/// largest, else to that largest. Smaller values are what is left when large ones cancel, so that rounding
/// leaves them fewer digits; the second sense still holds them. Where PyTorch has exactly zero (a dead relu,
/// a pixel that is not the maximum) anything else is an error of 1, and so is a NaN. A tensor that is zero but for
/// rounding, as the gradient of a bias before batch_norm, is held to absolute errors.
template <class Ours>
disagreement compare(const Ours& ours, std::span<const double> theirs) {
    double largest = 0;
    for (const double value : theirs) largest = std::max(largest, std::abs(value));
    const bool is_rounding = largest < 1e-14;
    if (is_rounding) largest = 1;
    disagreement found;
    for (std::size_t i = 0; i < ours.size(); ++i) {
        const double size = std::abs(theirs[i]);
        const double error = std::abs(static_cast<double>(ours[i]) - theirs[i]);
        double relative = error / (size >= largest / 100 ? size : largest);
        if (size == 0 && !is_rounding) relative = error == 0 ? 0 : 1;
        if (std::isnan(relative)) relative = 1;
        if (relative > found.worst) found = {relative, i};
    }
    return found;
}

/// Agreement to 1e-4 in float, to 1e-10 in double. (Measured in float: the denoiser's worst is 2e-5, single layers'
/// 6e-6.)
template <class Real>
void check_agreement(const std::string& what, std::span<const Real> ours, std::span<const double> theirs) {
    INFO(what);
    REQUIRE(ours.size() == theirs.size());
    const disagreement found = compare(ours, theirs);
    INFO("worst at index " << found.where << ": " << ours[found.where] << ", by PyTorch "
                           << theirs[found.where]);
    CHECK(found.worst <= (std::is_same_v<Real, float> ? 1e-4 : 1e-10));
}
template <class Real>
void check_agreement(const std::string& what, const std::vector<Real>& ours, std::span<const double> theirs) {
    check_agreement(what, std::span<const Real>{ours}, theirs);
}

/// Gives every weight and bias its golden value; running statistics keep theirs.
template <strata::any_network Net, class Real>
void load_weights(strata::model<Net, Real>& net, const file& values, const std::string& name) {
    for (const strata::placed_parameter& p : strata::parameters_of<Net>)
        if (p.what.what_for == strata::role::trained)
            net.write(p, values.of<Real>(name + '.' + std::to_string(p.layer_number) + '.' +
                                         std::string{p.what.name}));
}

/// What value_at(parameter, index) says of all weights and biases, against the tensors of these names with `what` behind.
template <strata::any_network Net, class Value>
void check_parameters(const file& values, const std::string& name, const char* what, const Value& value_at) {
    for (const strata::placed_parameter& p : strata::parameters_of<Net>) {
        if (p.what.what_for == strata::role::running) continue;
        const std::string tensor =
            name + '.' + std::to_string(p.layer_number) + '.' + std::string{p.what.name} + what;
        std::vector<std::remove_cvref_t<decltype(value_at(p, 0))>> ours(p.what.count());
        for (std::size_t i = 0; i < ours.size(); ++i) ours[i] = value_at(p, i);
        check_agreement(tensor, ours, values[tensor]);
    }
}
/// The gradients in a workspace.
template <strata::any_network Net, class Work>
void check_gradients_of(const file& values, const std::string& name, Work& work) {
    check_parameters<Net>(values, name, ".gradient", [&](const strata::placed_parameter& p, std::size_t i) {
        return work.parameter_gradients()[p.gradient_offset + p.what.place(i)];
    });
}
/// The weights after three steps.
template <strata::any_network Net, class Real>
void check_weights(const file& values, const std::string& name, const strata::model<Net, Real>& net) {
    check_parameters<Net>(values, name, ".after", [&](const strata::placed_parameter& p, std::size_t i) {
        return net.storage()[p.offset + p.what.place(i)];
    });
}

/// Output, loss and all gradients of a network under its name in a golden file, for models of Real.
template <class Real, strata::any_network Net, std::size_t Rows, class Loss>
void check_network_of(const file& values, const std::string& name, const Loss& measure) {
    strata::model<Net, Real> net{strata::zeros{}};
    load_weights(net, values, name);
    strata::workspace<Net, strata::batch<Rows>, strata::training, Real> work;
    const std::vector<Real> x = values.of<Real>(name + ".input");
    const std::vector<Real> target = values.of<Real>(name + ".target");

    const Real loss = strata::accumulate(net, work, measure, x, target);
    check_agreement(name + ".loss", std::vector{loss}, values[name + ".loss"]);
    for (const strata::placed_parameter& p : strata::parameters_of<Net>) {
        if (!p.has_gradient) continue;
        const std::string tensor =
            name + '.' + std::to_string(p.layer_number) + '.' + std::string{p.what.name} + ".gradient";
        std::vector<Real> gradient(p.what.count());
        for (std::size_t i = 0; i < gradient.size(); ++i)
            gradient[i] = work.parameter_gradients()[p.gradient_offset + p.what.place(i)];
        check_agreement(tensor, gradient, values[tensor]);
    }

    check_agreement(name + ".output", gather<Real>(strata::forward(net, work, x)), values[name + ".output"]);
    if constexpr (Net::table.has_input_gradient)
        check_agreement(name + ".input.gradient",
                        gather<Real>(strata::input_gradient(net, work, measure, x, target)),
                        values[name + ".input.gradient"]);
}

/// The same for models of float and of double.
template <strata::any_network Net, std::size_t Rows, class Loss = strata::mse>
void check_network(const file& values, const std::string& name, const Loss& measure = {}) {
    check_network_of<float, Net, Rows>(values, name, measure);
    check_network_of<double, Net, Rows>(values, name, measure);
}

} // namespace golden
