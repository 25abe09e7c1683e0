// Everything but xtensor: spans and rows in, vectors and rows out.
#pragma once

// The shape of data, and where it lies
#include "strata/tensor/arena.hpp"
#include "strata/tensor/extents.hpp"
#include "strata/tensor/rows.hpp"

// Networks as types
#include "strata/graph/concepts.hpp"
#include "strata/graph/describe.hpp"
#include "strata/graph/network.hpp"
#include "strata/graph/plan.hpp"
#include "strata/graph/slice.hpp"

// Layers
#include "strata/layers/conv2d.hpp"
#include "strata/layers/conv2d_transpose.hpp"
#include "strata/layers/dense.hpp"
#include "strata/layers/flatten.hpp"
#include "strata/layers/max_pool2d.hpp"
#include "strata/layers/relu.hpp"
#include "strata/layers/reshape.hpp"
#include "strata/layers/sigmoid.hpp"
#include "strata/layers/tanh.hpp"
#include "strata/layers/upsample2d.hpp"

// What training is made of
#include "strata/initializers/glorot_uniform.hpp"
#include "strata/initializers/he_uniform.hpp"
#include "strata/initializers/zeros.hpp"
#include "strata/losses/bce.hpp"
#include "strata/losses/bce_with_logits.hpp"
#include "strata/losses/cross_entropy.hpp"
#include "strata/losses/mse.hpp"
#include "strata/optimizers/adam.hpp"
#include "strata/optimizers/adamw.hpp"
#include "strata/optimizers/rmsprop.hpp"
#include "strata/optimizers/sgd.hpp"
#include "strata/random/fill.hpp"
#include "strata/random/normal.hpp"

// Running and training
#include "strata/train/backward.hpp"
#include "strata/train/fit.hpp"
#include "strata/train/forward.hpp"
#include "strata/train/gradient_check.hpp"
#include "strata/train/minibatches.hpp"
#include "strata/train/model.hpp"
#include "strata/train/predict.hpp"
#include "strata/train/workspace.hpp"
