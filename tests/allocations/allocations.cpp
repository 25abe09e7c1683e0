// Once everything is constructed, nothing allocates: operator new is replaced by one that counts.

#include "strata/core.hpp"
#include "strata/parallel/team.hpp"
#include "strata/train/finite_guard.hpp"
#include "support/several_networks.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <cstdlib>
#include <new>

namespace {

std::atomic<std::size_t> allocations = 0;

void* counted(std::size_t size, std::size_t alignment) {
    ++allocations;
    // aligned_alloc wants whole multiples.
    void* memory = std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
    if (memory == nullptr) throw std::bad_alloc{};
    return memory;
}

} // namespace

void* operator new(std::size_t size) { return counted(size, alignof(std::max_align_t)); }
void* operator new[](std::size_t size) { return counted(size, alignof(std::max_align_t)); }
void* operator new(std::size_t size, std::align_val_t alignment) {
    return counted(size, static_cast<std::size_t>(alignment));
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
    return counted(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* p) noexcept { std::free(p); }
void operator delete[](void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }
void operator delete[](void* p, std::size_t) noexcept { std::free(p); }
void operator delete(void* p, std::align_val_t) noexcept { std::free(p); }
void operator delete[](void* p, std::align_val_t) noexcept { std::free(p); }
void operator delete(void* p, std::size_t, std::align_val_t) noexcept { std::free(p); }
void operator delete[](void* p, std::size_t, std::align_val_t) noexcept { std::free(p); }

namespace {

using namespace strata;

template <class Function>
std::size_t allocations_of(Function&& f) {
    const std::size_t before = allocations;
    f();
    return allocations - before;
}

template <class Net, class Optimizer>
void check_network(Optimizer optimizer, model<Net>& net) {
    workspace<Net, batch<8>> work;
    workspace<Net, batch<3>, inference> small;
    const std::vector<float> x = tests::uniform_rows(8, Net::input.count(), 1);
    const std::vector<float> y = tests::uniform_rows(8, Net::output.count(), 2);
    std::vector<float> out(y.size());
    CHECK(allocations_of([&] { forward(net, work, x); }) == 0);
    CHECK(allocations_of([&] { backward(net, work, y); }) == 0);
    CHECK(allocations_of([&] { accumulate(net, work, mse{}, x, y); }) == 0);
    CHECK(allocations_of([&] { optimizer.step(net, work); }) == 0);
    CHECK(allocations_of([&] { train_step(net, work, optimizer, mse{}, x, y); }) == 0);
    CHECK(allocations_of([&] { input_gradient(std::as_const(net), work, mse{}, x, 0.5f); }) == 0);
    CHECK(allocations_of([&] { predict(net, small, x, out); }) == 0);
}

} // namespace

TEST_CASE("the counter counts") {
    CHECK(allocations_of([] { std::vector<int>(3); }) == 1);
    CHECK(allocations_of([] { arena{100}; }) == 1);
}

TEST_CASE("a model and a workspace take one block each for what they hold") {
    CHECK(allocations_of([] { model<tests::conv_net>{zeros{}}; }) == 1); // drawing takes memory for a while
    CHECK(allocations_of([] { workspace<tests::conv_net, batch<8>, inference>{}; }) == 1);
    CHECK(allocations_of([] { workspace<tests::conv_net, batch<8>>{}; }) == 2);
}

TEST_CASE("running and training allocate nothing") {
    model<tests::dense_net> dense{glorot_uniform{}, seed{1}};
    check_network(optimizer{dense, sgd{.momentum = 0.9f}}, dense);
    check_network(optimizer{dense, adam{}}, dense);
    model<tests::conv_net> conv{he_uniform{}, seed{1}};
    check_network(optimizer{conv, rmsprop{}}, conv);
}

TEST_CASE("noise, normalization, ties, terms, clipping and limits allocate nothing") {
    struct noisy : network<strata::input<17>, gaussian_noise<0.1>, mark<"owner">, dense<33>, batch_norm<>,
                           dropout<0.3>, strata::tanh, dense<10>, mark<"code">, sample_gaussian, dense<33>,
                           layer_norm<>, frozen<dense<33>, relu>, tied_dense<17, "owner">> {};
    model<noisy> net{glorot_uniform{}, seed{1}};
    check_network(optimizer{net, adam{.weight_decay = 0.01f}}, net);

    workspace<noisy, batch<8>> work;
    workspace<thawed<noisy>, batch<8>> fine_work;
    optimizer opt{net, adam{}};
    spectral_norm bound{net, 0.5f};
    model<noisy> other{zeros{}};
    const std::vector<float> x = tests::uniform_rows(8, 17, 1);
    const auto loss =
        2.0f * mse{} + 0.1f * at<"code">(gaussian_kl{}) + 0.1f * at<"code">(l1{}) + 1e-3f * on_weights(l2{});
    CHECK(allocations_of([&] { accumulate(net, work, loss, x, x); }) == 0);
    CHECK(allocations_of([&] { clip_gradients(work, 1e-3f); }) == 0);
    CHECK(allocations_of([&] { opt.step(net, work); }) == 0);
    CHECK(allocations_of([&] { bound.apply(net, 2); }) == 0);
    CHECK(allocations_of([&] { input_gradient(net, work, loss, x, 0.5f); }) == 0);
    CHECK(allocations_of([&] { train_step(net, fine_work, opt, loss, x, x); }) == 0);
    finite_guard guard{if_not_finite::skip};
    for (int steps = 0; steps < 20; ++steps)
        CHECK(allocations_of([&] { guard.step(net, work, opt, loss, x, x); }) == 0);
    CHECK(allocations_of([&] { guard.check(net); }) == 0);
    CHECK(allocations_of([&] { work.seed(seed{2}); }) == 0);
    CHECK(allocations_of([&] { copy_weights<noisy, noisy>(other, net); }) == 0);
    const rows_view rows = as_rows(x, shape<17>);
    CHECK(allocations_of([&] { mean_penalty(l2{}, rows); }) == 0);
    CHECK(allocations_of([&] { fill_normal(other.storage(), 0.0f, 1.0f, seed{1}); }) == 0);
}

TEST_CASE("a team allocates nothing, in none of its threads") {
    model<tests::conv_net> net{seed{1}};
    optimizer opt{net, adam{}};
    team<tests::conv_net, batch<8>, shards<3>> work{threads{.count = 3, .always = true}};
    const std::vector<float> x = tests::uniform_rows(8, tests::conv_net::input.count(), 1);
    const std::vector<float> y = tests::uniform_rows(8, tests::conv_net::output.count(), 2);
    std::vector<float> out(y.size());
    finite_guard guard;
    for (int times = 0; times < 3; ++times) {
        CHECK(allocations_of([&] { forward(net, work, x); }) == 0);
        CHECK(allocations_of([&] { backward(net, work, y); }) == 0);
        CHECK(allocations_of([&] { accumulate(net, work, mse{}, x, y); }) == 0);
        CHECK(allocations_of([&] { clip_gradients(work, 1e-3f); }) == 0);
        CHECK(allocations_of([&] { opt.step(net, work); }) == 0);
        CHECK(allocations_of([&] { train_step(net, work, opt, mse{}, x, y); }) == 0);
        CHECK(allocations_of([&] { guard.step(net, work, opt, mse{}, x, y); }) == 0);
        CHECK(allocations_of([&] { input_gradient(std::as_const(net), work, mse{}, x, 0.5f); }) == 0);
        CHECK(allocations_of([&] { predict(net, work, x, out); }) == 0);
    }
}

/// How much is allocated from the first batch of an epoch of fit to its last, metrics included.
template <class Net, class Work>
std::size_t allocations_in_an_epoch(Work& work) {
    model<Net> net{seed{1}};
    optimizer opt{net, adam{}};
    const std::vector<float> x = tests::uniform_rows(40, Net::input.count(), 1);
    const std::vector<float> y = tests::uniform_rows(40, Net::output.count(), 2);
    const metric first{"first",
                       [](const rows_view& outputs, const rows_view&) { return double(outputs[0][0]); }};
    std::size_t at_first = 0, at_last = 0;
    fit(net, work, opt, mse{}, x, y,
        {.epochs = 1,
         .batch_size = 8,
         .clip_norm = 1.0f,
         .metrics = {first},
         .after_batch = [&](const batch_report&) {
             at_last = allocations;
             if (at_first == 0) at_first = at_last;
         }});
    return at_last - at_first;
}

TEST_CASE("the batches of fit allocate nothing, metrics included") {
    workspace<tests::dense_net, batch<8>> work;
    CHECK(allocations_in_an_epoch<tests::dense_net>(work) == 0);
    team<tests::dense_net, batch<8>, shards<3>> together{threads{.count = 3, .always = true}};
    CHECK(allocations_in_an_epoch<tests::dense_net>(together) == 0);
}

TEST_CASE("several inputs and outputs allocate nothing") {
    using net = tests::three_in_two_out;
    model<net> weights{seed{1}};
    workspace<net, batch<8>> work;
    workspace<net, batch<3>, inference> small;
    optimizer opt{weights, adam{}};
    const auto x = tests::samples_for<net>(8, 1);
    const auto y = tests::targets_for<net>(8, 7);
    const std::vector<int> classes(8, 2);
    const auto& style = std::get<1>(y);
    std::vector<float> digits(8 * 5), styles(8 * 4);
    const auto loss = at<"digit">(mse{}) + 0.1f * at<"style">(mae{}) + at<"code">(l1{}) + on_weights(l2{});
    const auto of_classes = at<"digit">(cross_entropy{}) + at<"style">(mse{});
    CHECK(allocations_of([&] { forward(weights, work, x); }) == 0);
    CHECK(allocations_of([&] { backward(weights, work, y); }) == 0);
    CHECK(allocations_of([&] { accumulate(weights, work, loss, x, y); }) == 0);
    CHECK(allocations_of([&] { accumulate(weights, work, of_classes, x, std::tie(classes, style)); }) == 0);
    CHECK(allocations_of([&] { train_step(weights, work, opt, loss, x, y); }) == 0);
    CHECK(allocations_of([&] { train_step(weights, work, opt, of_classes, x, std::tie(classes, style)); }) ==
          0);
    CHECK(allocations_of([&] { input_gradient(std::as_const(weights), work, loss, x, y); }) == 0);
    CHECK(allocations_of([&] { predict(weights, small, x, {digits, styles}); }) == 0);
    const float_rows late{8, net::inputs[2]}, image{8, net::inputs[1]};
    auto batches = minibatches<3>(std::tie(image, late), std::tie(classes, late), seed{1});
    std::size_t rows = 0;
    CHECK(allocations_of([&] {
              batches.shuffle(seed{2});
              for (const auto& [samples, targets] : batches) rows += samples.rows;
          }) == 0);
    CHECK(rows == 8);
}

TEST_CASE("a gradient penalty allocates nothing once it is there") {
    struct critic : network<strata::input<17>, gaussian_noise<0.1>, dense<33>, layer_norm<>, dropout<0.3>,
                            strata::tanh, dense<1>> {};
    const model<critic> net{glorot_uniform{}, seed{1}};
    workspace<critic, batch<8>> work;
    gradient_penalty<critic, batch<8>> penalty{1.0f};
    const std::vector<float> x = tests::uniform_rows(8, 17, 1);
    CHECK(allocations_of([&] { penalty.accumulate(net, work, x); }) == 0);
}

TEST_CASE("going through minibatches allocates nothing once the range is there") {
    const std::vector<float> x = tests::uniform_rows(20, 17, 1);
    minibatch_range batches = minibatches<8>(as_rows(x, shape<17>), as_rows(x, shape<17>), seed{1});
    std::size_t rows = 0;
    CHECK(allocations_of([&] {
              batches.shuffle(seed{2});
              for (const auto& [samples, targets] : batches) rows += samples.rows;
          }) == 0);
    CHECK(rows == 20);
}
