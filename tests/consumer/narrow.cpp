// A program that defines macros as windows.h does and includes single headers, each of which puts them away by itself.
#include <vector>

#define min(a, b) (((a) < (b)) ? (a) : (b))
#define max(a, b) (((a) > (b)) ? (a) : (b))
#define small char
#define near
#define far
#define IN
#define OUT
#include "strata/tensor/extents.hpp"
static_assert(max(1, 2) == 2);
#include "strata/kernels/portable.hpp"
static_assert(max(1, 2) == 2);
#include "strata/kernels/vectors.hpp"
static_assert(max(1, 2) == 2);
#include "strata/kernels/pool.hpp"
static_assert(max(1, 2) == 2);
#include "strata/random/philox.hpp"
static_assert(max(1, 2) == 2);
#include "strata/layers/dense.hpp"
static_assert(max(1, 2) == 2);
#include "strata/losses/mse.hpp"
static_assert(max(1, 2) == 2);
#include "strata/optimizers/sgd.hpp"
static_assert(max(1, 2) == 2);
#include "strata/model/predict.hpp"
static_assert(max(1, 2) == 2);
#include "strata/io/safetensors.hpp"
static_assert(max(1, 2) == 2);
#include "strata/train/fit.hpp"
static_assert(min(1, 2) == 1 && max(1, 2) == 2 && sizeof(small) == 1, "the macros are back");

struct net : strata::network<strata::input<9>, strata::dense<4>> {};

int main() {
    strata::model<net> weights;
    strata::workspace<net, strata::batch<8>> work;
    strata::optimizer opt{weights, strata::sgd{}};
    const std::vector<float> x(16 * 9), y(16 * 4);
    fit(weights, work, opt, strata::mse{}, x, y, {.epochs = 2});
    strata::safetensors_writer writer;
    writer.add("x", {16, 9}, x);
    const std::vector<float> same = strata::safetensors{writer.bytes()}.values<float>("x");
    return max(0, static_cast<int>(predict(weights, same).size()) - 64);
}
