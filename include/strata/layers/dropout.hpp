// Dropout.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/noise.hpp"
#include "strata/layers/noise.hpp"
#include "strata/meta/float_constant.hpp"
#include "strata/meta/raise.hpp"

#include <cstddef>
#include <string>

namespace strata::inline STRATA_TARGET {

/// In training, sets each value to 0 with probability Rate and divides the others by 1 - Rate; predict leaves
/// all as they are. Any shape, which stays as it is. The draws are those of the workspace's seed. A Rate that is not at
/// least 0 and below 1 is refused while compiling. Srivastava and others, "Dropout", JMLR 15, 2014; Keras's and
/// PyTorch's Dropout.
///
///     struct careful : network<input<784>, dense<128>, relu, dropout<0.5>, dense<10>> {}; // 784 -> 10
///     model<careful> net; workspace<careful, batch<32>> work;
///     forward(net, work, std::vector<float>(32 * 784)); // drops about half of the 128 values; predict none
template <float_constant Rate>
struct dropout : layer_defaults {
    static constexpr layer_traits traits{.output = storage::in_place};

    static constexpr layer_error accepts(extents) {
        return Rate.value >= 0.0f && Rate.value < 1.0f ? layer_error::none : layer_error::own;
    }
    template <class Number, class Shape>
    struct not_accepted {
        static_assert(
            sizeof(Number) == 0,
            "strata: the number in this layer's brackets is out of range: a dropout rate is at least 0 and "
            "below 1; 50 % is 0.5");
    };
    static std::string describe() { return detail::text_of({"dropout ", Rate}); }

    template <class Arch, extents In>
    static void forward(const forward_pass<Arch>& p) {
        if (p.training)
            drop<Arch, In>(p.noise, p.x, p.y);
        else
            detail::pass_on(p.x, p.y);
    }

    template <class Arch, extents In>
    static void input_gradient(const backward_pass<Arch>& p) {
        if (p.training)
            drop<Arch, In>(p.noise, p.y_gradient, p.x_gradient);
        else
            detail::pass_on(p.y_gradient, p.x_gradient);
    }

private:
    template <class Arch, extents In>
    static void drop(const noise_source& noise, const padded_rows<const real_of<Arch>>& from,
                     const padded_rows<real_of<Arch>>& to) {
        const auto uniform = [](std::span<real_of<Arch>> values, seed s, std::uint64_t stream,
                                std::uint64_t block) { fill_uniform<Arch>(values, 0, 1, s, stream, block); };
        for (std::size_t r = 0; r < from.rows; ++r)
            detail::for_each_draw<Arch>(
                noise, r, In.count(), uniform, [&](std::size_t first, std::span<const real_of<Arch>> draw) {
                    kernels::drop<Arch>(draw.size(), from[r] + first, draw.data(), Rate.value,
                                        1 / (1 - real_of<Arch>{Rate.value}), to[r] + first);
                });
    }
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
