// The classifier: what separates is learned, gamma is scikit-learn's, the confusion matrix adds up.
#include "support/svm.hpp"

#include "temporary_folder.hpp"

#include <doctest/doctest.h>

#include <numeric>

using namespace examples;

namespace {

struct labelled {
    std::vector<float> features;
    std::vector<int> labels;
    [[nodiscard]] svm_rows rows() const { return {features, labels}; }
};

// Three clouds in the plane, each around a point of its own.
labelled clouds(int count, float radius) {
    labelled result;
    const float centres[3][2] = {{0, 0}, {4, 0}, {0, 4}};
    for (int i = 0; i < count; ++i) {
        const int label = i % 3;
        result.features.push_back(centres[label][0] + radius * static_cast<float>((i * 7) % 11 - 5) / 5.0f);
        result.features.push_back(centres[label][1] + radius * static_cast<float>((i * 5) % 13 - 6) / 6.0f);
        result.labels.push_back(label);
    }
    return result;
}

} // namespace

TEST_CASE("classes that are apart are told apart") {
    const labelled train = clouds(90, 1.0f);
    const labelled test = clouds(30, 0.9f);
    const svm_result result = classify(train.rows(), test.rows(), 3);
    CHECK(result.accuracy == 1.0);
    CHECK(result.predicted == test.labels);
    CHECK(result.confusion == std::vector<std::vector<int>>{{10, 0, 0}, {0, 10, 0}, {0, 0, 10}});
    CHECK(result.support_vectors > 2);
    CHECK(result.support_vectors < 90);
}

TEST_CASE("gamma is 1 / (features x variance)") {
    const labelled train{{0, 2, 4, 6}, {0, 1}};
    CHECK(classify(train.rows(), train.rows(), 2).gamma == doctest::Approx(1.0 / (2.0 * 5.0)));
}

TEST_CASE("rows and columns of the confusion matrix are true and predicted classes") {
    const labelled train = clouds(90, 1.0f);
    labelled test = clouds(3, 0.0f);
    test.labels = {0, 0, 0};
    const svm_result result = classify(train.rows(), test.rows(), 4);
    CHECK(result.confusion ==
          std::vector<std::vector<int>>{{1, 1, 1, 0}, {0, 0, 0, 0}, {0, 0, 0, 0}, {0, 0, 0, 0}});
    CHECK(result.accuracy == doctest::Approx(1.0 / 3.0));
    CHECK(confusion_text(result).find("true\\predicted     1     2     3     4") != std::string::npos);
}

TEST_CASE("what cannot be learned from is refused") {
    const labelled good = clouds(9, 1.0f);
    const labelled none;
    const labelled flat{{1, 1}, {0, 1}};
    const labelled ragged{{1, 2, 3}, {0, 1}};
    CHECK_THROWS_AS(classify(none.rows(), good.rows(), 3), std::invalid_argument);
    CHECK_THROWS_AS(classify(flat.rows(), flat.rows(), 2), std::invalid_argument);
    CHECK_THROWS_AS(classify(ragged.rows(), good.rows(), 3), std::invalid_argument);
    CHECK_THROWS_AS(classify(good.rows(), flat.rows(), 3), std::invalid_argument);
}

TEST_CASE("mean and spread as text") {
    CHECK(mean_and_spread(std::vector{0.5}) == "0.5000");
    CHECK(mean_and_spread(std::vector{1.0, 2.0, 3.0}) == "2.0000 +- 1.0000");
}
