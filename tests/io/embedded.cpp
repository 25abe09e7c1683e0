// Weights in a program: predicts without heap, files, exceptions or run-time types, to the bits of the model that was written.

#include "embedded.hpp"
#include "embedded_weights.hpp"
#include "no_weights.hpp"

#include <cstdio>
#include <cstdlib>
#include <new>

namespace {

int allocations = 0;

void* take(std::size_t bytes) {
    ++allocations;
    return std::malloc(bytes);
}

template <class Net>
alignas(64) float block[strata::workspace_bytes<Net, strata::batch<1>, strata::inference> / sizeof(float)];

} // namespace

void* operator new(std::size_t bytes) { return take(bytes); }
void* operator new(std::size_t bytes, std::align_val_t) { return take(bytes); }
void operator delete(void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }
void operator delete(void* p, std::align_val_t) noexcept { std::free(p); }

int main() {
    const auto net = embedded_weights::view<embedded_net>();
    strata::workspace_view<embedded_net, strata::batch<1>> work{block<embedded_net>};
    float x[36], y[3];
    for (int i = 0; i < 36; ++i) x[i] = pixel(i);
    predict(net, work, std::span<const float>{x}, y);
    int wrong = 0;
    for (int i = 0; i < 3; ++i) wrong += y[i] != predicted[i];
    const auto weightless = no_weights::view<weightless_net>();
    strata::workspace_view<weightless_net, strata::batch<1>> small_work{block<weightless_net>};
    float positive[36];
    predict(weightless, small_work, std::span<const float>{x}, positive);
    for (int i = 0; i < 36; ++i) wrong += positive[i] != (x[i] > 0 ? x[i] : 0);
    std::printf("%d of 39 outputs differ, %d allocations\n", wrong, allocations);
    return wrong + allocations;
}
