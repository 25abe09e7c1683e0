// How many samples of each true class were predicted as which.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/vectors.hpp"
#include "strata/meta/raise.hpp"
#include "strata/metrics/predictions.hpp"
#include "strata/tensor/class_indices.hpp"
#include "strata/tensor/extents.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

namespace strata::inline STRATA_TARGET {

/// Counts by true and predicted class, with the numbers that are read from them.
///     const confusion_matrix counts{predict(net, images), labels};
///     std::puts(to_string(counts).c_str());
///     counts(3, 5); // images of a 3 that were taken for a 5; there are counts.recall(3), counts.precision(3), too
/// Outputs come first and targets second, as everywhere here (scikit-learn has them the other way round). Arch keeps
/// units of different flags apart.
class confusion_matrix {
public:
    /// No sample yet. Throws std::invalid_argument for no classes, std::length_error for more than any memory has room for.
    explicit confusion_matrix(std::size_t classes) : classes_{classes} {
        if (classes == 0) detail::raise<std::invalid_argument>("a confusion_matrix needs at least one class");
        const std::size_t counts = multiply_sizes(classes, classes);
        if (counts > most_floats)
            detail::raise<std::length_error>(
                {"a confusion_matrix of ", classes, " classes has more counts than any memory has room for"});
        counts_.resize(counts);
    }

    /// Of outputs and targets as accuracy takes them, a single output with its threshold. Throws what
    /// accuracy throws.
    template <class Outputs, class Targets, class Arch = arch>
    requires(!class_indices<Outputs>)
    confusion_matrix(const Outputs& outputs, const Targets& targets, std::optional<float> threshold = {}) {
        detail::visit_predictions<Arch>(outputs, targets, threshold, "confusion_matrix",
                                        [&](std::size_t predicted, std::size_t actual, std::size_t classes) {
                                            if (counts_.empty()) {
                                                classes_ = classes;
                                                counts_.resize(classes * classes);
                                            }
                                            ++counts_[actual * classes + predicted];
                                        });
    }

    /// Counts class indices. Throws std::invalid_argument before anything changes if there are not as many of
    /// both, or if one is none of the classes.
    template <class_indices Predicted, class_indices Targets>
    void add(const Predicted& predicted, const Targets& targets) {
        if (static_cast<std::size_t>(std::size(predicted)) != static_cast<std::size_t>(std::size(targets)))
            detail::raise<std::invalid_argument>(
                {std::size(predicted), " predictions, but ", std::size(targets), " targets"});
        std::size_t place = 0;
        for (const auto index : predicted) detail::checked_class(index, classes_, place++);
        place = 0;
        for (const auto index : targets) detail::checked_class(index, classes_, place++);
        auto found = std::begin(predicted);
        for (const auto index : targets)
            ++counts_[static_cast<std::size_t>(index) * classes_ + static_cast<std::size_t>(*found++)];
    }

    /// How many classes there are.
    [[nodiscard]] std::size_t classes() const { return classes_; }

    /// How many samples of class `actual` were predicted as `predicted`.
    [[nodiscard]] std::size_t operator()(std::size_t actual, std::size_t predicted) const {
        return counts_[actual * classes_ + predicted];
    }

    /// All samples that were counted.
    template <class Arch = arch>
    [[nodiscard]] std::size_t total() const {
        std::size_t sum = 0;
        for (const std::size_t count : counts_) sum += count;
        return sum;
    }

    /// The part of the samples that was predicted right. A NaN if there are none, as below.
    template <class Arch = arch>
    [[nodiscard]] double accuracy() const {
        std::size_t right = 0;
        for (std::size_t c = 0; c < classes_; ++c) right += (*this)(c, c);
        return part(right, total<Arch>());
    }

    /// The part of the samples of this class that was predicted right.
    template <class Arch = arch>
    [[nodiscard]] double recall(std::size_t of_class) const {
        std::size_t all = 0;
        for (std::size_t c = 0; c < classes_; ++c) all += (*this)(of_class, c);
        return part((*this)(of_class, of_class), all);
    }

    /// The part of the samples predicted as this class that was.
    template <class Arch = arch>
    [[nodiscard]] double precision(std::size_t of_class) const {
        std::size_t all = 0;
        for (std::size_t c = 0; c < classes_; ++c) all += (*this)(c, of_class);
        return part((*this)(of_class, of_class), all);
    }

private:
    static double part(std::size_t of, std::size_t all) {
        // A NaN by its bits: Clang warns of others under -ffast-math.
        constexpr std::uint64_t not_a_number = std::uint64_t{0x7ff8} << 48;
        return all == 0 ? std::bit_cast<double>(not_a_number)
                        : static_cast<double>(of) / static_cast<double>(all);
    }

    std::size_t classes_ = 0;
    std::vector<std::size_t> counts_;
};

/// A table, one line for each true class and one column for each predicted one:
///     true\predicted   0   1
///                  0  50   2
///                  1   3  45
inline std::string to_string(const confusion_matrix& counts) {
    const std::string corner = "true\\predicted";
    std::size_t width = std::to_string(counts.classes() - 1).size();
    for (std::size_t a = 0; a < counts.classes(); ++a)
        for (std::size_t p = 0; p < counts.classes(); ++p)
            width = std::max(width, std::to_string(counts(a, p)).size());
    const auto cell = [](const std::string& text, std::size_t size) {
        return std::string(size - text.size(), ' ').append(text);
    };
    std::string table = corner;
    for (std::size_t p = 0; p < counts.classes(); ++p)
        table.append("  ").append(cell(std::to_string(p), width));
    for (std::size_t a = 0; a < counts.classes(); ++a) {
        table.append("\n").append(cell(std::to_string(a), corner.size()));
        for (std::size_t p = 0; p < counts.classes(); ++p)
            table.append("  ").append(cell(std::to_string(counts(a, p)), width));
    }
    return table + "\n";
}

} // namespace strata

#include "strata/meta/macros_back.hpp"
