// Threads share one const model: predictions are those of one thread. Built with ThreadSanitizer where it
// works.

#include "strata/core.hpp"
#include "support/small_networks.hpp"

#include <doctest/doctest.h>

#include <thread>

using namespace strata;

TEST_CASE("two threads predict with one model") {
    const model<tests::conv_net> net{glorot_uniform{}, seed{3}};
    const std::vector<float> x = tests::uniform_rows(65, tests::conv_net::input.count(), 4);
    const std::vector<float> expected = predict(net, x);
    std::vector<float> first, second, codes;
    const auto many = [&](std::vector<float>& result) {
        for (int i = 0; i < 5; ++i) result = predict(net, x);
    };
    std::thread one{many, std::ref(first)};
    std::thread two{many, std::ref(second)};
    codes = predict<until<tests::conv_net, "code">>(net, x);
    one.join();
    two.join();
    CHECK(first == expected);
    CHECK(second == expected);
    CHECK(predict<from<tests::conv_net, "code">>(net, codes) == expected);
}

TEST_CASE("two threads train a model each") {
    const auto train = [](std::vector<float>& weights) {
        model<tests::dense_net> net{glorot_uniform{}, seed{5}};
        workspace<tests::dense_net, batch<8>> work;
        optimizer opt{net, adam{}};
        const std::vector<float> x = tests::uniform_rows(20, 17, 6);
        const std::vector<float> y = tests::uniform_rows(20, 5, 7);
        fit(net, work, opt, mse{}, x, y, {.epochs = 5});
        weights = tests::weights_of(net);
    };
    std::vector<float> first, second;
    std::thread one{train, std::ref(first)};
    std::thread two{train, std::ref(second)};
    one.join();
    two.join();
    CHECK(first == second);
}
