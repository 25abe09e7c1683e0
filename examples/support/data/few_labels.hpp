// A few labelled images of each class.
#pragma once

#include "strata/random/fill.hpp"
#include "support/data/mnist.hpp"
#include "support/probe.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace examples {

/// Images with labels of their own, as many of each class, in no order.
struct labelled_set {
    std::vector<float> pixels;
    std::vector<int> labels;
};

/// The first `each` images of every class in an order that the seed chooses.
inline labelled_set choose(const labelled_images& from, std::size_t each, strata::seed s) {
    std::vector<std::uint32_t> order(from.size());
    for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
    strata::shuffle(order, s);
    std::array<std::size_t, most_classes> taken{};
    labelled_set chosen;
    for (const std::uint32_t i : order) {
        if (taken[from.labels[i]]++ >= each) continue;
        chosen.pixels.insert(chosen.pixels.end(), from.image(i).begin(), from.image(i).end());
        chosen.labels.push_back(from.labels[i]);
    }
    return chosen;
}

/// How many images the rarest digit has.
inline std::size_t smallest_class(const labelled_images& images) {
    std::array<std::size_t, most_classes> count{};
    for (const std::uint8_t label : images.labels) ++count[label];
    return std::ranges::min(count);
}

} // namespace examples
