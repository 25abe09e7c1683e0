// Predictions and evaluations of a team.
#include "parallel/teams.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <span>
#include <stdexcept>
#include <vector>

using namespace strata;
using namespace tests::teams;

TEST_CASE("predictions and evaluations of many rows have the bits of one thread") {
    const model<convs> net{seed{3}};
    for (const std::size_t rows : {0u, 1u, 2u, 3u, 31u, 32u, 33u, 200u, 1001u}) {
        const std::vector<float> x = uniform_rows(rows, convs::input.count(), 4),
                                 y = uniform_rows(rows, 5, 5);
        const std::vector<float> expected = predict(net, x);
        for (const std::size_t count : {1u, 2u, 3u}) {
            team<convs, batch<23>, shards<3>, inference> work{so_many(count)};
            CHECK(predict(net, work, x) == expected);
            std::vector<float> out(rows * 5);
            predict(net, work, x, out);
            CHECK(out == expected);
            if (rows > 0) CHECK(evaluate(net, work, mse{}, x, y) == evaluate(net, mse{}, x, y));
        }
    }
}

TEST_CASE("a span for the outputs has memory of its own, and samples are not the team's") {
    struct square : network<strata::input<6>, dense<6>> {};
    const model<square> net{seed{3}};
    team<square, batch<8>, shards<2>> work{so_many(2)};
    std::vector<float> x = uniform_rows(8, 6, 4);
    const std::vector<float> before = x;
    CHECK_THROWS_WITH_AS(predict(net, work, x, x),
                         "strata: the span for the outputs lies in the samples: give it memory of its own",
                         std::invalid_argument);
    CHECK(x == before);
    CHECK_THROWS_AS(predict(net, work, x, std::span{const_cast<float*>(net.storage().data()), 48}),
                    std::invalid_argument);
    const auto rows = forward(net, work, x);
    for (const auto& own : {rows, rows.part(2, 3)}) {
        std::vector<float> out(own.rows * 6);
        CHECK_THROWS_WITH_AS(predict(net, work, own, out),
                             "strata: these samples lie in the team's own memory: copy them first",
                             std::invalid_argument);
        CHECK_THROWS_AS(forward(net, work, own), std::invalid_argument);
    }
    team<square, batch<8>, shards<2>> other{so_many(1)};
    const std::vector<float> expected = predict(net, rows);
    CHECK(predict(net, other, rows) == expected); // another team's may be taken,
    CHECK(predict(net, work, rows) == expected);  // and its own where the outputs are not
}
