// confusion_matrix: scikit-learn's examples, counts of a loop, and its text.
#include "strata/metrics/confusion_matrix.hpp"
#include "strata/core.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <random>
#include <stdexcept>
#include <vector>

namespace {

using namespace strata;

TEST_CASE("the example of scikit-learn's confusion_matrix") {
    confusion_matrix counts{3};
    counts.add(std::vector<int>{0, 0, 2, 2, 0, 2}, std::vector<int>{2, 0, 2, 2, 0, 1}); // predicted, true
    const std::size_t expected[3][3]{{2, 0, 0}, {0, 0, 1}, {1, 0, 2}};
    for (std::size_t a = 0; a < 3; ++a)
        for (std::size_t p = 0; p < 3; ++p) CHECK(counts(a, p) == expected[a][p]);
    CHECK(counts.total() == 6);
    CHECK(counts.accuracy() == doctest::Approx(4.0 / 6));
}

TEST_CASE("the example of scikit-learn's precision_score and recall_score, average=None") {
    confusion_matrix counts{3};
    counts.add(std::vector<int>{0, 2, 1, 0, 0, 1}, std::vector<int>{0, 1, 2, 0, 1, 2});
    CHECK(counts.precision(0) == doctest::Approx(2.0 / 3));
    CHECK(counts.precision(1) == 0);
    CHECK(counts.precision(2) == 0);
    CHECK(counts.recall(0) == 1);
    CHECK(counts.recall(1) == 0);
    CHECK(counts.recall(2) == 0);
}

TEST_CASE("what was never predicted has no precision, what never was no recall") {
    confusion_matrix counts{3};
    CHECK(std::isnan(counts.accuracy()));
    counts.add(std::vector<int>{0, 0}, std::vector<int>{0, 1});
    CHECK(std::isnan(counts.precision(1)));
    CHECK(counts.recall(1) == 0);
    CHECK(std::isnan(counts.recall(2)));
}

TEST_CASE("counts of outputs are those of a loop, and the accuracy is accuracy's") {
    std::mt19937 random{1};
    std::normal_distribution<float> normal;
    for (const std::size_t rows : {1u, 50u, 333u})
        for (const std::size_t classes : {2u, 3u, 10u}) {
            float_rows outputs{rows, extents{classes}};
            for (float& value : outputs.values()) value = normal(random);
            std::vector<std::size_t> labels(rows);
            for (std::size_t& label : labels) label = random() % classes;
            const std::vector<std::size_t> found = argmax(outputs);
            const confusion_matrix counts{outputs, labels}, of_one_hot{outputs, one_hot(labels, classes)};
            CHECK(counts.classes() == classes);
            CHECK(counts.accuracy() == accuracy{}(outputs, labels));
            for (std::size_t a = 0; a < classes; ++a)
                for (std::size_t p = 0; p < classes; ++p) {
                    std::size_t expected = 0;
                    for (std::size_t r = 0; r < rows; ++r)
                        expected += labels[r] == a && found[r] == p ? 1 : 0;
                    CHECK(counts(a, p) == expected);
                    CHECK(of_one_hot(a, p) == expected);
                }
        }
}

TEST_CASE("a single output is two classes, and needs its threshold") {
    const float_rows logits{{-1, 2, 3, -4}, shape<1>};
    const confusion_matrix counts{logits, std::vector<int>{0, 1, 0, 1}, 0.0f};
    CHECK(counts.classes() == 2);
    CHECK(counts(0, 1) == 1);
    CHECK(counts(1, 0) == 1);
    CHECK_THROWS_AS((confusion_matrix{logits, std::vector<int>{0, 1, 0, 1}}), std::invalid_argument);
}

TEST_CASE("the text of a confusion_matrix") {
    confusion_matrix counts{2};
    for (int i = 0; i < 50; ++i) counts.add(std::vector<int>{0, 1}, std::vector<int>{0, 1});
    counts.add(std::vector<int>{1, 1, 0}, std::vector<int>{0, 0, 1});
    CHECK(to_string(counts) == "true\\predicted   0   1\n"
                               "             0  50   2\n"
                               "             1   1  50\n");
}

TEST_CASE("confusion_matrix refuses no classes, no samples, other classes, and changes nothing then") {
    CHECK_THROWS_AS(confusion_matrix{0}, std::invalid_argument);
    // So many that their square, cut to a std::size_t, is 1, or 0.
    for (const std::size_t classes : {~std::size_t{0}, std::size_t{1} << (4 * sizeof(std::size_t))})
        CHECK_THROWS_AS(confusion_matrix{classes}, std::length_error);
    CHECK_THROWS_AS((confusion_matrix{float_rows{0, shape<3>}, std::vector<int>{}}), std::invalid_argument);
    confusion_matrix counts{2};
    CHECK_THROWS_AS(counts.add(std::vector<int>{0, 1}, std::vector<int>{0}), std::invalid_argument);
    CHECK_THROWS_AS(counts.add(std::vector<int>{0, 1}, std::vector<int>{0, 2}), std::invalid_argument);
    CHECK_THROWS_AS(counts.add(std::vector<int>{0, -1}, std::vector<int>{0, 1}), std::invalid_argument);
    CHECK(counts.total() == 0);
}

} // namespace
