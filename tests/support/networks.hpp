// What tests of layers share: the gradient check with its report, and a network run on given numbers.
#pragma once

#include "strata/model/forward.hpp"
#include "strata/train/gradient_check.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

/// That all gradients of a network agree with central differences; if not, where.
template <strata::any_network Net, std::size_t Rows = 3>
void gradients_are_right() {
    const strata::gradient_report report = strata::check_gradients<Net, Rows>();
    CAPTURE(report.worst);
    CAPTURE(report.where);
    CAPTURE(report.compared);
    CAPTURE(report.skipped);
    CAPTURE(report.all_zero);
    CHECK(report.passed());
}

/// That the weight gradients of two passes add up: the second pass may not start anew. (Running statistics go on from where
/// the first has brought them.)
template <strata::any_network Net, std::size_t Rows = 3>
void gradients_add_up() {
    strata::model<Net> net{strata::zeros{}};
    std::uint64_t stream = strata::streams::user;
    for (const strata::placed_parameter& p : strata::parameters_of<Net>) {
        std::vector<float> values(p.what.count());
        strata::fill_uniform(values, 0.1f, 0.9f, strata::seed{1}, stream++);
        net.write(p, values);
    }
    std::vector<float> x(Rows * Net::input.count());
    strata::fill_uniform(x, -1.0f, 1.0f, strata::seed{2});
    strata::workspace<Net, strata::batch<Rows>> work;
    strata::forward(net, work, x);
    strata::backward(net, work, 0.5f);
    const std::vector<float> once(work.parameter_gradients().begin(), work.parameter_gradients().end());
    work.repeat_noise();
    strata::forward(net, work, x);
    strata::backward(net, work, 0.5f);
    bool any = false;
    for (const strata::placed_parameter& p : strata::parameters_of<Net>) {
        if (!p.has_gradient || p.what.what_for == strata::role::running) continue;
        for (std::size_t i = p.gradient_offset; i < p.gradient_offset + p.what.floats(); ++i) {
            any = any || once[i] != 0.0f;
            CHECK(work.parameter_gradients()[i] == doctest::Approx(2 * once[i]).epsilon(1e-4));
        }
    }
    CHECK(any);
}

/// What a network with these parameters (weight, bias, the next layer's weight, ...) makes of up to four
/// samples.
template <strata::any_network Net>
std::vector<float> run(const std::vector<std::vector<float>>& parameters, const std::vector<float>& x) {
    strata::model<Net> net{strata::zeros{}};
    for (std::size_t i = 0; i < parameters.size(); ++i)
        net.write(strata::parameters_of<Net>.at(i), parameters[i]);
    strata::workspace<Net, strata::batch<4>, strata::inference> work;
    const strata::rows_view y = strata::forward(net, work, x);
    std::vector<float> all(y.rows * y.width); // not grown row by row: GCC 12 warns of copies that are none
    for (std::size_t r = 0; r < y.rows; ++r)
        std::ranges::copy(y[r], all.begin() + std::ptrdiff_t(r * y.width));
    return all;
}
