// What read_onnx.py compiles with the headers that examples/exchange/from_onnx.py wrote: reads a network's weights, and predicts
// for tensors of a file.
#pragma once

#include "strata/core.hpp"
#include "strata/io/safetensors.hpp"
#include "strata/io/weights.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace onnx_reader {

template <class... Values>
std::tuple<Values...> as_tuple(std::tuple<Values...> several) {
    return several;
}
template <class Values>
std::tuple<Values> as_tuple(Values one) {
    return {std::move(one)};
}

/// The least time for one sample in ms, of so many.
template <class Net>
void time_one(const strata::model<Net>& net, const std::vector<float>& x, int repetitions) {
    strata::workspace<Net, strata::batch<1>, strata::inference> work;
    std::vector<float> y(Net::output.count());
    const std::span<const float> one{x.data(), Net::input.count()};
    double least = 1e9;
    for (int i = 0; i < repetitions; ++i) {
        const auto begin = std::chrono::steady_clock::now();
        strata::predict(net, work, one, y);
        const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
        least = std::min(least, took.count());
    }
    std::printf("%.3f\n", least);
}

template <class Net, std::size_t... In, std::size_t... Out>
void run(const std::string& path, int repetitions, std::index_sequence<In...>, std::index_sequence<Out...>) {
    strata::model<Net> net;
    strata::load(path + ".safetensors", net);
    const strata::safetensors given{path + ".in"};
    const std::tuple x{given.values<float>("input " + std::to_string(In))...};
    const std::size_t rows = given.find("input 0")->shape[0];
    const auto y = [&] {
        if constexpr (sizeof...(In) == 1)
            return as_tuple(strata::predict(net, std::get<0>(x)));
        else
            return as_tuple(strata::predict(net, x));
    }();
    strata::safetensors_writer out;
    const auto add = [&](std::size_t k, const strata::extents& shape, const std::vector<float>& values) {
        std::vector<std::size_t> axes{rows};
        axes.insert(axes.end(), shape.size, shape.size + shape.rank);
        out.add("output " + std::to_string(k), axes, values);
    };
    (add(Out, Net::outputs[Out], std::get<Out>(y)), ...);
    out.write(path + ".out");
    if constexpr (sizeof...(In) == 1 && sizeof...(Out) == 1)
        if (repetitions > 0) time_one(net, std::get<0>(x), repetitions);
}

/// Loads PATH.safetensors, predicts for "input 0", ... of PATH.in and writes "output 0", ... to PATH.out.
template <class Net>
void run(const std::string& path, int repetitions = 0) {
    run<Net>(path, repetitions, std::make_index_sequence<Net::inputs.size()>{},
             std::make_index_sequence<Net::outputs.size()>{});
}

} // namespace onnx_reader
