// Which losses say what targets they take, alone and within others.

#include "strata/losses/targets.hpp"

#include "strata/core.hpp"

#include <doctest/doctest.h>

using namespace strata;

namespace {

struct from_minus_one {
    static constexpr target_range targets{-1.0f, 1.0f};
    template <class Arch>
    float value(const rows_view& y, const rows_view& target, std::size_t samples) const {
        return mse{}.value<Arch>(y, target, samples);
    }
    template <class Arch>
    float gradient(const rows_view& y, const rows_view& target, std::size_t samples,
                   const padded_rows<float>& out) const {
        return mse{}.gradient<Arch>(y, target, samples, out);
    }
};

/// A loss around another that does not say what it takes.
struct around {
    bce what;
    template <class Arch>
    float value(const rows_view& y, const rows_view& target, std::size_t samples) const {
        return what.value<Arch>(y, target, samples);
    }
    template <class Arch>
    float gradient(const rows_view& y, const rows_view& target, std::size_t samples,
                   const padded_rows<float>& out) const {
        return what.gradient<Arch>(y, target, samples, out);
    }
};

template <class Loss>
constexpr bool from_0_to_1(const Loss&) {
    using what = targets_of<Loss>;
    return what::limited && what::range.least == 0.0f && what::range.most == 1.0f;
}
template <class Loss>
constexpr bool unlimited(const Loss&) {
    return !targets_of<Loss>::limited;
}

} // namespace

TEST_CASE("cross-entropies take 0 to 1, also times a number and with terms; the others take all") {
    const auto term = at<"code">(l1{});
    const auto each = [&](const auto& loss, const auto& holds) {
        CHECK(holds(loss));
        CHECK(holds(0.5f * loss));
        CHECK(holds(loss + term));
        CHECK(holds(2.0f * (0.5f * loss + term + on_weights(l2{}))));
    };
    const auto limited = [](const auto& loss) { return from_0_to_1(loss); };
    const auto free = [](const auto& loss) { return unlimited(loss); };
    each(bce{}, limited);
    each(bce_with_logits{}, limited);
    each(cross_entropy{}, limited);
    each(mse{}, free);
    each(mae{}, free);
    each(huber{}, free);
    each(around{}, free);
    static_assert(targets_of<weighted_loss<from_minus_one>>::range.least == -1.0f);
}
