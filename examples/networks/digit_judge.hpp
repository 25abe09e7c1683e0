// A classifier of digits, trained on real ones, that judges pictures of digits.
#pragma once

#include "strata/core.hpp"
#include "support/data/mnist.hpp"
#include "support/thread_choice.hpp"
#include "support/training_log.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

namespace examples {

struct digit_classifier
    : strata::network<strata::input<784>, strata::dropout<0.2>, strata::dense<256>, strata::relu,
                      strata::dropout<0.5>, strata::dense<10>, strata::mark<"logits">, strata::softmax> {};

/// What a set of pictures looks like to the classifier.
struct judgement {
    std::array<double, 10> share{}; ///< of each digit in the pictures
    double sure = 0;                ///< share of the pictures with a digit of probability 0.9 or more

    /// Of the shares, in nats: ln 10 = 2.303 if all digits are drawn equally often.
    [[nodiscard]] double entropy() const {
        double sum = 0;
        for (const double s : share) sum -= s > 0 ? s * std::log(s) : 0;
        return sum;
    }
    /// Digits that are less than one picture in a hundred.
    [[nodiscard]] std::ptrdiff_t missing() const {
        return std::ranges::count_if(share, [](double s) { return s < 0.01; });
    }
};

class digit_judge {
public:
    digit_judge(const labelled_images& images, strata::threads so_many) {
        using namespace strata;
        team<until<digit_classifier, "logits">, batch<32>, training_shards> work{so_many};
        optimizer opt{net_, adam{}};
        fit(net_, work, opt, cross_entropy{}, images.pixels, images.labels,
            {.epochs = 30, .after_batch = until_interrupted{}});
    }

    /// The most likely digit of each picture and its probability.
    struct verdict {
        std::size_t digit;
        float probability;
    };
    [[nodiscard]] std::vector<verdict> verdicts(std::span<const float> pictures) const {
        const std::vector<float> all = strata::predict(net_, pictures);
        std::vector<verdict> result;
        for (auto p = all.begin(); p != all.end(); p += 10) {
            const auto most = std::max_element(p, p + 10);
            result.push_back({static_cast<std::size_t>(most - p), *most});
        }
        return result;
    }

    [[nodiscard]] judgement judge(std::span<const float> pictures) const {
        judgement result;
        const std::vector<verdict> all = verdicts(pictures);
        const double one = 1 / static_cast<double>(all.size());
        for (const auto& [digit, probability] : all) {
            result.share[digit] += one;
            result.sure += probability >= 0.9f ? one : 0;
        }
        return result;
    }

    /// Share of images whose digit it finds.
    [[nodiscard]] double accuracy(const labelled_images& images) const {
        return strata::accuracy{}(strata::predict(net_, images.pixels), images.labels);
    }

private:
    strata::model<digit_classifier> net_{strata::glorot_uniform{}, strata::seed{1}};
};

} // namespace examples
