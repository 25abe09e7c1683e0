// accuracy: Keras's examples, every kind of outputs and targets, and what it refuses.
#include "strata/metrics/accuracy.hpp"
#include "strata/strata.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <random>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

namespace {

using namespace strata;

static_assert(std::is_invocable_r_v<double, const accuracy&, const rows_view&, const rows_view&>);

TEST_CASE("the examples of Keras's CategoricalAccuracy, SparseCategoricalAccuracy and BinaryAccuracy") {
    const float_rows outputs{{0.1f, 0.9f, 0.8f, 0.05f, 0.95f, 0}, shape<3>};
    CHECK(accuracy{}(outputs, float_rows{{0, 0, 1, 0, 1, 0}, shape<3>}) == 0.5);
    CHECK(accuracy{}(outputs, std::vector<int>{2, 1}) == 0.5);
    CHECK(accuracy{.threshold = 0.5f}(float_rows{{0.98f, 1, 0, 0.6f}, shape<1>},
                                      float_rows{{1, 1, 0, 0}, shape<1>}) == 0.75);
    CHECK(std::string{accuracy::name} == "accuracy");
}

TEST_CASE("accuracy of every kind of outputs and targets is that of a loop, at every size") {
    std::mt19937 random{1};
    std::normal_distribution<float> normal;
    for (const std::size_t rows : {1u, 2u, 33u, 500u})
        for (const std::size_t classes : {2u, 3u, 10u, 100u}) {
            CAPTURE(rows);
            CAPTURE(classes);
            float_rows outputs{rows, extents{classes}};
            for (float& value : outputs.values()) value = normal(random);
            std::vector<int> labels(rows);
            std::size_t right = 0;
            for (std::size_t r = 0; r < rows; ++r) {
                labels[r] = static_cast<int>(random() % classes);
                right += std::ranges::max_element(outputs[r]) - outputs[r].begin() == labels[r] ? 1 : 0;
            }
            const double expected = static_cast<double>(right) / static_cast<double>(rows);
            const float_rows one_hots = one_hot(labels, classes);
            const float_rows numbers{std::vector<float>(labels.begin(), labels.end()), shape<1>};
            const std::vector<float> flat(outputs.values().begin(), outputs.values().end());
            CHECK(accuracy{}(outputs, labels) == expected);
            CHECK(accuracy{}(outputs, one_hots) == expected);
            CHECK(accuracy{}(outputs, numbers) == expected); // class indices as floats
            CHECK(accuracy{}(flat, labels) == expected);
            CHECK(accuracy{}(flat, one_hots) == expected);
            CHECK(accuracy{}(outputs, one_hots.values()) == expected);
            const rows_view seen_outputs = outputs, seen_targets = one_hots;
            CHECK(accuracy{}(seen_outputs, seen_targets) == expected);
            const std::vector<std::uint8_t> bytes(labels.begin(), labels.end());
            CHECK(accuracy{}(as_rows(flat, extents{classes}), bytes) == expected);
        }
}

TEST_CASE("accuracy of xtensors, and of rows in an order") {
    const xt::xtensor<float, 2> outputs{{1, 2}, {4, 3}, {5, 6}};
    CHECK(accuracy{}(outputs, xt::xtensor<int, 1>{1, 0, 0}) == doctest::Approx(2.0 / 3));
    CHECK(accuracy{}(outputs, xt::xtensor<float, 2>{{0, 1}, {1, 0}, {1, 0}}) == doctest::Approx(2.0 / 3));
    const std::vector<float> values{1, 2, 4, 3};
    const std::vector<std::uint32_t> order{1, 0, 1};
    CHECK(accuracy{}(rows_view{values.data(), 3, 2, 2, order.data()}, std::vector<int>{0, 1, 0}) == 1);
}

TEST_CASE("of images accuracy is over the last axis: the part of the pixels") {
    std::mt19937 random{2};
    std::normal_distribution<float> normal;
    float_rows images{3, shape<4, 5, 3>};
    for (float& value : images.values()) value = normal(random);
    const std::vector<std::size_t> found = argmax(images);
    CHECK(accuracy{}(images, found) == 1);
    std::vector<std::size_t> masks = found;
    for (std::size_t i = 0; i < 15; ++i) masks[4 * i] = (masks[4 * i] + 1) % 3;
    CHECK(accuracy{}(images, masks) == 0.75);
    CHECK(accuracy{}(images, one_hot(masks, shape<4, 5, 3>)) == 0.75);
    CHECK(accuracy{}(images.values(), one_hot(masks, shape<4, 5, 3>)) == 0.75);
    const float_rows binary{{-1, 2, 3, -4}, shape<2, 2, 1>};
    CHECK(accuracy{.threshold = 0}(binary, std::vector<int>{0, 1, 0, 1}) == 0.5);
}

TEST_CASE("a single output: class 1 is above the threshold, which has to be given") {
    const float_rows logits{{-2, -0.1f, 0, 0.1f, 2}, shape<1>};
    CHECK(accuracy{.threshold = 0}(logits, std::vector<int>{0, 0, 0, 1, 1}) == 1);
    CHECK(accuracy{.threshold = 0.5f}(logits, std::vector<int>{0, 0, 0, 0, 1}) == 1);
    CHECK(accuracy{.threshold = 0}(logits, std::vector<bool>{true, true, true, false, false}) == 0);
    CHECK(accuracy{.threshold = 0}(logits, float_rows{{0.1f, 0.1f, 0.9f, 0.9f, 0.9f}, shape<1>}) == 0.8);
    CHECK_THROWS_WITH_AS(accuracy{}(logits, std::vector<int>(5)),
                         doctest::Contains("accuracy{.threshold = 0} for logits"), std::invalid_argument);
    for (const float target : {-1.0f, 0.5f, 2.0f, std::numeric_limits<float>::quiet_NaN()})
        CHECK_THROWS_AS(accuracy{.threshold = 0}(logits, float_rows{{0, 0, target, 1, 1}, shape<1>}),
                        std::invalid_argument);
    CHECK_THROWS_AS(accuracy{.threshold = 0}(logits, std::vector<int>(5, 2)), std::invalid_argument);
}

TEST_CASE("a network that has diverged has no accuracy: NaNs are refused, with their row") {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    for (const std::size_t row : {0u, 1u, 3u})
        for (const std::size_t column : {0u, 1u}) {
            std::vector<float> outputs{1, 0, 1, 0, 1, 0, 1, 0};
            outputs[2 * row + column] = nan;
            CHECK_THROWS_WITH_AS(accuracy{}(outputs, std::vector<int>(4)),
                                 doctest::Contains(("row " + std::to_string(row)).c_str()),
                                 std::invalid_argument);
            CHECK_THROWS_AS(accuracy{}(outputs, one_hot(std::vector<int>(4), 2)), std::invalid_argument);
        }
    CHECK_THROWS_AS(accuracy{.threshold = 0}(float_rows{{1, nan}, shape<1>}, std::vector<int>{1, 0}),
                    std::invalid_argument);
    CHECK_THROWS_AS(accuracy{}(float_rows{{1, 2}, shape<2>}, float_rows{{nan, 1}, shape<2>}),
                    std::invalid_argument);
}

TEST_CASE("accuracy refuses no samples, what does not fit, and targets that are no class") {
    const float_rows outputs{{1, 2, 3, 4}, shape<2>};
    CHECK_THROWS_WITH_AS(accuracy{}(float_rows{0, shape<2>}, std::vector<int>{}),
                         doctest::Contains("at least one sample"), std::invalid_argument);
    CHECK_THROWS_AS(accuracy{}(float_rows{0, shape<2>}, float_rows{0, shape<2>}), std::invalid_argument);
    CHECK_THROWS_AS(accuracy{}(std::vector<float>{}, std::vector<int>{}), std::invalid_argument);
    CHECK_THROWS_AS(accuracy{}(outputs, std::vector<int>{1}), std::invalid_argument);
    CHECK_THROWS_AS(accuracy{}(outputs, std::vector<int>{1, 2}), std::invalid_argument);
    CHECK_THROWS_AS(accuracy{}(outputs, std::vector<int>{1, -1}), std::invalid_argument);
    CHECK_THROWS_AS(accuracy{}(std::vector<float>(5), std::vector<int>{1, 0}), std::invalid_argument);
    CHECK_THROWS_AS(accuracy{}(outputs, float_rows{3, shape<2>}), std::invalid_argument);
    CHECK_THROWS_AS(accuracy{}(outputs, float_rows{2, shape<3>}), std::invalid_argument);
    for (const std::vector<float>& target :
         {std::vector<float>{0, 0}, std::vector<float>{1, 1}}) // none, two classes
        CHECK_THROWS_AS(accuracy{}(float_rows{{1, 2}, shape<2>}, float_rows{target, shape<2>}),
                        std::invalid_argument);
    for (const float index : {-1.0f, 2.0f, 0.5f, std::numeric_limits<float>::infinity()})
        CHECK_THROWS_AS(accuracy{}(float_rows{{1, 2}, shape<2>}, float_rows{{index}, shape<1>}),
                        std::invalid_argument);
}

} // namespace
