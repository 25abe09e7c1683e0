// `using namespace strata` beside the C and C++ headers that programs include, and beside names of a program's own:
// every layer, loss, optimizer and verb can be said without strata:: (the hyperbolic tangent as tanh_), but for
// splice, which Linux has in <fcntl.h> as well.
#include <algorithm>
#include <cassert>
#include <cctype>
#include <chrono>
#include <cmath>
#include <complex>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <math.h>
#include <memory>
#include <mutex>
#include <netdb.h>
#include <netinet/in.h>
#include <numeric>
#include <pthread.h>
#include <random>
#include <regex>
#include <search.h>
#include <signal.h>
#include <sstream>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <thread>
#include <time.h>
#include <unistd.h>

#include "strata/core.hpp"
#include "strata/io/safetensors.hpp"

using namespace strata;

// What a program may call its own things, beside the directive.
struct block {};
struct step {
    int value = 0;
};
struct name {};
struct number {};
struct pack {};
struct data {};
struct options {};
struct table {};
struct tensor {};
struct matrix {};
struct image {};
struct sample {};
struct row {};
struct index_list {};
struct config {};
struct dataset {};
struct trainer {};
struct result {};
struct point {};
struct slice {};
struct origin {};
int epoch = 0;
int epochs = 0;
int size = 0;
int width = 0;
int rows = 0;
float rate = 0;
float learning_rate = 0;
float score = 0;
void run() {}
void train(int) {}
void test() {}
void load(const char*) {}
void save(const char*) {}
void normalize(float*) {}
float precision(float a) { return a; }
float loss_of(step s) { return static_cast<float>(s.value); }

struct net
    : network<input<12, 12, 1>, gaussian_noise<0.1>, conv2d<4, 3, stride<1>, same>, relu, max_pool2d<2>,
              upsample2d<2>, conv2d_transpose<2, 3, stride<2>, valid, output_padding<1>>, leaky_relu<0.01>,
              flatten, mark<"in">, dense<8>, tanh_, batch_norm<>, dense<16>, elu<>, layer_norm<>, gelu,
              mark<"moments">, dense<16>, sample_gaussian, softplus, dropout<0.2>, reshape<2, 4>, flatten,
              dense<4>, sigmoid, dense<3>, softmax> {};
struct tied
    : network<input<8>, dense<6>, mark<"weights">, dense<5>, tanh_, tied_dense<6, "weights">, dense<8>> {};
struct reused : network<frozen<strata::splice<until<tied, "weights">>>, dense<1>> {};

int main() {
    block b;
    step s;
    name n;
    number m;
    pack p;
    slice part;
    origin zero;
    static_cast<void>(b), static_cast<void>(n), static_cast<void>(m), static_cast<void>(p);
    static_cast<void>(part), static_cast<void>(zero);
    model<tied> weights{glorot_uniform{}, seed{1}};
    weights.initialize(he_uniform{}, seed{2});
    weights.initialize(zeros{}, seed{3});
    workspace<tied, batch<4>> work;
    optimizer a{weights, sgd{}};
    optimizer second{weights, adam{}};
    optimizer third{weights, adamw{}};
    optimizer fourth{weights, rmsprop{}};
    a.learning_rate(step_decay{.rate = 0.1f, .every = 10}(1) + cosine_decay{.rate = 0.1f, .steps = 5}(0) +
                    warm_up{5, constant_rate{0.1f}}(2));
    const std::vector<float> x(16, 0.5f);
    float sum = loss_of(s) + precision(0.5f);
    for (const auto& [samples, targets] :
         minibatches<2>(as_rows(x, tied::input), as_rows(x, tied::output), seed{1}))
        sum += train_step(weights, work, a, mse{}, samples, targets);
    sum += accumulate(weights, work, mae{} + 0.1f * at<"weights">(l1{}) + on_weights(l2{}), x, x);
    sum += clip_gradients(work, 1.0f);
    sum += evaluate(weights, huber{}, x, x) + evaluate(weights, bce_with_logits{}, x, x);
    sum += fit(weights, work, second, mse{}, x, x, {.epochs = 1}).loss.back();
    sum += input_gradient(weights, work, mse{}, x, x).loss;
    forward(weights, work, x);
    backward(weights, work, 1.0f);
    std::cout << describe<net>() << predict(weights, x).front() << sum << backend().lanes << std::tanh(0.5)
              << '\n';
    const std::vector<int> labels{0, 1};
    const auto [learned, held_out] = split(as_rows(x, tied::input), labels, 0.5, seed{1});
    const standard_scaler scaler{learned.x};
    const float_rows targets = one_hot(held_out.y, tied::output);
    const float_rows outputs = predict(weights, scaler.transform(held_out.x));
    std::cout << accuracy{}(outputs, targets) << argmax(outputs).front()
              << to_string(confusion_matrix{outputs, held_out.y});
    const safetensors file{safetensors_writer{}.add("x", {2, 8}, x).bytes()};
    const named_tensor& tensor_of_file = file.at("x");
    std::cout << to_string(tensor_of_file.type) << file.values<float>("x").size();
    static_cast<void>(bce{}), static_cast<void>(cross_entropy{}), static_cast<void>(gaussian_kl{});
}
