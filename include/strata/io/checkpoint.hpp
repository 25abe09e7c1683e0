// A training in a file: model, optimizer and where fit stands, so that a run that was stopped goes on with the same bits.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/io/file.hpp"
#include "strata/io/history_tensors.hpp"
#include "strata/io/parameter_names.hpp"
#include "strata/io/safetensors.hpp"
#include "strata/io/safetensors_writer.hpp"
#include "strata/meta/raise.hpp"
#include "strata/model/model.hpp"
#include "strata/train/fit_state.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
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

/// A file's names, shapes, bytes and texts in one number, FNV-1a: what tells a flipped bit.
[[gnu::cold, gnu::noinline]] inline std::string checksum_of(const safetensors& file) {
    std::uint64_t hash = 0xcbf29ce484222325;
    const auto add = [&hash](std::span<const std::byte> bytes) {
        for (const std::byte byte : bytes)
            hash = (hash ^ std::to_integer<std::uint64_t>(byte)) * 0x100000001b3;
    };
    const auto add_text = [&add](const std::string& text) {
        add(std::as_bytes(std::span{text.data(), text.size()}));
    };
    for (const named_tensor& tensor : file.tensors()) {
        add_text(text_of({tensor.name, " ", text_of_elements(tensor.type, tensor.shape)}));
        add(tensor.bytes);
    }
    for (const auto& [key, text] : file.metadata())
        if (key != checksum_key) add_text(text_of({key, "\n", text, "\n"}));
    return to_hexadecimal(hash);
}

/// Adds a block that is laid out like a network's weights, one tensor a parameter.
template <any_network Net, class Real>
void add_block(safetensors_writer& writer, std::string_view prefix, std::span<const Real> block) {
    const std::vector<std::string> names = parameter_names<Net>();
    std::vector<Real> values;
    for (std::size_t k = 0; k < names.size(); ++k) {
        const placed_parameter& p = parameters_of<Net>[k];
        values.resize(p.what.count());
        for (std::size_t i = 0; i < values.size(); ++i) values[i] = block[p.offset + p.what.place(i)];
        writer.add(std::string{prefix}.append(names[k]), shape_in_file(p.what.logical), values);
    }
}

/// Reads one. Throws std::runtime_error if a tensor is missing, or has another size.
template <any_network Net, class Real>
std::vector<Real> read_block(const safetensors& file, std::string_view prefix) {
    const std::vector<std::string> names = parameter_names<Net>();
    std::vector<Real> block(Net::parameter_floats);
    std::vector<Real> values;
    for (std::size_t k = 0; k < names.size(); ++k) {
        const placed_parameter& p = parameters_of<Net>[k];
        values.resize(p.what.count());
        file.copy_values(std::string{prefix}.append(names[k]), std::span<Real>{values});
        for (std::size_t i = 0; i < values.size(); ++i) block[p.offset + p.what.place(i)] = values[i];
    }
    return block;
}

inline std::string state_prefix(std::size_t number) { return text_of({"optimizer.", number, "."}); }

} // namespace detail

/// Keeps a training in a file, as fit's hook, and brings it back:
///
///     checkpoint file{"run.safetensors", net, opt};
///     fit(net, work, opt, mse{}, x, y, {.epochs = 20, .on_progress = file, .resume_from = file.restore()});
///
/// The first run finds no file and begins; a run after one that was killed goes on from the file, and ends with the bits of a
/// run that never stopped, if network, rule, loss, options and data are the same. The file is a safetensors file: model.* are
/// the weights (load(path, net, convention{}.within("model.")) reads them), optimizer.* the rule's state, best.* the best
/// weights, the rest is fit_state. Each is written beside the last one, synced and renamed, so that at any moment a whole one
/// is there; a disk that is full throws from fit, and the last file stays. Model and optimizer must outlive this.
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
        const std::vector<std::byte> file = bytes(state);
        if (options_.keep > 1) {
            for (std::size_t k = options_.keep - 1; k-- > 1;)
                std::rename(earlier(k).c_str(), earlier(k + 1).c_str()); // those that are there
            detail::keep_as(path_, earlier(1));
        }
        const std::span<const std::byte> pieces[]{file};
        detail::write_file(path_, pieces);
    }

    /// Sets model and optimizer as they were in the file, and returns where fit stood; none if there is no file, and nothing
    /// changes then. Throws std::runtime_error for a file that cannot be read, is damaged, of a later version, or of another
    /// network or rule, and says what is wrong; nothing changes then either.
    [[nodiscard]] std::optional<fit_state> restore() const {
        if (!detail::file_exists(path_)) return std::nullopt;
        const safetensors file{path_};
        check(file);
        const std::vector<Real> weights = detail::read_block<Net, Real>(file, "model.");
        const std::size_t states = weights.empty() ? 0 : optimizer_->state().size() / Net::parameter_floats;
        std::vector<Real> rule(optimizer_->state().size());
        for (std::size_t s = 0; s < states; ++s) {
            const std::vector<Real> one = detail::read_block<Net, Real>(file, detail::state_prefix(s));
            std::copy(one.begin(), one.end(),
                      rule.begin() + static_cast<std::ptrdiff_t>(s * Net::parameter_floats));
        }
        std::vector<std::size_t> made;
        for (const double count : file.values<double>("optimizer.steps_of_parameters"))
            made.push_back(static_cast<std::size_t>(count));
        const std::vector<double> numbers = file.values<double>("optimizer.steps_and_rate");
        if (numbers.size() != 2 ||
            file.find(detail::state_prefix(states).append(detail::first_name<Net>())) != nullptr)
            detail::raise<std::runtime_error>({path_, " is a checkpoint of another optimizer's rule"});
        fit_state state = detail::read_state(file);
        if (file.find(std::string{"best."}.append(detail::first_name<Net>())) != nullptr)
            detail::best_weights_in<Real>(state) = detail::read_block<Net, Real>(file, "best.");
        detail::check_not_moved(*net_);
        optimizer_->go_on(rule, made, static_cast<std::size_t>(numbers[0]), static_cast<float>(numbers[1]));
        std::copy(weights.begin(), weights.end(), net_->storage().begin());
        return state;
    }

private:
    [[nodiscard]] std::string earlier(std::size_t k) const { return detail::text_of({path_, ".", k}); }

    [[nodiscard]] std::vector<std::byte> bytes(const fit_state& state) const {
        safetensors_writer writer;
        detail::add_block<Net, Real>(writer, "model.", std::as_const(*net_).storage());
        const std::span<const Real> rule = optimizer_->state();
        for (std::size_t s = 0; Net::parameter_floats > 0 && s < rule.size() / Net::parameter_floats; ++s)
            detail::add_block<Net, Real>(writer, detail::state_prefix(s),
                                         rule.subspan(s * Net::parameter_floats, Net::parameter_floats));
        const auto made = optimizer_->steps_of_parameters();
        writer.add("optimizer.steps_of_parameters", {made.size()},
                   std::vector<double>(made.begin(), made.end()));
        writer.add("optimizer.steps_and_rate", {2},
                   std::vector<double>{static_cast<double>(optimizer_->steps()),
                                       static_cast<double>(optimizer_->learning_rate())});
        if (const auto& best = detail::best_weights_in<Real>(state); !best.empty())
            detail::add_block<Net, Real>(writer, "best.", std::span<const Real>{best});
        detail::add_state(writer, state);
        writer.metadata(std::string{detail::checkpoint_key}, std::string{detail::checkpoint_version});
        writer.metadata("strata.network", detail::fingerprint<Net>());
        writer.metadata(std::string{detail::checksum_key}, detail::checksum_of(safetensors{writer.bytes()}));
        return writer.bytes();
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
        if (text(detail::checksum_key) != detail::checksum_of(file))
            detail::raise<std::runtime_error>(
                {path_, " is damaged: its checksum is not that of its contents"});
        if (text("strata.network") != detail::fingerprint<Net>())
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
