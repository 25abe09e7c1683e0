// What the model is like after fit, whatever has ended it; and which epoch counts as the best.

#include "strata/train/best_weights.hpp"

#include "strata/core.hpp"
#include "support/callbacks.hpp"
#include "support/small_networks.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

using namespace strata;

namespace {

struct normalised : network<strata::input<17>, dense<33>, batch_norm<>, relu, dropout<0.2>, dense<5>> {};
constexpr std::size_t batches = 6;

/// mse, until it is told to end the training: by an exception, or by a NaN.
struct breaking {
    enum class how { not_at_all, throws, is_nan, has_infinite_gradient };
    std::size_t* left; ///< training batches before it breaks
    how what;

    template <class Arch>
    float value(const rows_view& y, const rows_view& target, std::size_t samples) const { // validation
        return mse{}.value<Arch>(y, target, samples);
    }
    template <class Arch>
    float gradient(const rows_view& y, const rows_view& target, std::size_t samples,
                   const padded_rows<float>& out) const {
        const float right = mse{}.gradient<Arch>(y, target, samples, out);
        if (what == how::not_at_all) return right;
        if (*left > 0) {
            --*left;
            return right;
        }
        if (what == how::throws) throw std::domain_error{"broken"};
        if (what == how::has_infinite_gradient) {
            out[0][2] = -std::numeric_limits<float>::infinity();
            return right;
        }
        return std::nanf("");
    }
};

struct problem {
    std::vector<float> x = tests::uniform_rows(45, 17, 1);
    std::vector<float> y = tests::uniform_rows(45, 5, 2);
    std::vector<float> held_out_x = tests::uniform_rows(20, 17, 8);
    std::vector<float> held_out_y = tests::uniform_rows(20, 5, 9);
    model<normalised> net{glorot_uniform{}, seed{3}};
    workspace<normalised, batch<8>> work;
    strata::optimizer<normalised, adam> optimizer{net, adam{.learning_rate = 0.05f}};
    std::size_t left = 0;

    fit_history run(fit_options options, breaking::how how = breaking::how::not_at_all) {
        options.validation = {held_out_x, held_out_y};
        return fit(net, work, optimizer, breaking{&left, how}, x, y, options);
    }
    template <class Callback>
    requires(!std::is_same_v<Callback, breaking::how>)
    fit_history run(const fit_options& options, const Callback& callback) {
        return run(tests::with(options, callback));
    }
};

struct my_exception : std::exception {};

/// The weights after every batch of an undisturbed training, and its history.
struct record {
    std::vector<std::vector<float>> after;
    fit_history history;
    explicit record(std::size_t epochs) {
        problem p;
        history = p.run({.epochs = epochs},
                        [&](const batch_report&) { after.push_back(tests::weights_of(p.net)); });
    }
    /// What the model must be like after so many whole batches and epochs.
    [[nodiscard]] const std::vector<float>& expected(std::size_t steps, std::size_t epochs,
                                                     bool restore_best_weights) const {
        std::size_t best = 0;
        for (std::size_t e = 1; e <= epochs; ++e)
            if (best == 0 || history.validation_loss[e - 1] < history.validation_loss[best - 1]) best = e;
        return after.at((restore_best_weights && best > 0 ? best * batches : steps) - 1);
    }
};

} // namespace

TEST_CASE("whatever ends fit, the model is as after its last step, or has the best weights where asked") {
    const record undisturbed{9};
    for (const bool restore_best_weights : {false, true})
        for (const std::size_t steps : {1u, 5u, 6u, 7u, 20u, 24u, 47u}) {
            CAPTURE(restore_best_weights);
            CAPTURE(steps);
            const fit_options options{.epochs = 9, .restore_best_weights = restore_best_weights};
            const std::size_t epochs = steps / batches;
            // The epoch that ends with the last whole step counts, unless that batch's own callback ends it.
            const auto within = [&](std::size_t whole_epochs) {
                return undisturbed.expected(steps, whole_epochs, restore_best_weights);
            };
            const std::size_t before_the_epoch_ends = (steps - 1) / batches;
            {
                problem p;
                std::size_t n = 0;
                CHECK_THROWS_AS(p.run(options,
                                      [&](const batch_report&) {
                                          if (++n == steps) throw my_exception{};
                                      }),
                                my_exception);
                CHECK(tests::weights_of(p.net) == within(before_the_epoch_ends));
            }
            {
                problem p;
                std::size_t n = 0;
                p.run(options, [&](const batch_report&) { return ++n < steps; });
                CHECK(tests::weights_of(p.net) == within(before_the_epoch_ends));
            }
            {
                problem p;
                fit_options with_schedule = options;
                with_schedule.learning_rate = [&](std::size_t step) {
                    if (step == steps) throw my_exception{};
                    return 0.05f;
                };
                CHECK_THROWS_AS(p.run(with_schedule), my_exception);
                CHECK(tests::weights_of(p.net) == within(epochs));
                CHECK(p.optimizer.steps() == steps);
            }
            {
                problem p;
                p.left = steps;
                CHECK_THROWS_AS(p.run(options, breaking::how::throws), std::domain_error);
                CHECK(tests::weights_of(p.net) == within(epochs));
                CHECK(p.work.gradients_empty());
            }
            for (const auto how : {breaking::how::is_nan, breaking::how::has_infinite_gradient}) {
                problem p;
                p.left = steps;
                const std::string where = "in epoch " + std::to_string(epochs + 1) + ", batch " +
                                          std::to_string(steps % batches + 1);
                CHECK_THROWS_WITH_AS(p.run(options, how), doctest::Contains(where.c_str()),
                                     std::runtime_error);
                CHECK(tests::weights_of(p.net) == within(epochs));
                CHECK(p.optimizer.steps() == steps);
                CHECK(p.work.gradients_empty());
            }
            { // NaN in the data
                problem p;
                fit_options in_order = options;
                in_order.shuffle = false;
                problem twin;
                if (steps < batches) {
                    p.x[steps * 8 * 17 + 3] = std::nanf("");
                    std::size_t n = 0;
                    in_order.restore_best_weights = false;
                    twin.run(in_order, [&](const batch_report&) { return ++n < steps; });
                    CHECK_THROWS_AS(p.run(in_order), std::runtime_error);
                    CHECK(tests::weights_of(p.net) == tests::weights_of(twin.net));
                }
            }
            if (epochs > 0) { // an epoch's callback
                problem p, q;
                CHECK_THROWS_AS(p.run(options,
                                      [&](const epoch_report& e) {
                                          if (e.epoch == epochs) throw my_exception{};
                                      }),
                                my_exception);
                q.run(options, [&](const epoch_report& e) { return e.epoch < epochs; });
                const std::vector<float> expected =
                    undisturbed.expected(epochs * batches, epochs, restore_best_weights);
                CHECK(tests::weights_of(p.net) == expected);
                CHECK(tests::weights_of(q.net) == expected);
            }
        }
}

namespace {

/// Training is mse; the validation loss, of a single row, is the next number of a sequence.
struct scripted {
    const std::vector<float>* sequence;
    std::size_t* next;

    template <class Arch>
    float value(const rows_view&, const rows_view&, std::size_t) const {
        return sequence->at((*next)++);
    }
    template <class Arch>
    float gradient(const rows_view& y, const rows_view& target, std::size_t samples,
                   const padded_rows<float>& out) const {
        return mse{}.gradient<Arch>(y, target, samples, out);
    }
};

} // namespace

TEST_CASE("patience and the best epoch are those of Keras' EarlyStopping, NaN and infinity included") {
    const float infinity = std::numeric_limits<float>::infinity();
    const std::vector<float> x = tests::uniform_rows(8, 3, 1);
    const std::vector<float> y = tests::uniform_rows(8, 2, 2);
    const std::vector<float> one_x = tests::uniform_rows(1, 3, 3);
    const std::vector<float> one_y = tests::uniform_rows(1, 2, 4);
    struct small : network<strata::input<3>, dense<2>> {};
    std::size_t with_nan = 0;
    for (std::uint64_t draw = 0; draw < 600; ++draw) {
        std::vector<float> numbers(12 + 3);
        fill_uniform(numbers, 0.0f, 1.0f, seed{draw}, streams::user);
        std::vector<float> losses;
        for (std::size_t i = 0; i < 12; ++i) {
            const float drawn = numbers[i];
            losses.push_back(drawn < 0.12f   ? std::nanf("")
                             : drawn < 0.24f ? infinity
                             : drawn < 0.3f  ? -infinity
                                             : std::floor(drawn * 10.0f)); // equal ones, too
            if (drawn < 0.3f) ++with_nan;
        }
        const auto patience = static_cast<std::size_t>(numbers[12] * 5.0f);
        const bool restore_best_weights = numbers[13] < 0.5f;
        CAPTURE(draw);
        CAPTURE(patience);

        // keras/src/callbacks/early_stopping.py, epochs from 0; but no infinity is an improvement.
        float best = infinity;
        std::size_t best_epoch = 0, wait = 0, epochs = 0;
        for (std::size_t epoch = 0; epoch < losses.size(); ++epoch) {
            ++epochs;
            ++wait;
            if (losses[epoch] < best && losses[epoch] > -infinity) {
                best = losses[epoch];
                best_epoch = epoch + 1;
                wait = 0;
                continue;
            }
            if (patience > 0 && wait >= patience && epoch > 0) break;
        }

        model<small> net{glorot_uniform{}, seed{draw}};
        workspace<small, batch<4>> work;
        optimizer opt{net, sgd{}};
        std::size_t next = 0;
        std::vector<std::vector<float>> after;
        const fit_history history =
            fit(net, work, opt, scripted{&losses, &next}, x, y,
                {.epochs = losses.size(),
                 .patience = patience > 0 ? std::optional{patience} : std::nullopt,
                 .restore_best_weights = restore_best_weights,
                 .validation = {one_x, one_y},
                 .after_epoch = [&](const epoch_report&) { after.push_back(tests::weights_of(net)); }});
        CHECK(history.validation_loss.size() == epochs);
        CHECK(history.best_epoch.value_or(0) == best_epoch);
        CHECK(tests::weights_of(net) ==
              (restore_best_weights && best_epoch > 0 ? after[best_epoch - 1] : after.back()));
    }
    CHECK(with_nan > 1000);
}
