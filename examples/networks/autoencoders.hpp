// A family of autoencoders, each for rows of any width: what goes in is what should come out, and "code"
// marks the middle. And how they are trained.
#pragma once

#include "strata/core.hpp"
#include "support/kept_training.hpp"
#include "support/progress.hpp"
#include "support/thread_choice.hpp"
#include "support/training_log.hpp"

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace examples {

inline constexpr std::size_t small_code = 32;
inline constexpr std::size_t large_code =
    1024; ///< more than the digits' 784 pixels or the activities' 561 features
inline constexpr float noise_deviation = 0.3f;

/// A code of fewer numbers than the input has.
template <std::size_t Features>
struct undercomplete
    : strata::network<strata::input<Features>, strata::dense<128>, strata::relu, strata::dense<small_code>,
                      strata::mark<"code">, strata::dense<128>, strata::relu, strata::dense<Features>> {};

/// The same, and in training its input is noisy.
template <std::size_t Features>
struct undercomplete_denoising
    : strata::network<strata::input<Features>, strata::gaussian_noise<noise_deviation>,
                      strata::splice<undercomplete<Features>>> {};

/// The same, and its decoder works with the encoder's matrices, transposed.
template <std::size_t Features>
struct undercomplete_tied
    : strata::network<strata::input<Features>, strata::mark<"first">, strata::dense<128>, strata::relu,
                      strata::mark<"second">, strata::dense<small_code>, strata::mark<"code">,
                      strata::tied_dense<128, "second">, strata::relu,
                      strata::tied_dense<Features, "first">> {};

/// Two matrices and nothing between them.
template <std::size_t Features>
struct undercomplete_linear : strata::network<strata::input<Features>, strata::dense<small_code>,
                                              strata::mark<"code">, strata::dense<Features>> {};

/// A code of more numbers than the input has. With a penalty at "code" it is the sparse one.
template <std::size_t Features>
struct overcomplete : strata::network<strata::input<Features>, strata::dense<large_code>, strata::relu,
                                      strata::mark<"code">, strata::dense<Features>> {};

template <std::size_t Features>
struct overcomplete_denoising
    : strata::network<strata::input<Features>, strata::gaussian_noise<noise_deviation>,
                      strata::splice<overcomplete<Features>>> {};

/// The first principal components (small_code directions one after the other, Features numbers each) as the weights of the linear
/// autoencoder.
template <std::size_t Features>
strata::model<undercomplete_linear<Features>> linear_autoencoder(std::span<const double> components) {
    const std::vector<float> decode(components.begin(), components.end());
    std::vector<float> encode(decode.size());
    for (std::size_t i = 0; i < decode.size(); ++i)
        encode[i % Features * small_code + i / Features] = decode[i];
    strata::model<undercomplete_linear<Features>> net{strata::zeros{}};
    net.write(strata::parameters_of<undercomplete_linear<Features>>[0], encode);
    net.write(strata::parameters_of<undercomplete_linear<Features>>[2], decode);
    return net;
}

/// An autoencoder of the rows, trained by Adam at a rate that falls from `rate` to 0, with one line of
/// progress. An interrupting signal ends the training after the batch. Kept in the file of its name and seed.
template <strata::any_network Net, class Loss>
strata::model<Net> train_autoencoder(const std::string& name, std::span<const float> rows, const Loss& loss,
                                     std::size_t epochs, float rate, strata::seed s,
                                     const checkpoint_choice& choice, strata::threads so_many) {
    constexpr std::size_t batch_rows = 50;
    const std::size_t count = rows.size() / Net::input.count();
    strata::model<Net> net{strata::glorot_uniform{}, s};
    strata::team<Net, strata::batch<batch_rows>, training_shards> work{so_many};
    strata::optimizer opt{net, strata::adam{}};
    const std::string title = name + ", seed " + std::to_string(s.value);
    kept_training kept{choice, title, net, opt, strata::checkpoint_options{.every_epochs = 1 + epochs / 20}};
    progress bar{standard_output(), 1, epochs};
    const strata::fit_history history = strata::fit(
        net, work, opt, loss, rows, rows,
        {.epochs = epochs,
         .seed = s,
         .learning_rate = strata::cosine_decay{rate, epochs * ((count + batch_rows - 1) / batch_rows)},
         .after_epoch =
             [&](const strata::epoch_report& report) {
                 bar.batch(report.epoch, static_cast<double>(report.loss));
                 return !interrupted();
             },
         .after_batch = until_interrupted{},
         .on_progress = std::ref(kept),
         .resume_from = kept.restore()});
    // A line that is still open ends with the bar.
    if (!interrupted()) bar.epoch(static_cast<double>(history.loss.back()), title);
    return net;
}

} // namespace examples
