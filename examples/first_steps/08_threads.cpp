// All cores: a team stands where a workspace stood. Its threads change the time, and no bit of the result.

#include "strata/core.hpp"
#include "strata/parallel/team.hpp"
#include "support/data/mnist.hpp"

#include <algorithm>
#include <cstdio>

using namespace strata;

struct digits : network<input<784>, dense<256>, relu, dropout<0.2>, dense<256>, relu, dense<10>> {};

/// Trained by so many threads: each batch of 256 is cut into 4 shards, whatever their number.
model<digits> train(const examples::labelled_images& images, threads so_many) {
    model<digits> net;
    team<digits, batch<256>, shards<4>> work{so_many};
    optimizer opt{net, adam{}};
    fit(net, work, opt, cross_entropy{}, images.pixels, images.labels, {.epochs = 5});
    std::printf("%zu thread%s\n", work.thread_count(), work.thread_count() == 1 ? "" : "s");
    return net;
}

int main() {
    const auto data = examples::load_mnist({}, STRATA_EXAMPLE_DATA);
    const model<digits> one = train(data.train, threads{1}), four = train(data.train, threads{4});
    const bool same = std::ranges::equal(one.storage(), four.storage());
    std::printf("the same weights, bit for bit: %s\n", same ? "yes" : "no");

    team<digits, batch<256>, shards<4>> work;
    const std::vector<float> logits = predict(one, work, data.test.pixels); // many rows, in parallel
    std::printf("%.0f %% of the test digits\n", 100 * accuracy{}(logits, data.test.labels));
}

/* It prints:
1 thread
4 threads
the same weights, bit for bit: yes
90 % of the test digits
*/
