// ResNet-20 and a U-Net: a training step of 32 images, and inference of one and of 32.

#include "support/graphs.hpp"
#include "support/peak.hpp"

namespace {

using namespace strata;

template <class Net>
std::vector<float> images(std::size_t rows, std::uint64_t s) {
    std::vector<float> x(rows * Net::input.count());
    fill_uniform(x, 0.0f, 1.0f, seed{s});
    return x;
}

template <class Net, std::size_t Rows>
void infer(benchmark::State& state) {
    const model<Net> net{seed{1}};
    workspace<Net, batch<Rows>, inference> work;
    const std::vector<float> x = images<Net>(Rows, 1);
    for (auto _ : state) benchmark::DoNotOptimize(forward(net, work, x));
}

template <class Net, class Loss, class Targets>
void train(benchmark::State& state, const Loss& loss, const Targets& targets) {
    model<Net> net{seed{1}};
    workspace<Net, batch<32>> work;
    optimizer opt{net, sgd{.learning_rate = 0.01f, .momentum = 0.9f}};
    const std::vector<float> x = images<Net>(32, 1);
    for (auto _ : state) benchmark::DoNotOptimize(train_step(net, work, opt, loss, x, targets));
}

void train_resnet20(benchmark::State& state) {
    std::vector<int> classes(32);
    for (std::size_t i = 0; i < classes.size(); ++i) classes[i] = static_cast<int>(i % 10);
    train<bench::resnet20>(state, cross_entropy{}, classes);
}
void train_unet(benchmark::State& state) { train<bench::unet>(state, mse{}, images<bench::unet>(32, 2)); }

BENCHMARK(infer<bench::resnet20, 1>)->Name("ResNet-20, 1 image")->Unit(benchmark::kMillisecond);
BENCHMARK(infer<bench::resnet20, 32>)->Name("ResNet-20, 32 images")->Unit(benchmark::kMillisecond);
BENCHMARK(train_resnet20)->Name("ResNet-20, training step of 32")->Unit(benchmark::kMillisecond);
BENCHMARK(infer<bench::unet, 1>)->Name("U-Net, 1 image")->Unit(benchmark::kMillisecond);
BENCHMARK(infer<bench::unet, 32>)->Name("U-Net, 32 images")->Unit(benchmark::kMillisecond);
BENCHMARK(train_unet)->Name("U-Net, training step of 32")->Unit(benchmark::kMillisecond);

} // namespace
