// Predictions and evaluations of a team.
#include "parallel/teams.hpp"

#include <doctest/doctest.h>

#include <cstddef>
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
