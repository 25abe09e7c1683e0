// A training of a program in a file, to go on from.
#pragma once

#include "strata/io/checkpoint.hpp"
#include "support/command_line.hpp"
#include "support/file.hpp"
#include "support/outputs.hpp"

#include <cctype>
#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace examples {

/// Numbers that a training keeps beside its networks, by name.
using kept_numbers = std::map<std::string, std::vector<double>>;

/// Where a program keeps its trainings.
struct checkpoint_choice {
    std::filesystem::path checkpoint; ///< empty: nowhere
    bool resume = false;
    std::string settings{}; ///< of a training, as "--seed 2": another one does not go on from its file

    void add_to(command_line& line) {
        line.add_file("--checkpoint", checkpoint,
                      "file that keeps the training, and is written again and again");
        line.add("--resume", resume,
                 "goes on from --checkpoint, if that file is there, with the same results");
        line.needs("--resume", "--checkpoint");
    }
    /// Throws file_error where it cannot be written.
    void try_it() const {
        if (!checkpoint.empty()) try_file(checkpoint);
    }
    [[nodiscard]] checkpoint_choice of(std::string these_settings) const {
        checkpoint_choice choice = *this;
        choice.settings = std::move(these_settings);
        return choice;
    }
    /// The file of one of several trainings: its name is in the file's.
    [[nodiscard]] std::filesystem::path file_of(std::string part) const {
        std::filesystem::path file = checkpoint;
        if (part.empty()) return file;
        for (char& c : part)
            if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '-';
        return file.replace_filename(file.stem().string() + "-" + part + file.extension().string());
    }
};

/// One training of a program, in a file: `part` tells those of one program apart. Does nothing without a file. A program that
/// does not go on begins anew: what an earlier one kept is removed.
template <class Checkpoint>
class kept_training {
public:
    template <class... Parts>
    kept_training(const checkpoint_choice& choice, const std::string& part, Parts&&... parts) {
        if (choice.checkpoint.empty()) return;
        const std::filesystem::path file = choice.file_of(part);
        std::error_code ignored; // where it cannot be removed, it cannot be written either
        if (!choice.resume && std::filesystem::is_regular_file(file, ignored))
            std::filesystem::remove(file, ignored);
        file_.emplace(file.string(), parts...);
        settings_ = {choice.settings.begin(), choice.settings.end()};
        path_ = file;
        if (!settings_.empty()) numbers()["settings"] = settings_;
    }

    /// For fit's on_progress.
    void operator()(const strata::fit_progress& progress) {
        attempt([&] { (*file_)(progress); });
    }
    /// Throws file_error where the file's training had other settings.
    [[nodiscard]] std::optional<strata::fit_state> restore() {
        if (!file_) return std::nullopt;
        auto state = file_->restore();
        if (const auto found = numbers().find("settings");
            state && found != numbers().end() && found->second != settings_)
            throw file_error{path_, "this training was begun with " + text_of(found->second) + ", not with " +
                                        text_of(settings_)};
        if (!settings_.empty()) numbers()["settings"] = settings_;
        return state;
    }

    /// For a loop of one's own, after `step` steps.
    void save(std::size_t step) {
        attempt([&] { file_->save({.step = step}); });
    }
    /// See checkpoint::numbers().
    [[nodiscard]] kept_numbers& numbers() { return file_ ? file_->numbers() : unkept_; }

private:
    /// A file that cannot be written once the training goes on costs no results: outputs::finish says it.
    template <class Write>
    void attempt(const Write& write) {
        if (!file_) return;
        try {
            write();
        } catch (const std::runtime_error& error) {
            note_failure(error.what());
        }
    }
    static std::string text_of(const std::vector<double>& letters) {
        std::string text;
        for (const double letter : letters) text += static_cast<char>(letter);
        return text;
    }

    std::optional<Checkpoint> file_;
    std::filesystem::path path_;
    std::vector<double> settings_; ///< a number a letter
    kept_numbers unkept_;
};

template <class... Parts>
kept_training(const checkpoint_choice&, const std::string&, Parts&&...)
    -> kept_training<decltype(strata::checkpoint{std::declval<std::string>(), std::declval<Parts>()...})>;

} // namespace examples
