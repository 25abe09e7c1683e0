// Losses behind one dense layer against PyTorch: output, loss and all gradients; losses.py made the values.
#include "golden.hpp"

namespace {

using namespace strata;

struct probabilities : network<input<7>, dense<11>, sigmoid> {};
struct logits : network<input<7>, dense<11>> {};

TEST_CASE("losses compute what PyTorch computes") {
    const golden::file values{STRATA_GOLDEN "/losses.f64"};
    golden::check_network<probabilities, 5>(values, "bce", bce{});
    golden::check_network<logits, 5>(values, "bce_with_logits", bce_with_logits{});
    golden::check_network<logits, 5>(values, "cross_entropy", cross_entropy{});
    golden::check_network<logits, 5>(values, "mae", mae{});
    golden::check_network<logits, 5>(values, "huber", huber{});
}

} // namespace
