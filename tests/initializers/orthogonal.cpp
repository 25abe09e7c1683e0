// Weights that are orthogonal matrices.
#include "strata/initializers/orthogonal.hpp"
#include "initializers/moments.hpp"
#include "strata/layers/conv2d.hpp"
#include "strata/layers/conv2d_transpose.hpp"
#include "strata/layers/dense.hpp"
#include "strata/model/model.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace {

using namespace strata;

struct matrix {
    std::size_t rows, columns;
    std::vector<float> values;

    [[nodiscard]] double at(std::size_t row, std::size_t column) const {
        return static_cast<double>(values[row * columns + column]);
    }
    /// The product of two columns, or of two rows.
    [[nodiscard]] double of_columns(std::size_t a, std::size_t b) const {
        double sum = 0;
        for (std::size_t r = 0; r < rows; ++r) sum += at(r, a) * at(r, b);
        return sum;
    }
    [[nodiscard]] double of_rows(std::size_t a, std::size_t b) const {
        double sum = 0;
        for (std::size_t c = 0; c < columns; ++c) sum += at(a, c) * at(b, c);
        return sum;
    }
};

template <class Net>
matrix first_weight(const model<Net>& net) {
    const placed_parameter& p = parameters_of<Net>[0];
    return {p.what.rows(), p.what.columns(), tests::values_of(net, p)};
}

/// W^T W = gain^2 I, or W W^T where W has more columns.
void check_orthogonal(const matrix& w, double gain) {
    const bool tall = w.rows >= w.columns;
    double worst = 0;
    for (std::size_t a = 0; a < std::min(w.rows, w.columns); ++a)
        for (std::size_t b = 0; b <= a; ++b) {
            const double product = tall ? w.of_columns(a, b) : w.of_rows(a, b);
            worst = std::max(worst, std::abs(product - (a == b ? gain * gain : 0)));
        }
    CHECK(worst < 1e-6 * std::max(1.0, gain * gain));
}

template <class... Layers>
struct net : network<Layers...> {};

template <class Net>
void check_net() {
    check_orthogonal(first_weight(model<Net>{orthogonal{}, seed{1}}), 1);
    check_orthogonal(first_weight(model<Net>{orthogonal{.gain = 1.5f}, seed{2}}), 1.5);
    check_orthogonal(first_weight(model<Net>{orthogonal{.gain = 0.0f}, seed{2}}), 0);
    const model<Net> one{orthogonal{}, seed{1}}, again{orthogonal{}, seed{1}}, other{orthogonal{}, seed{3}};
    CHECK(std::ranges::equal(one.storage(), again.storage()));
    if (one.storage().size() > 100) CHECK_FALSE(std::ranges::equal(one.storage(), other.storage()));
}

TEST_CASE("tall, wide and square matrices, and those of kernels, are orthogonal") {
    check_net<net<strata::input<120>, dense<37>>>();
    check_net<net<strata::input<37>, dense<120>>>();
    check_net<net<strata::input<64>, dense<64>>>();
    check_net<net<strata::input<1>, dense<1>>>();
    check_net<net<strata::input<1>, dense<19>>>();
    check_net<net<strata::input<19>, dense<1>>>();
    check_net<net<strata::input<8, 8, 5>, conv2d<17, 3>>>();           // 45 x 17
    check_net<net<strata::input<8, 8, 2>, conv2d<40, 3>>>();           // 18 x 40
    check_net<net<strata::input<4, 4, 21>, conv2d_transpose<5, 3>>>(); // 45 x 21
}

TEST_CASE("a kernel is the matrix of window and channels x filters") {
    const matrix dense_weight = first_weight(model<net<strata::input<12>, dense<20>>>{orthogonal{}, seed{5}});
    const matrix kernel_weight =
        first_weight(model<net<strata::input<4, 4, 3>, conv2d<20, 2>>>{orthogonal{}, seed{5}});
    CHECK(dense_weight.values == kernel_weight.values);
}

TEST_CASE("it is the q of a normal matrix, with a positive diagonal of r: the signs are no accident") {
    struct tall : network<strata::input<30>, dense<20>> {};
    const matrix q = first_weight(model<tall>{orthogonal{}, seed{7}});
    matrix normal{30, 20, std::vector<float>(600)};
    fill_normal(normal.values, 0.0f, 1.0f, seed{7}, streams::weights);
    for (std::size_t i = 0; i < 20; ++i)
        for (std::size_t j = 0; j < 20; ++j) {
            double r = 0;
            for (std::size_t k = 0; k < 30; ++k) r += q.at(k, i) * normal.at(k, j);
            if (i == j) CHECK(r > 0);
            if (i > j) CHECK(std::abs(r) < 1e-5);
        }
}

TEST_CASE("over many seeds a value is negative as often as positive") {
    struct small : network<strata::input<2>, dense<2>> {};
    std::size_t negative[4]{};
    for (std::uint64_t s = 0; s < 400; ++s) {
        const matrix w = first_weight(model<small>{orthogonal{}, seed{s}});
        for (std::size_t i = 0; i < 4; ++i) negative[i] += w.values[i] < 0;
    }
    for (const std::size_t count : negative) CHECK(std::abs(double(count) - 200) < 40); // four deviations
}

} // namespace
