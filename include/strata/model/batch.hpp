// How many samples a workspace has room for.
#pragma once

#include "strata/meta/macros_away.hpp"

#include <cstddef>

namespace strata::inline STRATA_TARGET {

/// How many samples a workspace has room for.
template <std::size_t Rows>
requires(Rows > 0)
struct batch {
    static constexpr std::size_t rows = Rows;
};

namespace detail {

template <class Batch>
inline constexpr bool is_batch = false;
template <std::size_t Rows>
inline constexpr bool is_batch<batch<Rows>> = true;
template <class Batch>
concept sized_batch = is_batch<Batch>;

} // namespace detail

} // namespace strata

#include "strata/meta/macros_back.hpp"
