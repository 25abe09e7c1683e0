// How many samples a workspace has room for.
#pragma once

#include "strata/meta/macros_away.hpp"

#include <cstddef>

namespace strata::inline STRATA_TARGET {

/// How many samples a workspace has room for.
template <std::size_t Rows>
requires(Rows > 0)
struct batch {
    static constexpr std::size_t rows = Rows; ///< samples
};

namespace detail {

/// Where some samples stand in a batch.
struct part_of_batch {
    std::size_t first_row = 0;  ///< which of the batch's samples is the first of these
    std::size_t batch_rows = 0; ///< how many the batch has; 0: as many as there are of these
};

template <class Batch>
inline constexpr bool is_batch = false;
template <std::size_t Rows>
inline constexpr bool is_batch<batch<Rows>> = true;
template <class Batch>
concept sized_batch = is_batch<Batch>;

} // namespace detail

} // namespace strata

#include "strata/meta/macros_back.hpp"
