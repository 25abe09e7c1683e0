// Sums over rows of any length: in floats over a few vectors, and in doubles beyond.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/doubles.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <utility>

namespace strata::inline STRATA_TARGET::kernels {

/// Adds up vectors of floats. Four at a time are added in float, and their sums in double: a sum of any
/// length is within 2 units of the last place of the sum of magnitudes.
template <class Arch>
class long_sum {
    static constexpr std::size_t half = lanes<Arch> / 2;
    using whole_vector [[gnu::vector_size(lanes<Arch> * sizeof(real_of<Arch>))]] = real_of<Arch>;

public:
    /// Adds every lane of a vector, which is better a sum of up to four.
    [[gnu::always_inline]] void add(const vec<Arch>& v) {
        whole_vector all;
        std::memcpy(&all, &v, sizeof all);
        [&]<std::size_t... I>(std::index_sequence<I...>) __attribute__((always_inline)) {
            lower_ += detail::widen<half>(__builtin_shufflevector(all, all, int(I)...));
            upper_ += detail::widen<half>(__builtin_shufflevector(all, all, int(half + I)...));
        }(std::make_index_sequence<half>{});
    }

    /// Adds f(i) for i = 0, lanes, ... below count, of which the last vector may be shorter: f gets the
    /// number of its lanes that count, whole vectors as a compile-time constant, and the others must be 0.
    template <class Function>
    [[gnu::always_inline]] void add_each(std::size_t count, Function&& f) {
        constexpr std::size_t wide = lanes<Arch>;
        constexpr std::integral_constant<std::size_t, wide> all;
        const std::size_t whole = count / wide * wide;
        std::size_t i = 0;
        while (i < whole) {
            vec<Arch> four(0.0f);
            for (const std::size_t end = std::min(whole, i + 4 * wide); i < end; i += wide) four += f(i, all);
            add(four);
        }
        if (i < count) add(f(i, count - i));
    }

    [[nodiscard]] double value() const { return detail::sum_of_doubles<half>(lower_ + upper_); }

private:
    doubles<half> lower_{};
    doubles<half> upper_{};
};

/// The first `count` lanes, and zeros.
template <class Arch>
[[gnu::always_inline]] inline vec<Arch> first_lanes(const vec<Arch>& v, std::size_t count) {
    if (count >= lanes<Arch>) return v;
    using integer = typename bits_of<real_of<Arch>>::integer;
    using integers [[gnu::vector_size(lanes<Arch> * sizeof(integer))]] = integer;
    static constexpr integer yes_then_no[2 * 16]{-1, -1, -1, -1, -1, -1, -1, -1,
                                                 -1, -1, -1, -1, -1, -1, -1, -1};
    integers which;
    std::memcpy(&which, yes_then_no + 16 - count, sizeof which);
    integers lanes_of_v;
    std::memcpy(&lanes_of_v, &v, sizeof lanes_of_v);
    lanes_of_v &= which;
    vec<Arch> first;
    std::memcpy(&first, &lanes_of_v, sizeof first);
    return first;
}

} // namespace strata::kernels

#include "strata/meta/macros_back.hpp"
