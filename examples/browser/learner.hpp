// The two networks of the page, each with its weights and what trains them an epoch at a time.
#pragma once

#include "browser/digits.hpp"
#include "browser/host.hpp"
#include "networks/denoiser.hpp"
#include "networks/variational_autoencoder.hpp"
#include "strata/core.hpp"
#include "strata/io/weights.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace examples::browser {

/// The denoising autoencoder as `interpolation --recipe adam` trains it: noisy digits in, clean ones out, a code of 32
/// numbers.
struct denoising {
    using network = denoiser;
    using trained = denoiser;
    using encoder = examples::encoder;
    using decoder = examples::decoder;

    static strata::adam rule() { return {.learning_rate = 0.002f}; }
    static auto loss() { return strata::mse{}; }
    static std::vector<float> inputs(std::span<const float> clean, strata::seed s, std::uint64_t stream) {
        return with_noise(clean, s, stream);
    }
    /// Mean squared error a pixel: noisy in, clean out.
    static float test_loss(const strata::model<network>& net, std::span<const float> clean, strata::seed s) {
        return strata::evaluate(net, strata::mse{}, with_noise(clean, s, strata::streams::noise + 1), clean);
    }
};

/// The variational autoencoder with a code of 2 numbers, as `variational` trains it, but at one learning rate.
struct variational {
    using network = variational_autoencoder<2>;
    using trained = trained_part<2>;
    using encoder = strata::until<network, "code">; // the mean, where nothing is trained
    using decoder = examples::pixels_of<2>;

    static strata::adam rule() { return {.learning_rate = 0.001f, .weight_decay = 0.3f}; }
    static auto loss() {
        return 784.0f * strata::bce_with_logits{} + strata::at<"moments">(strata::gaussian_kl{});
    }
    static std::vector<float> inputs(std::span<const float> clean, strata::seed, std::uint64_t) {
        return {clean.begin(), clean.end()};
    }
    /// Nats an image.
    static float test_loss(const strata::model<network>& net, std::span<const float> clean, strata::seed s) {
        return static_cast<float>(measure<2>(net, clean, s).sum());
    }
};

/// A network of the page. Memory for training is taken when it begins.
template <class What>
class learner {
public:
    static constexpr std::size_t code_size = What::encoder::output.count();

    explicit learner(strata::seed s) : seed_{s}, net_{strata::glorot_uniform{}, s} {}

    /// One more epoch over the images, in an order of its own. Reports every batch to the host. Returns the mean loss.
    float train_epoch(std::span<const float> clean) {
        if (!training_) training_.emplace(net_, What::inputs(clean, seed_, strata::streams::noise));
        return strata::fit(net_, training_->work, training_->optimizer, What::loss(), training_->inputs,
                           clean,
                           {.seed = seed_,
                            .first_epoch = ++epochs_,
                            .after_batch =
                                [](const strata::batch_report& report) {
                                    host_report(report.batch, report.batches, report.loss);
                                }})
            .loss[0];
    }
    [[nodiscard]] float test_loss(std::span<const float> clean) const {
        return What::test_loss(net_, clean, seed_);
    }
    /// Images to codes, and codes to images, one after the other.
    [[nodiscard]] std::vector<float> encode(std::span<const float> images) const {
        return strata::predict<typename What::encoder>(net_, images);
    }
    [[nodiscard]] std::vector<float> decode(std::span<const float> codes) const {
        return strata::predict<typename What::decoder>(net_, codes);
    }
    /// All weights as they lie in memory, padding included.
    [[nodiscard]] std::span<float> weights() { return net_.storage(); }
    /// The bytes of a safetensors file.
    [[nodiscard]] std::vector<std::byte> save() const { return strata::save(net_); }
    /// All the weights of such a file, or none if they do not fit. The optimizer begins anew.
    void load(std::span<const std::byte> file) {
        strata::load(file, net_);
        training_.reset();
    }

private:
    struct training {
        training(const strata::model<typename What::network>& net, std::vector<float> x)
            : optimizer{net, What::rule()}, inputs{std::move(x)} {}

        strata::workspace<typename What::trained, strata::batch<32>> work;
        strata::optimizer<typename What::network, strata::adam> optimizer;
        std::vector<float> inputs;
    };

    strata::seed seed_;
    std::size_t epochs_ = 0;
    strata::model<typename What::network> net_;
    std::optional<training> training_;
};

} // namespace examples::browser
