// Some rows of a data set, chosen by their numbers: copied, as the kind of container that they lay in.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/tensor/class_indices.hpp"
#include "strata/tensor/extents.hpp"
#include "strata/tensor/float_rows.hpp"
#include "strata/tensor/rows.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <span>
#include <type_traits>
#include <vector>

namespace strata::inline STRATA_TARGET::detail {

/// The numbers of some rows, and how many rows there are to choose from.
struct chosen_rows {
    std::span<const std::uint32_t> numbers;
    std::size_t of;
};

/// Those rows of x: float_rows of rows, a std::vector of floats in one piece or of class indices, an xtensor
/// of an xtensor (see xtensor.hpp). x holds as many rows as are to choose from.
template <class X>
auto take_rows(const X& x, const chosen_rows& which) {
    if constexpr (flat_numbers<X>) {
        using real =
            std::conditional_t<std::is_convertible_v<const X&, std::span<const float>>, float, double>;
        const std::span<const real> values = x;
        const std::size_t width = values.size() / which.of;
        std::vector<real> taken;
        taken.reserve(which.numbers.size() * width);
        for (const std::uint32_t number : which.numbers) {
            const auto row = values.subspan(number * width, width);
            taken.insert(taken.end(), row.begin(), row.end());
        }
        return taken;
    } else if constexpr (class_indices<X>) {
        using index = std::remove_cvref_t<decltype(*std::begin(x))>;
        std::vector<index> taken;
        taken.reserve(which.numbers.size());
        for (const std::uint32_t number : which.numbers)
            taken.push_back(*std::next(std::begin(x), static_cast<std::ptrdiff_t>(number)));
        return taken;
    } else {
        const auto& seen = see_floats(x, any_sample{});
        const rows_view rows = seen;
        float_rows taken{which.numbers.size(), sample_of_rows(rows)};
        for (std::size_t r = 0; r < which.numbers.size(); ++r)
            std::memcpy(taken.data() + r * rows.width, rows[which.numbers[r]].data(),
                        rows.width * sizeof(float));
        return taken;
    }
}

} // namespace strata::detail

#include "strata/meta/macros_back.hpp"
