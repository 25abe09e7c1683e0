// Which runs of weights an optimizer moves.

#include "strata/graph/update_spans.hpp"

#include "networks/denoiser.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace strata;

namespace {

struct plain : network<strata::input<9>, dense<20>, relu, mark<"code">, dense<3>> {};
struct frozen_start : network<strata::input<9>, frozen<dense<20>>, dense<30>, relu, dense<3>> {};
struct frozen_middle : network<strata::input<9>, dense<20>, frozen<dense<30>, relu>, dense<3>, dense<2>> {};
struct all_frozen : network<strata::input<9>, frozen<dense<20>>> {};
struct without_weights : network<strata::input<9>, relu> {};
struct normalized : network<strata::input<9>, dense<20>, batch_norm<>, relu, dense<3>> {};
struct normalized_last : network<strata::input<9>, dense<20>, batch_norm<>, batch_norm<>> {};
struct frozen_norm : network<strata::input<9>, dense<20>, frozen<batch_norm<>>, dense<3>> {};

constexpr std::size_t first = 9 * 32 + 32;   // dense<20> of 9
constexpr std::size_t second = 20 * 32 + 32; // dense<30> of 20

struct expected_span {
    std::size_t weights, gradients, floats;
    role what_for = role::trained;
};

template <class Net>
void check_spans(const std::vector<expected_span>& expected) {
    const std::vector<update_span> got(update_spans<Net>.begin(), update_spans<Net>.end());
    REQUIRE(got.size() == expected.size());
    for (std::size_t i = 0; i < got.size(); ++i) {
        CAPTURE(i);
        CHECK(got[i].weights == expected[i].weights);
        CHECK(got[i].gradients == expected[i].gradients);
        CHECK(got[i].floats == expected[i].floats);
        CHECK(got[i].what_for == expected[i].what_for);
    }
}

} // namespace

TEST_CASE("one run for a network in which all is learned") {
    check_spans<plain>({{0, 0, plain::parameter_floats}});
    check_spans<examples::denoiser>({{0, 0, examples::denoiser::parameter_floats}});
}

TEST_CASE("slices count from their own first weight") { check_spans<from<plain, "code">>({{0, 0, 21 * 16}}); }

TEST_CASE("runs leave frozen layers out: weights lie apart, their gradients together") {
    check_spans<frozen_start>({{first, 0, second + 31 * 16}});
    check_spans<frozen_middle>({{0, 0, first}, {first + second, first, 31 * 16 + 4 * 16}});
    check_spans<thawed<frozen_middle>>({{0, 0, frozen_middle::parameter_floats}});
}

TEST_CASE("no runs where nothing learns") {
    check_spans<all_frozen>({});
    check_spans<without_weights>({});
}

TEST_CASE("running statistics are runs of their own") {
    constexpr std::size_t line = 32;
    check_spans<normalized>({{0, 0, first + 2 * line},
                             {first + 2 * line, first + 2 * line, 2 * line, role::running},
                             {first + 4 * line, first + 4 * line, 21 * 16}});
    check_spans<normalized_last>({{0, 0, first + 2 * line},
                                  {first + 2 * line, first + 2 * line, 2 * line, role::running},
                                  {first + 4 * line, first + 4 * line, 2 * line},
                                  {first + 6 * line, first + 6 * line, 2 * line, role::running}});
    check_spans<frozen_norm>({{0, 0, first}, {first + 4 * line, first, 21 * 16}});
}

TEST_CASE("the runs of one layer are those of the network, cut at its ends") {
    std::vector<update_span> all;
    for (std::size_t i = 0; i < normalized::layer_count; ++i)
        for (const update_span& span : layer_update_spans<normalized>(i)) {
            CHECK(span.weights >= normalized::table.parameter_offset[i]);
            CHECK(span.weights + span.floats <= normalized::table.parameter_offset[i + 1]);
            all.push_back(span);
        }
    CHECK(all.size() == 4); // two matrices with their biases, what batch_norm learns and what it keeps
    std::size_t floats = 0;
    for (const update_span& span : all) floats += span.floats;
    CHECK(floats == normalized::gradient_floats);
    for (std::size_t i = 0; i < all_frozen::layer_count; ++i)
        CHECK(layer_update_spans<all_frozen>(i).empty());
}
