// Everything but xtensor: spans and rows in, vectors and rows out.
#pragma once

#include "strata/meta/macros_away.hpp"

// The shape of data, and where it lies
#include "strata/tensor/arena.hpp"
#include "strata/tensor/extents.hpp"
#include "strata/tensor/float_rows.hpp"
#include "strata/tensor/rows.hpp"

// Kernels, for programs that compile them once
#include "strata/kernels/separate.hpp"

// Networks as types
#include "strata/graph/concepts.hpp"
#include "strata/graph/describe.hpp"
#include "strata/graph/network.hpp"
#include "strata/graph/plan.hpp"
#include "strata/graph/slice.hpp"

// Layers
#include "strata/layers/batch_norm.hpp"
#include "strata/layers/conv2d.hpp"
#include "strata/layers/conv2d_transpose.hpp"
#include "strata/layers/dense.hpp"
#include "strata/layers/dropout.hpp"
#include "strata/layers/elu.hpp"
#include "strata/layers/flatten.hpp"
#include "strata/layers/gaussian_noise.hpp"
#include "strata/layers/gelu.hpp"
#include "strata/layers/layer_norm.hpp"
#include "strata/layers/leaky_relu.hpp"
#include "strata/layers/max_pool2d.hpp"
#include "strata/layers/relu.hpp"
#include "strata/layers/reshape.hpp"
#include "strata/layers/sample_gaussian.hpp"
#include "strata/layers/sigmoid.hpp"
#include "strata/layers/softmax.hpp"
#include "strata/layers/softplus.hpp"
#include "strata/layers/tanh.hpp"
#include "strata/layers/tied_dense.hpp"
#include "strata/layers/upsample2d.hpp"

// What training is made of
#include "strata/initializers/glorot_uniform.hpp"
#include "strata/initializers/he_uniform.hpp"
#include "strata/initializers/zeros.hpp"
#include "strata/losses/bce.hpp"
#include "strata/losses/bce_with_logits.hpp"
#include "strata/losses/cross_entropy.hpp"
#include "strata/losses/huber.hpp"
#include "strata/losses/loss.hpp"
#include "strata/losses/mae.hpp"
#include "strata/losses/mse.hpp"
#include "strata/losses/terms.hpp"
#include "strata/losses/unchecked.hpp"
#include "strata/optimizers/adam.hpp"
#include "strata/optimizers/adamw.hpp"
#include "strata/optimizers/optimizer.hpp"
#include "strata/optimizers/rmsprop.hpp"
#include "strata/optimizers/schedule.hpp"
#include "strata/optimizers/sgd.hpp"
#include "strata/penalties/gaussian_kl.hpp"
#include "strata/penalties/l1.hpp"
#include "strata/penalties/l2.hpp"
#include "strata/penalties/penalty.hpp"
#include "strata/random/fill.hpp"
#include "strata/random/normal.hpp"

// Preparing data, and measuring what a network makes of it
#include "strata/data/argmax.hpp"
#include "strata/data/one_hot.hpp"
#include "strata/data/split.hpp"
#include "strata/data/standard_scaler.hpp"
#include "strata/metrics/accuracy.hpp"
#include "strata/metrics/confusion_matrix.hpp"

// Running
#include "strata/model/copy_weights.hpp"
#include "strata/model/forward.hpp"
#include "strata/model/model.hpp"
#include "strata/model/predict.hpp"
#include "strata/model/workspace.hpp"

// Training
#include "strata/train/accumulate.hpp"
#include "strata/train/backward.hpp"
#include "strata/train/clip_gradients.hpp"
#include "strata/train/evaluate.hpp"
#include "strata/train/fit.hpp"
#include "strata/train/gradient_check.hpp"
#include "strata/train/gradient_penalty.hpp"
#include "strata/train/minibatches.hpp"
#include "strata/train/spectral_norm.hpp"
#include "strata/train/train_step.hpp"

#include "strata/meta/macros_back.hpp"
