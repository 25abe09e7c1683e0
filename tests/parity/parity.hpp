// What the programs of the parity tests share: a network computes, learns and writes down what came of it; run.py compares that
// with PyTorch.
#pragma once

#include "golden/file.hpp"

#include <array>
#include <cstddef>
#include <fstream>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace parity {

/// A file of tensors: for each a line "NETWORK REAL NAME COUNT", and so many doubles.
class results {
public:
    explicit results(const char* path) : out_{path, std::ios::binary} {
        out_.exceptions(std::ios::failbit | std::ios::badbit);
    }
    void begin(const std::string& network, bool is_float) {
        before_ = network + (is_float ? " float " : " double ");
    }
    template <class Values>
    void put(const std::string& name, const Values& values) {
        out_ << before_ << name << ' ' << values.size() << '\n';
        for (const auto& one : values) {
            const double value = one;
            out_.write(reinterpret_cast<const char*>(&value), sizeof value);
        }
    }
    void close() { out_.close(); }

private:
    std::ofstream out_;
    std::string before_;
};

/// How a network is trained.
struct options {
    float clip = 0;         ///< the gradients' norm, unless 0
    float rate_of_last = 0; ///< the learning rate of the third step, unless 0
    int batches = 1;        ///< whose gradients add up
};

inline std::vector<int> classes(const std::vector<double>& values) { return {values.begin(), values.end()}; }

inline std::string numbered(const char* name, std::size_t k) { return name + std::to_string(k + 1); }
inline std::string named(const strata::placed_parameter& p, const char* what) {
    return std::to_string(p.layer_number) + '.' + std::string{p.what.name} + what;
}

/// One vector or several rows, by number.
template <class Real>
void put_each(results& out, const char* name, const std::vector<Real>& one) {
    out.put(numbered(name, 0), one);
}
template <class Real>
void put_each(results& out, const char* name, const strata::basic_rows_view<Real>& one) {
    out.put(numbered(name, 0), golden::gather(one));
}
template <class... Vectors>
void put_each(results& out, const char* name, const std::tuple<Vectors...>& all) {
    std::size_t k = 0;
    std::apply([&](const auto&... one) { (out.put(numbered(name, k++), one), ...); }, all);
}
template <class Real, std::size_t Count>
void put_each(results& out, const char* name, const std::array<strata::basic_rows_view<Real>, Count>& all) {
    for (std::size_t k = 0; k < Count; ++k) out.put(numbered(name, k), golden::gather(all[k]));
}

/// The model of a network with the values of a file.
template <strata::any_network Net, class Real>
strata::model<Net, Real> loaded(const golden::file& values, const std::string& name) {
    strata::model<Net, Real> net{strata::zeros{}};
    for (const strata::placed_parameter& p : strata::parameters_of<Net>)
        net.write(p, values.of<Real>(name + '.' + named(p, "")));
    return net;
}

/// What a model in inference makes of samples.
template <strata::any_network Net, class Real, class X>
void run_in_inference(results& out, const golden::file& values, const std::string& name, const X& x) {
    out.begin(name, std::is_same_v<Real, float>);
    put_each(out, "predicted", strata::predict(loaded<Net, Real>(values, name), x));
}

/// Outputs, gradients, and what three steps of training make of the weights.
template <strata::any_network Net, std::size_t Batch, class Real, class Loss, class Rule, class X, class Y>
void run(results& out, const golden::file& values, const std::string& name, const options& how,
         const Loss& loss, const Rule& rule, const X& x, const Y& y) {
    run_in_inference<Net, Real>(out, values, name, x);
    auto net = loaded<Net, Real>(values, name);
    strata::workspace<Net, strata::batch<Batch>, strata::training, Real> work;
    put_each(out, "output", strata::forward(net, work, x));

    std::vector<Real> losses;
    if constexpr (Net::table.has_input_gradient) {
        const auto slope = strata::input_gradient(net, work, loss, x, y);
        if constexpr (Net::inputs.size() == 1)
            put_each(out, "input_gradient", static_cast<const strata::basic_rows_view<Real>&>(slope));
        else
            put_each(out, "input_gradient", slope.inputs);
        out.put("loss_by_input", std::vector{slope.loss});
    }
    for (int k = 0; k < how.batches; ++k) losses.push_back(strata::accumulate(net, work, loss, x, y));
    for (const strata::placed_parameter& p : strata::parameters_of<Net>) {
        if (!p.has_gradient || p.what.what_for == strata::role::running) continue;
        std::vector<Real> gradient(p.what.count());
        for (std::size_t i = 0; i < gradient.size(); ++i)
            gradient[i] = work.parameter_gradients()[p.gradient_offset + p.what.place(i)];
        out.put(named(p, ".gradient"), gradient);
    }
    work.clear_gradients();

    strata::optimizer optimizer{net, rule};
    for (int step = 1; step <= 3; ++step) {
        if (step == 3 && how.rate_of_last > 0) optimizer.learning_rate(how.rate_of_last);
        if (how.clip > 0 || how.batches > 1) {
            for (int k = 0; k < how.batches; ++k) losses.push_back(strata::accumulate(net, work, loss, x, y));
            if (how.clip > 0) strata::clip_gradients(work, how.clip);
            optimizer.step(net, work);
        } else {
            losses.push_back(strata::train_step(net, work, optimizer, loss, x, y));
        }
    }
    out.put("losses", losses);
    for (const strata::placed_parameter& p : strata::parameters_of<Net>) {
        std::vector<Real> weights(p.what.count());
        net.read(p, weights);
        out.put(named(p, ".after"), weights);
    }
    put_each(out, "predicted_after", strata::predict(net, x));
}

} // namespace parity
