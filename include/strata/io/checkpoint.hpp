// A training in a file: models, optimizers and where it stands, so that a run that was stopped goes on with the same bits.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/io/checkpoint_part.hpp"
#include "strata/io/file.hpp"
#include "strata/io/history_tensors.hpp"
#include "strata/io/parameter_block.hpp"
#include "strata/io/safetensors.hpp"
#include "strata/io/safetensors_writer.hpp"
#include "strata/meta/hash.hpp"
#include "strata/meta/raise.hpp"
#include "strata/model/model.hpp"
#include "strata/train/fit_state.hpp"

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdio>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
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
                                  checksum_key = "strata.checksum", own_numbers = "own.";

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

template <class>
inline constexpr bool is_checkpoint_part = false;
template <class Net, class Real, class Optimizer>
inline constexpr bool is_checkpoint_part<checkpoint_part<Net, Real, Optimizer>> = true;

} // namespace detail

/// Keeps a training in a file, as fit's hook, and brings it back:
///
///     checkpoint file{"run.safetensors", net, opt};
///     fit(net, work, opt, mse{}, x, y, {.epochs = 20, .on_progress = file, .resume_from = file.restore()});
///
/// The first run finds no file and begins; a run after one that was killed goes on from the file, and ends with the bits of a
/// run that never stopped, if network, rule, loss, options and data are the same. A loop of one's own keeps several networks,
/// and what else it counts, in numbers():
///
///     checkpoint file{"gan.safetensors", checkpoint_part{"generator", g, g_opt}, checkpoint_part{"critic", c, c_opt}};
///     const auto state = file.restore();
///     for (std::size_t step = state ? state->step : 0; step < steps;) {
///         // a step of both; workspaces that draw noise are seeded with the passes that they have made
///         if (++step % 100 == 0) file.save({.step = step});
///     }
///
/// The file is a safetensors file: model.* are the weights (load(path, net, convention{}.within("model.")) reads them),
/// optimizer.* the rule's state, best.* the best weights of one network, own.* numbers(), the rest is fit_state. Each is written beside the
/// last one, synced and renamed, so that a whole one is there whenever the process is killed (on POSIX systems); a disk that is
/// full throws from fit, and the last file stays. Models and optimizers must outlive this.
template <class... Parts>
requires(sizeof...(Parts) > 0 && (detail::is_checkpoint_part<Parts> && ...))
class checkpoint {
public:
    /// Of one network. Throws std::invalid_argument for a path that is empty, or if no files are to be kept.
    template <any_network Net, class Real, class Optimizer>
    requires(std::same_as<std::tuple<Parts...>, std::tuple<checkpoint_part<Net, Real, Optimizer>>>)
    checkpoint(std::string path, model<Net, Real>& net, Optimizer& optimizer,
               const checkpoint_options& options = {})
        : checkpoint{std::move(path), options, Parts{"", net, optimizer}...} {}

    /// Of one or several. Throws std::invalid_argument, too, unless their names differ, and are of letters, digits and _.
    explicit checkpoint(std::string path, const Parts&... parts)
        : checkpoint{std::move(path), checkpoint_options{}, parts...} {}
    /// The same with options.
    checkpoint(std::string path, const checkpoint_options& options, const Parts&... parts)
        : path_{std::move(path)}, parts_{parts...}, options_{options} {
        if (path_.empty())
            detail::raise<std::invalid_argument>("a checkpoint needs a path, and was given none");
        if (options.keep == 0)
            detail::raise<std::invalid_argument>("a checkpoint of which 0 are kept: at least 1 is");
        detail::check_part_names({parts.name()...});
    }
    /// A copy of the same training; moving copies, too.
    checkpoint(const checkpoint&) = default;
    checkpoint& operator=(const checkpoint&) = default; ///< the same
    ~checkpoint() = default;

    /// Numbers of one's own that belong to the training, by name: losses until now, numbers drawn. Each save writes them, and
    /// restore() sets them to those of the file. Copies of a checkpoint, as the one that fit keeps, have them together.
    [[nodiscard]] std::map<std::string, std::vector<double>>& numbers() { return *numbers_; }

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

    /// Writes models, optimizers, numbers() and this state. Throws std::runtime_error if that cannot be, and
    /// std::invalid_argument for best weights beside several networks, which would not be in the file.
    void save(const fit_state& state) const {
        collect(state).write(path_, [this] {
            if (options_.keep == 1) return;
            for (std::size_t k = options_.keep - 1; k-- > 1;)
                std::rename(earlier(k).c_str(), earlier(k + 1).c_str()); // those that are there
            detail::keep_as(path_, earlier(1));
        });
    }

    /// Sets models, optimizers and numbers() as they were in the file, and returns where the training stood; none if there is no
    /// file, and nothing changes then. Throws std::runtime_error for a file that cannot be read, is damaged, of a later version,
    /// of another network, or of a rule that keeps more or less (which rule it was, and its options, a file does not say), and
    /// says what is wrong; nothing changes then either.
    [[nodiscard]] std::optional<fit_state> restore() {
        if (!detail::file_exists(path_)) return std::nullopt;
        const safetensors file{path_};
        check(file);
        const auto read =
            std::apply([&](const Parts&... part) { return std::tuple{part.read(file, path_)...}; }, parts_);
        std::map<std::string, std::vector<double>> numbers;
        for (const named_tensor& tensor : file.tensors())
            if (tensor.name.starts_with(detail::own_numbers))
                numbers[tensor.name.substr(detail::own_numbers.size())] = file.values<double>(tensor.name);
        fit_state state = detail::read_state(file);
        if constexpr (sizeof...(Parts) == 1) {
            using only = std::tuple_element_t<0, std::tuple<Parts...>>;
            using net = typename only::network_type;
            if (const convention best = detail::block_of("best."); detail::has_block<net>(file, best))
                detail::best_weights_in<typename only::real>(state) =
                    detail::read_block<net, typename only::real>(file, best);
        }
        [&]<std::size_t... K>(std::index_sequence<K...>) {
            (std::get<K>(parts_).restore(std::get<K>(read)), ...);
        }(std::index_sequence_for<Parts...>{});
        *numbers_ = std::move(numbers);
        return state;
    }

private:
    [[nodiscard]] std::string earlier(std::size_t k) const { return detail::text_of({path_, ".", k}); }

    /// Of every network, by its part's name.
    [[nodiscard]] std::string fingerprint() const {
        std::string all;
        const auto add = [&all](const auto& part) {
            if (!all.empty()) all += ' ';
            if (!part.name().empty()) all.append(part.name()).append(1, ':');
            all += detail::fingerprint<typename std::remove_cvref_t<decltype(part)>::network_type>();
        };
        std::apply([&](const Parts&... part) { (add(part), ...); }, parts_);
        return all;
    }

    [[nodiscard]] safetensors_writer collect(const fit_state& state) const {
        safetensors_writer writer;
        std::apply([&](const Parts&... part) { (part.add_to(writer), ...); }, parts_);
        if constexpr (sizeof...(Parts) == 1) {
            using only = std::tuple_element_t<0, std::tuple<Parts...>>;
            if (const auto& best = detail::best_weights_in<typename only::real>(state); !best.empty())
                detail::add_block<typename only::network_type>(writer, detail::block_of("best."),
                                                               best.data());
        } else if (!state.best_weights.empty() || !state.best_doubles.empty()) {
            detail::raise<std::invalid_argument>("a checkpoint of several networks keeps no best weights: "
                                                 "train without restore_best_weights, or keep one network");
        }
        for (const auto& [name, values] : *numbers_)
            writer.add(detail::text_of({detail::own_numbers, name}), {values.size()}, values);
        detail::add_state(writer, state);
        writer.metadata(std::string{detail::checkpoint_key}, std::string{detail::checkpoint_version});
        writer.metadata(std::string{detail::fingerprint_key}, fingerprint());
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
        if (text(detail::fingerprint_key) != fingerprint())
            detail::raise<std::runtime_error>(
                {path_, " is a checkpoint of a network with other layers or options"});
    }

    std::string path_;
    std::tuple<Parts...> parts_;
    checkpoint_options options_;
    std::shared_ptr<std::map<std::string, std::vector<double>>> numbers_ =
        std::make_shared<std::map<std::string, std::vector<double>>>();
    std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

template <any_network Net, class Real, class Optimizer>
checkpoint(std::string, model<Net, Real>&, Optimizer&) -> checkpoint<checkpoint_part<Net, Real, Optimizer>>;
template <any_network Net, class Real, class Optimizer>
checkpoint(std::string, model<Net, Real>&, Optimizer&, const checkpoint_options&)
    -> checkpoint<checkpoint_part<Net, Real, Optimizer>>;

} // namespace strata

#include "strata/meta/macros_back.hpp"
