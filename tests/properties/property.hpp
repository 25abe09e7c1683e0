// What holds for every network of one layer, whatever its shape: it computes what its oracle does, in double and in float; its
// gradients are those of central differences, those in float the ones in double; a row is the same whatever rows are beside
// it; and all padding is zero afterwards.
#pragma once

#include "oracles.hpp"

#include "strata/core.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace property {

using namespace strata;

/// How the numbers of a check are drawn, and what is left out.
struct options {
    double range = 1; ///< inputs are drawn from +- this
    bool random =
        false; ///< it draws noise in training: the oracle is for inference, and float is not held against double
};

/// What a network came to on some rows.
template <class Real>
struct outcome {
    std::vector<Real> y, x_gradient;
    std::vector<std::vector<Real>> parameter_gradients;
    bool padding_is_zero = true;
};

template <class Real>
bool zero_behind(const padded_rows<const Real>& rows) {
    bool zero = true;
    for (std::size_t r = 0; r < rows.rows; ++r)
        for (std::size_t i = rows.width; i < rows.stride; ++i)
            zero = zero && rows.data[r * rows.stride + i] == 0;
    return zero;
}
/// Of a parameter: no value lies at these places.
template <class Real>
bool zero_beside(const parameter& p, const Real* block) {
    std::vector<bool> taken(p.floats());
    for (std::size_t i = 0; i < p.count(); ++i) taken[p.place(i)] = true;
    bool zero = true;
    for (std::size_t i = 0; i < p.floats(); ++i) zero = zero && (taken[i] || block[i] == 0);
    return zero;
}
template <class Real>
void append(std::vector<Real>& all, const basic_rows_view<Real>& rows) {
    for (std::size_t r = 0; r < rows.rows; ++r) all.insert(all.end(), rows[r].begin(), rows[r].end());
}

template <class Net, class Real>
void write_parameters(model<Net, Real>& net, const std::vector<std::vector<float>>& values) {
    std::size_t k = 0;
    for (const placed_parameter& p : parameters_of<Net>) {
        if (p.what.what_for != role::running)
            net.write(p, std::vector<Real>(values[k].begin(), values[k].end()));
        ++k;
    }
}

/// Forwards, backwards and a step.
template <class Net, class Real, std::size_t Rows>
outcome<Real> run(const std::vector<float>& samples, const std::vector<std::vector<float>>& values,
                  const std::vector<float>& direction) {
    using on = machine_of<arch, Real>;
    model<Net, Real> net{zeros{}};
    write_parameters(net, values);
    workspace<Net, batch<Rows>, training, Real> work;
    outcome<Real> result;
    append<Real>(result.y, forward(net, work, std::vector<Real>(samples.begin(), samples.end())));
    result.padding_is_zero = zero_behind<Real>(work.output());
    detail::load_output_gradient(work, std::vector<Real>(direction.begin(), direction.end()));
    detail::add_up policy;
    detail::run_backward<on, true, true>(detail::weights_of<Net>(net), work, no_terms{}, policy);
    append<Real>(result.x_gradient, basic_rows_view<Real>(work.input_gradient()));
    result.padding_is_zero = result.padding_is_zero && zero_behind<Real>(work.input_gradient());
    for (const placed_parameter& p : parameters_of<Net>) {
        if (!p.has_gradient) continue;
        const Real* gradients = work.parameter_gradients().data() + p.gradient_offset;
        result.padding_is_zero = result.padding_is_zero && zero_beside(p.what, gradients);
        std::vector<Real> of_p;
        for (std::size_t i = 0; i < p.what.count(); ++i) of_p.push_back(gradients[p.what.place(i)]);
        if (p.what.what_for != role::running) result.parameter_gradients.push_back(of_p);
    }
    strata::optimizer<Net, adam, Real> opt{net, adam{}};
    opt.step(net, work);
    for (const placed_parameter& p : parameters_of<Net>)
        result.padding_is_zero =
            result.padding_is_zero && zero_beside(p.what, net.storage().data() + p.offset);
    return result;
}

/// The largest difference, as a share of the largest number, but at least of 1.
template <class Found, class Wanted>
double worst(const std::vector<Found>& found, const std::vector<Wanted>& wanted) {
    REQUIRE(found.size() == wanted.size());
    double largest = 1, most = 0;
    for (std::size_t i = 0; i < found.size(); ++i) {
        const auto w = static_cast<double>(wanted[i]),
                   difference = std::abs(static_cast<double>(found[i]) - w);
        largest = std::max(largest, std::abs(w));
        most = std::max(most, difference == difference ? difference : INFINITY);
    }
    return most / largest;
}

/// That each row alone gives the bits that it gives among the others, in inference.
template <class Net, class Real, std::size_t Rows>
std::vector<Real> run_rows(const std::vector<float>& samples, const std::vector<std::vector<float>>& values) {
    model<Net, Real> net{zeros{}};
    write_parameters(net, values);
    const std::vector<Real> x(samples.begin(), samples.end());
    workspace<Net, batch<Rows>, inference, Real> work;
    std::vector<Real> together, alone;
    append<Real>(together, forward(net, work, x));
    const std::size_t width = Net::input.count();
    for (std::size_t r = 0; r < Rows; ++r)
        append<Real>(alone, forward(net, work,
                                    std::vector<Real>(x.begin() + std::ptrdiff_t(r * width),
                                                      x.begin() + std::ptrdiff_t((r + 1) * width))));
    CHECK(together == alone);
    return together;
}

template <class Net, std::size_t Rows, class Oracle>
void check(const Oracle& oracle, std::uint64_t number, const options& how = {}) {
    INFO(describe<Net>());
    CAPTURE(Rows);
    CAPTURE(number);
    std::uint64_t stream = streams::user;
    const auto draw = [&](std::size_t count, double range) {
        std::vector<float> values(count);
        fill_uniform(values, static_cast<float>(-range), static_cast<float>(range), seed{number}, stream++);
        return values;
    };
    const std::vector<float> x = draw(Rows * Net::input.count(), how.range);
    const std::vector<float> direction = draw(Rows * Net::output.count(), 1);
    std::vector<std::vector<float>> values;
    oracle::parameters in_double;
    for (const placed_parameter& p : parameters_of<Net>) {
        values.push_back(draw(p.what.count(), 0.5));
        if (p.what.what_for != role::running)
            in_double.emplace_back(values.back().begin(), values.back().end());
    }

    const outcome<double> exact = run<Net, double, Rows>(x, values, direction);
    const outcome<float> found = run<Net, float, Rows>(x, values, direction);
    CHECK(exact.padding_is_zero);
    CHECK(found.padding_is_zero);
    const std::vector<double> of_rows = run_rows<Net, double, Rows>(x, values);
    const std::vector<float> of_rows_in_float = run_rows<Net, float, Rows>(x, values);
    const std::vector<double> wanted = oracle(Rows, std::vector<double>(x.begin(), x.end()), in_double);
    if (how.random) {
        CHECK(worst(of_rows, wanted) <= 1e-12);
        CHECK(worst(of_rows_in_float, wanted) <= 1e-5);
    } else {
        CHECK(worst(exact.y, wanted) <= 1e-12);
        CHECK(worst(found.y, wanted) <= 1e-5);
        CHECK(worst(found.x_gradient, exact.x_gradient) <= 5e-5);
        for (std::size_t k = 0; k < exact.parameter_gradients.size(); ++k)
            CHECK(worst(found.parameter_gradients[k], exact.parameter_gradients[k]) <= 5e-5);
    }

    gradient_check_options options;
    options.seed = seed{number};
    options.input_range = static_cast<float>(how.range);
    options.per_tensor = 60;
    const gradient_report report = check_gradients<Net, double, Rows>(options);
    INFO(report.where << " " << report.all_zero << " " << report.misplaced);
    CAPTURE(report.worst);
    CAPTURE(report.compared);
    CAPTURE(report.skipped);
    CHECK(report.passed(1e-7));
}

} // namespace property
