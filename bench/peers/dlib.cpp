// dlib: the dense tanh encoder, inference and a training step.
#include "support/version.hpp"

#include <dlib/dnn.h>
#include <dlib/revision.h>

#include <benchmark/benchmark.h>

#include <string>
#include <vector>

namespace {

const bench::library_version version{std::to_string(DLIB_MAJOR_VERSION) + "." +
                                     std::to_string(DLIB_MINOR_VERSION)};

using vector = dlib::matrix<float>;
using encoder = dlib::loss_mean_squared_multioutput<
    dlib::htan<dlib::fc<32, dlib::htan<dlib::fc<140, dlib::htan<dlib::fc<280, dlib::input<vector>>>>>>>>;

std::vector<vector> rows_of(std::size_t count, long width) {
    std::vector<vector> rows(count, vector(width, 1));
    for (std::size_t r = 0; r < count; ++r)
        for (long i = 0; i < width; ++i)
            rows[r](i) = static_cast<float>((static_cast<long>(r) * 7 + i) % 13) / 13;
    return rows;
}

template <std::size_t Rows>
void infer(benchmark::State& state) {
    encoder net;
    const std::vector<vector> x = rows_of(Rows, 561);
    dlib::resizable_tensor in;
    net.to_tensor(x.begin(), x.end(), in);
    for (auto _ : state) benchmark::DoNotOptimize(&net.subnet().forward(in));
}

void train(benchmark::State& state) {
    encoder net;
    const std::vector<vector> x = rows_of(32, 561);
    const std::vector<vector> y = rows_of(32, 32);
    std::vector<dlib::sgd> solvers(encoder::num_computational_layers, dlib::sgd(0.0f, 0.0f));
    dlib::resizable_tensor in;
    net.to_tensor(x.begin(), x.end(), in);
    for (auto _ : state) {
        net.compute_parameter_gradients(in, y.begin());
        net.update_parameters(solvers, 1e-9);
    }
}

BENCHMARK(infer<1>)->Name("encoder, 1 sample");
BENCHMARK(infer<32>)->Name("encoder, 32 samples");
BENCHMARK(train)->Name("encoder, training step of 32");

} // namespace

BENCHMARK_MAIN();
