// Class indices as a network's targets: seen where they lie, of any integer type, and written as one-hot rows where a
// loss is to read them.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/losses/class_indices.hpp"
#include "strata/meta/raise.hpp"
#include "strata/model/refused_rows.hpp"
#include "strata/tensor/class_indices.hpp"
#include "strata/tensor/rows.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span> // and the concepts of ranges: <ranges> takes compilers longer
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>

namespace strata::inline STRATA_TARGET {

/// Read-only class indices, `width` a sample: one, or one for each pixel of an image. As rows_view, they own nothing and
/// may be in another order.
struct class_targets {
    const void* range = nullptr;                              ///< whose indices these are
    std::int64_t (*read)(const void*, std::size_t) = nullptr; ///< the index in a place of that range
    std::size_t rows = 0;                                     ///< samples
    std::size_t width = 1;                                    ///< indices a sample
    const std::uint32_t* order = nullptr; ///< which row of the range each one is; null: as they lie
    std::size_t begin = 0;                ///< the row of the range that row 0 is, without an order

    /// Which row of the range row r is.
    [[nodiscard]] std::size_t row(std::size_t r) const { return order != nullptr ? order[r] : begin + r; }
    /// Class i of row r.
    [[nodiscard]] std::int64_t at(std::size_t r, std::size_t i) const {
        return read(range, row(r) * width + i);
    }

    /// Rows first, first + 1, ..., first + count - 1 of these.
    [[nodiscard]] class_targets part(std::size_t first, std::size_t count) const {
        class_targets some = *this;
        some.rows = count;
        if (order != nullptr)
            some.order += first;
        else
            some.begin += first;
        return some;
    }
};

namespace detail {

/// A container whose values lie in one piece, so that where they begin is all one needs to know.
template <class Indices>
concept contiguous_indices = class_indices<Indices> && std::ranges::contiguous_range<const Indices> &&
                             !requires(const Indices& indices) { indices.shape(); };

/// So many class indices a sample as `width` says; they must outlive what is returned. Throws std::invalid_argument if
/// they are not whole samples.
template <class_indices Indices>
class_targets as_class_targets(const Indices& indices, std::size_t width) {
    const auto count = static_cast<std::size_t>(std::size(indices));
    if (width == 0 || count % width != 0)
        detail::raise<std::invalid_argument>(
            {count, " class indices are not whole samples of ", width, " each"});
    using index = std::remove_cvref_t<decltype(*std::begin(indices))>;
    if constexpr (contiguous_indices<Indices>)
        return {std::ranges::data(indices),
                [](const void* range, std::size_t i) {
                    return static_cast<std::int64_t>(static_cast<const index*>(range)[i]);
                },
                count / width, width};
    else
        return {&indices,
                [](const void* range, std::size_t i) {
                    const auto first = std::begin(*static_cast<const Indices*>(range));
                    return static_cast<std::int64_t>(*std::next(first, static_cast<std::ptrdiff_t>(i)));
                },
                count / width, width};
}

template <class Loss, class Target>
concept classes_for =
    takes_class_indices<Loss> && (class_indices<Target> || std::is_same_v<Target, class_targets>);

/// What is said of targets that are class indices in floats.
inline constexpr std::string_view classes_are_integers =
    ": class indices are integers, as of a std::vector<int>, and go with cross_entropy";

/// The same, or nothing, of rows that are not as many as the samples: were they as many numbers, they were class indices.
template <class Targets>
std::string_view hint_of_targets(const Targets& targets, std::size_t samples) {
    if constexpr (requires { targets.numbers; }) // any_targets
        return hint_of_targets(targets.numbers, samples);
    else if constexpr (requires { targets.sample; }) // rows
        if (targets.width > 1 && targets.rows * targets.width == samples) return classes_are_integers;
    return {};
}

/// Which output an error is about, from 1: of a network with one output 0.
struct output_number {
    std::size_t number = 0;
};
/// " of output 2", or nothing.
[[gnu::cold, gnu::noinline]] inline std::string to_string(const output_number& output) {
    return output.number == 0 ? std::string{} : " of output " + std::to_string(output.number);
}
template <class Net>
constexpr output_number number_of_output(std::size_t k) {
    return {Net::outputs.size() == 1 ? 0 : k + 1};
}

/// Throws std::out_of_range for an index that is none of the classes.
inline void require_classes(const class_targets& targets, std::size_t classes,
                            const output_number& output = {}) {
    for (std::size_t r = 0; r < targets.rows; ++r)
        for (std::size_t i = 0; i < targets.width; ++i)
            if (const std::int64_t index = targets.at(r, i);
                index < 0 || static_cast<std::uint64_t>(index) >= classes)
                detail::raise<std::out_of_range>(
                    {"the targets", output, " have class index ", index, " in row ", targets.row(r),
                     (targets.width > 1 ? ", place " : ""), (targets.width > 1 ? std::to_string(i) : ""),
                     " (from 0), which is none of ", classes, " classes: 0 to ", classes - 1});
}

/// Writes rows of zeros with a 1 in the column of each class, which are known to be classes.
template <class Real>
void write_one_hot(const class_targets& targets, std::size_t classes, const padded_rows<Real>& to) {
    for (std::size_t r = 0; r < targets.rows; ++r) {
        std::fill_n(to[r], to.stride, Real(0));
        for (std::size_t i = 0; i < targets.width; ++i)
            to[r][i * classes + static_cast<std::size_t>(targets.at(r, i))] = 1;
    }
}

} // namespace detail

} // namespace strata

#include "strata/meta/macros_back.hpp"
