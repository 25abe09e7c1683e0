// Two networks that train each other, in a loop of one's own: a GAN learns to draw numbers with mean 3 and deviation 0.5.

#include "strata/core.hpp"

#include <cmath>
#include <cstdio>
#include <vector>

using namespace strata;

struct generator : network<input<1>, dense<16>, relu, dense<16>, relu, dense<1>> {};
struct critic : network<input<1>, dense<16>, leaky_relu<0.2>, dense<16>, leaky_relu<0.2>, dense<1>> {
}; // a logit: real or not

constexpr std::size_t batch_rows = 64;

std::vector<float> normal(float mean, float deviation, std::size_t draw) {
    std::vector<float> values(batch_rows);
    fill_normal(values, mean, deviation, seed{1},
                streams::user + draw); // number i of each stream is the same on each run
    return values;
}

void print(const char* what, const std::vector<float>& values) {
    double sum = 0, squares = 0;
    for (const float value : values) sum += double{value}, squares += double{value} * double{value};
    const double mean = sum / double(values.size());
    std::printf("%s: mean %.1f, deviation %.1f\n", what, mean,
                std::sqrt(squares / double(values.size()) - mean * mean));
}

int main() {
    model<generator> draws;
    model<critic> judges{seed{2}};
    workspace<generator, batch<batch_rows>> draws_work;
    workspace<critic, batch<batch_rows>> judges_work;
    optimizer draws_optimizer{draws, adam{.beta1 = 0.5f}};
    optimizer judges_optimizer{judges, adam{.beta1 = 0.5f}};
    print("before", predict(draws, normal(0, 1, 0)));

    for (std::size_t step = 1; step <= 6000; ++step) {
        const std::vector<float> noise = normal(0, 1, 2 * step), real = normal(3, 0.5f, 2 * step + 1);
        const auto fake =
            forward(draws, draws_work, noise); // in the workspace, where a backward pass can follow

        accumulate(judges, judges_work, bce_with_logits{}, real, 0.9f); // gradients of both add up,
        accumulate(judges, judges_work, bce_with_logits{}, fake, 0.0f);
        judges_optimizer.step(judges, judges_work); // and move the weights

        const auto slope =
            input_gradient(judges, judges_work, bce_with_logits{}, fake, 1.0f); // through the critic,
        backward_step(draws, draws_work, draws_optimizer, slope);               // which stays as it is
    }
    print("real", normal(3, 0.5f, 1));
    print("drawn", predict(draws, normal(0, 1, 0)));
}

/* It prints:
before: mean 0.2, deviation 0.9
real: mean 3.1, deviation 0.5
drawn: mean 2.9, deviation 0.4
*/
