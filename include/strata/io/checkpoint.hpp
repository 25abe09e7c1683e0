// A training in a file: model, optimizer and where fit stands, so that a run that was stopped goes on with the same bits.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/io/convention.hpp"
#include "strata/io/file.hpp"
#include "strata/io/history_tensors.hpp"
#include "strata/io/match.hpp"
#include "strata/io/parameter_block.hpp"
#include "strata/io/parameter_names.hpp"
#include "strata/io/safetensors.hpp"
#include "strata/io/safetensors_writer.hpp"
#include "strata/meta/hash.hpp"
#include "strata/meta/raise.hpp"
#include "strata/model/model.hpp"
#include "strata/train/fit_state.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace strata::inline STRATA_TARGET {

/// When a checkpoint is written, and how many stay.
struct checkpoint_options {
    std::size_t every_epochs = 1; ///< after every so many epochs; 0: by time alone
    std::optional<double>
        every_minutes{};  ///< also in the middle of an epoch, when so many have passed since the last
    std::size_t keep = 1; ///< at least 1: the file, and the ones before it as FILE.1, FILE.2, ...
};

namespace detail {

inline constexpr std::string_view checkpoint_key = "strata.checkpoint", checkpoint_version = "1",
                                  checksum_key = "strata.checksum";

/// A file's names, shapes, bytes and texts in one number: what tells a flipped bit.
[[gnu::cold, gnu::noinline]] inline std::string checksum_of(std::span<const named_tensor> tensors,
                                                            const std::map<std::string, std::string>& texts) {
    fnv1a hash;
    for (const named_tensor& tensor : tensors) {
        hash.add(text_of({tensor.name, " ", text_of_elements(tensor.type, tensor.shape)}));
        hash.add(tensor.bytes);
    }
    for (const auto& [key, text] : texts)
        if (key != checksum_key) hash.add(text_of({key, "\n", text, "\n"}));
    return hash.text();
}

/// Where in the file a block lies that is laid out like the weights: "model.", "best.", or a block of the rule's state.
inline convention block_of(std::string_view name) { return convention{}.within(std::string{name}); }
inline convention state_block(std::size_t number) { return block_of(text_of({"optimizer.", number, "."})); }

template <any_network Net>
bool has_block(const safetensors& file, const convention& where) {
    const std::vector<std::string> names = names_for_file<Net>(where);
    return !names.empty() && file.find(names.front()) != nullptr;
}

} // namespace detail

/// Keeps a training in a file, as fit's hook, and brings it back:
///
///     checkpoint file{"run.safetensors", net, opt};
///     fit(net, work, opt, mse{}, x, y, {.epochs = 20, .on_progress = file, .resume_from = file.restore()});
///
/// The first run finds no file and begins; a run after one that was killed goes on from the file, and ends with the bits of a
/// run that never stopped, if network, rule, loss, options and data are the same. The file is a safetensors file: model.* are
/// the weights (load(path, net, convention{}.within("model.")) reads them), optimizer.* the rule's state, best.* the best
/// weights, the rest is fit_state. Each is written beside the last one, synced and renamed, so that a whole one
/// is there whenever the process is killed (on POSIX systems); a disk that is full throws from fit, and the last file stays. Model and optimizer must outlive this.
template <any_network Net, class Real, class Optimizer>
class checkpoint {
public:
    /// Throws std::invalid_argument for a path that is empty, or if none are to be kept.
    checkpoint(std::string path, model<Net, Real>& net, Optimizer& optimizer,
               const checkpoint_options& options = {})
        : path_{std::move(path)}, net_{&net}, optimizer_{&optimizer}, options_{options} {
        if (path_.empty())
            detail::raise<std::invalid_argument>("a checkpoint needs a path, and was given none");
        if (options.keep == 0)
            detail::raise<std::invalid_argument>("a checkpoint of which 0 are kept: at least 1 is");
    }

    /// What fit calls. Throws std::runtime_error if the file cannot be written.
    void operator()(const fit_progress& progress) {
        const auto now = std::chrono::steady_clock::now();
        const bool epoch_is_due =
            progress.batch == 0 && options_.every_epochs > 0 &&
            (progress.epoch % options_.every_epochs == 0 || progress.epoch == progress.epochs);
        const bool time_is_due =
            options_.every_minutes &&
            std::chrono::duration<double>(now - last_).count() >= 60 * *options_.every_minutes;
        if (!epoch_is_due && !time_is_due) return;
        save(progress.state());
        last_ = now;
    }

    /// Writes model, optimizer and this state. Throws std::runtime_error if that cannot be.
    void save(const fit_state& state) const {
        const safetensors_writer file = collect(state);
        if (options_.keep > 1) {
            for (std::size_t k = options_.keep - 1; k-- > 1;)
                std::rename(earlier(k).c_str(), earlier(k + 1).c_str()); // those that are there
            detail::keep_as(path_, earlier(1));
        }
        file.write(path_);
    }

    /// Sets model and optimizer as they were in the file, and returns where fit stood; none if there is no file, and nothing
    /// changes then. Throws std::runtime_error for a file that cannot be read, is damaged, of a later version, of another
    /// network, or of a rule that keeps more or less (which rule it was, and its options, a file does not say), and says what is
    /// wrong; nothing changes then either.
    [[nodiscard]] std::optional<fit_state> restore() const {
        if (!detail::file_exists(path_)) return std::nullopt;
        const safetensors file{path_};
        check(file);
        const std::vector<Real> weights = detail::read_block<Net, Real>(file, detail::block_of("model."));
        const std::size_t states = weights.empty() ? 0 : optimizer_->state().size() / Net::parameter_floats;
        std::vector<Real> rule(optimizer_->state().size());
        for (std::size_t s = 0; s < states; ++s) {
            const std::vector<Real> one = detail::read_block<Net, Real>(file, detail::state_block(s));
            std::copy(one.begin(), one.end(),
                      rule.begin() + static_cast<std::ptrdiff_t>(s * Net::parameter_floats));
        }
        std::vector<std::size_t> made;
        for (const double count : file.values<double>("optimizer.steps_of_parameters"))
            made.push_back(detail::count_of(count, "optimizer.steps_of_parameters"));
        const std::vector<double> numbers = file.values<double>("optimizer.steps_and_rate");
        if (numbers.size() != 2 || detail::has_block<Net>(file, detail::state_block(states)))
            detail::raise<std::runtime_error>({path_, " is a checkpoint of another optimizer's rule"});
        const std::size_t steps = detail::count_of(numbers[0], "optimizer.steps_and_rate");
        if (!(numbers[1] >= 0 && numbers[1] <= static_cast<double>(std::numeric_limits<float>::max())) ||
            made.size() != optimizer_->steps_of_parameters().size())
            detail::raise<std::runtime_error>(
                {path_, " is damaged: its optimizer's steps or rate make no sense"});
        fit_state state = detail::read_state(file);
        if (const convention best = detail::block_of("best."); detail::has_block<Net>(file, best))
            detail::best_weights_in<Real>(state) = detail::read_block<Net, Real>(file, best);
        detail::check_not_moved(*net_);
        optimizer_->go_on(rule, made, steps, static_cast<float>(numbers[1]));
        std::copy(weights.begin(), weights.end(), net_->storage().begin());
        return state;
    }

private:
    [[nodiscard]] std::string earlier(std::size_t k) const { return detail::text_of({path_, ".", k}); }

    [[nodiscard]] safetensors_writer collect(const fit_state& state) const {
        safetensors_writer writer;
        detail::add_block<Net>(writer, detail::block_of("model."), std::as_const(*net_).storage().data());
        const std::span<const Real> rule = optimizer_->state();
        for (std::size_t s = 0; Net::parameter_floats > 0 && s < rule.size() / Net::parameter_floats; ++s)
            detail::add_block<Net>(writer, detail::state_block(s), rule.data() + s * Net::parameter_floats);
        const auto made = optimizer_->steps_of_parameters();
        writer.add("optimizer.steps_of_parameters", {made.size()},
                   std::vector<double>(made.begin(), made.end()));
        writer.add("optimizer.steps_and_rate", {2},
                   std::vector<double>{static_cast<double>(optimizer_->steps()),
                                       static_cast<double>(optimizer_->learning_rate())});
        if (const auto& best = detail::best_weights_in<Real>(state); !best.empty())
            detail::add_block<Net>(writer, detail::block_of("best."), best.data());
        detail::add_state(writer, state);
        writer.metadata(std::string{detail::checkpoint_key}, std::string{detail::checkpoint_version});
        writer.metadata(std::string{detail::fingerprint_key}, detail::fingerprint<Net>());
        writer.metadata(std::string{detail::checksum_key},
                        detail::checksum_of(writer.tensors(), writer.metadata()));
        return writer;
    }

    void check(const safetensors& file) const {
        const auto text = [&file](std::string_view key) {
            const auto found = file.metadata().find(std::string{key});
            return found == file.metadata().end() ? std::string{} : found->second;
        };
        const std::string version = text(detail::checkpoint_key);
        if (version.empty())
            detail::raise<std::runtime_error>({path_, " is no checkpoint: weights alone are read by load"});
        if (version != detail::checkpoint_version)
            detail::raise<std::runtime_error>({path_, " is a checkpoint of version ", version,
                                               ", and this Strata reads version ",
                                               detail::checkpoint_version});
        if (text(detail::checksum_key) != detail::checksum_of(file.tensors(), file.metadata()))
            detail::raise<std::runtime_error>(
                {path_, " is damaged: its checksum is not that of its contents"});
        if (text(detail::fingerprint_key) != detail::fingerprint<Net>())
            detail::raise<std::runtime_error>(
                {path_, " is a checkpoint of a network with other layers or options"});
    }

    std::string path_;
    model<Net, Real>* net_;
    Optimizer* optimizer_;
    checkpoint_options options_;
    std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

template <any_network Net, class Real, class Optimizer>
checkpoint(std::string, model<Net, Real>&, Optimizer&) -> checkpoint<Net, Real, Optimizer>;
template <any_network Net, class Real, class Optimizer>
checkpoint(std::string, model<Net, Real>&, Optimizer&, const checkpoint_options&)
    -> checkpoint<Net, Real, Optimizer>;

} // namespace strata

#include "strata/meta/macros_back.hpp"
