// float_rows: their shape goes with them into every verb.
#include "strata/tensor/float_rows.hpp"
#include "strata/core.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <stdexcept>
#include <utility>
#include <vector>

namespace {

using namespace strata;

struct net : network<input<2, 3, 1>, flatten, dense<4>> {};

float_rows counted(std::size_t rows, const extents& sample) {
    float_rows values{rows, sample};
    float next = 0;
    for (float& value : values.values()) value = next++;
    return values;
}

TEST_CASE("float_rows are zeros, or values that are whole samples") {
    const float_rows zeros{2, shape<2, 3>};
    CHECK(zeros.rows() == 2);
    CHECK(zeros.sample() == shape<2, 3>);
    CHECK(std::vector<float>(zeros.values().begin(), zeros.values().end()) == std::vector<float>(12));
    const float_rows given{{1, 2, 3, 4, 5, 6}, shape<2>};
    CHECK(given.rows() == 3);
    CHECK(given[1][0] == 3);
    CHECK(given[2][1] == 6);
    CHECK(float_rows{{5}, shape<1>}[0][0] == 5);
    CHECK_THROWS_AS((float_rows{{1, 2, 3}, shape<2>}), std::invalid_argument);
    CHECK_THROWS_AS((float_rows{most_floats, shape<3>}), std::length_error);
    CHECK(float_rows{}.rows() == 0);
}

TEST_CASE("float_rows that were moved from have no rows, and a move to themselves changes nothing") {
    float_rows a = counted(3, shape<2, 3, 1>), b{std::move(a)}, c;
    const auto is_empty = [](const float_rows& rows) {
        CHECK(rows.rows() == 0);
        CHECK(as_rows(rows, any_sample{}).rows == 0);
        CHECK(predict(model<net>{}, rows).rows() == 0);
        CHECK_THROWS_AS(standard_scaler{rows}, std::invalid_argument);
    };
    is_empty(a); // NOLINT(bugprone-use-after-move): that is what this tests
    c = std::move(b);
    is_empty(b); // NOLINT(bugprone-use-after-move)
    float_rows& same = c;
    c = std::move(same);
    REQUIRE(c.rows() == 3);
    CHECK(c[2][5] == 17);
    a = c;
    CHECK(a[2][5] == 17);
}

TEST_CASE("float_rows are rows of their shape, and a network of another refuses them") {
    const float_rows images = counted(3, shape<2, 3, 1>);
    const rows_view seen = images;
    CHECK(seen.rows == 3);
    CHECK(seen.width == 6);
    CHECK(seen.sample == shape<2, 3, 1>);
    CHECK(seen[2].data() == images[2].data());
    CHECK(as_rows(images, net::input).rows == 3);
    CHECK(as_rows(images, any_sample{}).sample == shape<2, 3, 1>);
    const float_rows turned = counted(3, shape<3, 2, 1>);
    CHECK_THROWS_AS(as_rows(turned, net::input), std::invalid_argument);
}

TEST_CASE("every verb takes float_rows with the bits of a vector") {
    const float_rows x = counted(7, shape<2, 3>), y = counted(7, shape<4>);
    const std::vector<float> flat_x(x.values().begin(), x.values().end()),
        flat_y(y.values().begin(), y.values().end());
    model<net> a, b;
    workspace<net, batch<4>> work;
    optimizer of_a{a, sgd{.learning_rate = 0.001f}};
    optimizer of_b{b, sgd{.learning_rate = 0.001f}};
    for (const auto& [samples, targets] : minibatches<4>(x, y))
        train_step(a, work, of_a, mse{}, samples, targets);
    fit(a, work, of_a, mse{}, x, y, {.epochs = 2, .validation = {x, y}});
    for (const auto& [samples, targets] :
         minibatches<4>(as_rows(flat_x, net::input), as_rows(flat_y, net::output)))
        train_step(b, work, of_b, mse{}, samples, targets);
    fit(b, work, of_b, mse{}, flat_x, flat_y, {.epochs = 2});
    CHECK(evaluate(a, mse{}, x, y) == evaluate(b, mse{}, flat_x, flat_y));
    const float_rows outputs = predict(a, x);
    CHECK(outputs.rows() == 7);
    CHECK(outputs.sample() == net::output);
    CHECK(std::vector<float>(outputs.values().begin(), outputs.values().end()) == predict(b, flat_x));
}

} // namespace
