// Which networks a loss takes: the layer that decides is the last one that computes other values.
#include "strata/train/loss_output.hpp"
#include "strata/graph/slice.hpp"
#include "strata/layers/dense.hpp"
#include "strata/layers/dropout.hpp"
#include "strata/layers/flatten.hpp"
#include "strata/layers/max_pool2d.hpp"
#include "strata/layers/relu.hpp"
#include "strata/layers/reshape.hpp"
#include "strata/layers/sigmoid.hpp"
#include "strata/layers/softmax.hpp"
#include "strata/layers/tanh.hpp"
#include "strata/layers/upsample2d.hpp"
#include "strata/losses/bce.hpp"
#include "strata/losses/bce_with_logits.hpp"
#include "strata/losses/cross_entropy.hpp"
#include "strata/losses/mse.hpp"
#include "strata/losses/unchecked.hpp"
#include "strata/penalties/l2.hpp"

#include <doctest/doctest.h>

#include <type_traits>

namespace {

using namespace strata;

template <class Net, class Loss>
constexpr bool fits = std::is_same_v<detail::output_error<Net, Loss>, messages::none>;

struct logits : network<input<4>, dense<8>> {};
struct marked_logits : network<input<4>, sigmoid, dense<8>, mark<"logits">, reshape<2, 2, 2>> {};
struct probabilities : network<input<4>, dense<8>, sigmoid> {};
struct marked_probabilities : network<input<4>, dense<8>, softmax, mark<"p">, reshape<2, 2, 2>, flatten> {};
struct pooled : network<input<4, 4, 1>, sigmoid, max_pool2d<2>, upsample2d<2>, flatten> {};
struct frozen_sigmoid : network<input<4>, dense<8>, frozen<sigmoid>> {};
struct dropped : network<input<4>, dense<8>, sigmoid, dropout<0.5>> {};
struct rectified : network<input<4>, dense<8>, relu> {};
struct nothing_but_shape : network<input<4>, mark<"a">, reshape<2, 2>> {};

template <class Loss>
constexpr bool takes_probabilities_alone =
    fits<probabilities, Loss> && fits<marked_probabilities, Loss> && fits<pooled, Loss> &&
    fits<frozen_sigmoid, Loss> && fits<until<marked_probabilities, "p">, Loss> && !fits<logits, Loss> &&
    !fits<marked_logits, Loss> && !fits<rectified, Loss> && !fits<dropped, Loss> &&
    !fits<nothing_but_shape, Loss>;

template <class Loss>
constexpr bool takes_all_but_probabilities =
    fits<logits, Loss> && fits<marked_logits, Loss> && fits<until<marked_logits, "logits">, Loss> &&
    fits<rectified, Loss> && fits<dropped, Loss> && fits<nothing_but_shape, Loss> &&
    !fits<probabilities, Loss> && !fits<marked_probabilities, Loss> && !fits<pooled, Loss> &&
    !fits<frozen_sigmoid, Loss>;

using l2_term = decltype(on_weights(l2{}));

TEST_CASE("bce takes probabilities alone, losses of logits take anything else, mse takes all") {
    static_assert(takes_probabilities_alone<bce>);
    static_assert(takes_probabilities_alone<decltype(2.0f * bce{})>);
    static_assert(takes_probabilities_alone<decltype(bce{} + l2_term{})>);
    static_assert(takes_all_but_probabilities<cross_entropy>);
    static_assert(takes_all_but_probabilities<bce_with_logits>);
    static_assert(takes_all_but_probabilities<decltype(0.5f * (cross_entropy{} + l2_term{}))>);
    static_assert(fits<probabilities, mse> && fits<logits, mse>);
}

TEST_CASE("unchecked takes every network, inside and around other wrappers") {
    static_assert(fits<logits, decltype(unchecked(bce{}))> &&
                  fits<rectified, decltype(2.0f * unchecked(bce{}))>);
    static_assert(fits<probabilities, decltype(unchecked(cross_entropy{}))>);
    static_assert(fits<probabilities, decltype(unchecked(2.0f * bce_with_logits{}) + l2_term{})>);
}

} // namespace
