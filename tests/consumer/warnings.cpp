// A program as its author compiles it: the README's networks, every warning on, and Strata no system header.
#include "strata/core.hpp"
#include "strata/io/safetensors.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <vector>

using namespace strata;

struct denoiser
    : network<input<28, 28, 1>, conv2d<32, 3, stride<2>, same>, relu, conv2d<32, 3, stride<2>, valid>, relu,
              max_pool2d<2>, flatten, dense<32>, relu, mark<"code">, dense<288>, relu, reshape<3, 3, 32>,
              upsample2d<2>, conv2d_transpose<32, 3, stride<2>, valid, output_padding<1>>, relu,
              conv2d_transpose<1, 3, stride<2>, same>, relu> {};
using encoder = until<denoiser, "code">;
struct classifier : network<frozen<splice<encoder>>, mark<"code">, dense<10>> {};
struct activities : network<input<561>, dense<280>, strata::tanh, batch_norm<>, dense<140>, sigmoid,
                            dropout<0.2>, dense<32>, layer_norm<>, gelu, dense<6>> {};

template <class Net, class Optimizer, class Loss>
float train(model<Net>& net, Optimizer& optimizer, const Loss& loss) {
    workspace<Net, batch<32>> work;
    const std::vector<float> x(50 * Net::input.count(), 0.5f);
    const std::vector<float> y(50 * Net::output.count(), 0.25f);
    float sum = 0;
    for (std::uint64_t epoch = 0; epoch < 2; ++epoch)
        for (const auto& [samples, targets] :
             minibatches<32>(as_rows(x, Net::input), as_rows(y, Net::output), seed{epoch}))
            sum += train_step(net, work, optimizer, loss, samples, targets);
    const fit_history history = fit(net, work, optimizer, loss, x, y, {.epochs = 1, .clip_norm = 1.0f});
    return sum + history.loss.back() + evaluate(net, loss, x, y) + predict(net, x).front();
}

int main() {
    model<denoiser> net{glorot_uniform{}, seed{2}};
    optimizer momentum{net, sgd{.learning_rate = 0.01f, .momentum = 0.95f}};
    float sum = train(net, momentum, mse{});

    model<classifier> few{he_uniform{}, seed{1}};
    copy_weights<until<classifier, "code">, encoder>(few, net);
    optimizer head{few, adam{.learning_rate = 0.001f}};
    sum += train(few, head, cross_entropy{} + 1e-4f * on_weights(l2{}));

    model<activities> activity{glorot_uniform{}, seed{3}};
    optimizer rule{activity, rmsprop{}};
    sum += train(activity, rule, cross_entropy{});

    const std::vector<float> features(20 * activities::input.count(), 0.5f);
    const std::vector<int> labels(20, 3);
    const auto [train_rows, held_out] = split(as_rows(features, activities::input), labels, 0.2, seed{4});
    const standard_scaler scaler{train_rows.x};
    workspace<activities, batch<8>> work;
    fit(activity, work, rule, cross_entropy{}, scaler.transform(train_rows.x),
        one_hot(train_rows.y, activities::output), {.epochs = 1});
    const float_rows outputs = predict(activity, scaler.transform(held_out.x));
    std::printf("%f %zu\n%s", accuracy{}(outputs, held_out.y), argmax(outputs).front(),
                to_string(confusion_matrix{outputs, held_out.y}).c_str());

    safetensors_writer writer;
    writer.add("outputs", {held_out.x.rows(), 6}, outputs.values())
        .metadata("epochs", "2")
        .write("outputs.safetensors");
    const safetensors file{writer.bytes()};
    std::vector<double> wide(outputs.values().size());
    file.copy_values("outputs", wide);
    sum += file.values<float>("outputs").front() - static_cast<float>(wide.front());

    std::printf("%s%s%s%f %s\n", describe<denoiser>().c_str(), describe<classifier>().c_str(),
                describe<activities>().c_str(), static_cast<double>(sum), backend().architecture.c_str());
}
