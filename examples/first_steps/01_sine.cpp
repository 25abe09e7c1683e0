// A network is a type, a model has its weights, a workspace the memory to run in: they learn the sine.

#include "strata/core.hpp"

#include <cmath>
#include <cstdio>
#include <vector>

using namespace strata;

struct sine : network<input<1>, dense<32>, tanh_, dense<32>, tanh_, dense<1>> {};

int main() {
    std::vector<float> x(1000), y;
    fill_uniform(x, -3.0f, 3.0f, seed{1});
    for (const float value : x) y.push_back(std::sin(value));

    model<sine> net;                 // weights drawn as suits tanh
    workspace<sine, batch<50>> work; // activations and gradients of 50 samples
    optimizer opt{net, adam{}};      // Adam at its usual rate, 0.001
    const auto history = fit(net, work, opt, mse{}, x, y, {.epochs = 200});
    std::printf("loss of the first epoch %.2f, of the last one below 0.001: %s\n",
                double{history.loss.front()}, history.loss.back() < 0.001f ? "yes" : "no");

    for (const float value : {-2.0f, 0.5f, 1.5f}) {
        const std::vector<float> learned = predict(net, std::vector{value});
        std::printf("sin(%4.1f) = %5.2f, learned %5.2f\n", double{value}, double{std::sin(value)},
                    double{learned[0]});
    }
}

/* It prints:
loss of the first epoch 0.13, of the last one below 0.001: yes
sin(-2.0) = -0.91, learned -0.91
sin( 0.5) =  0.48, learned  0.49
sin( 1.5) =  1.00, learned  1.00
*/
