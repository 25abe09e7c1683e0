// A training of a program in a file, to go on from.
#pragma once

#include "strata/io/checkpoint.hpp"
#include "support/command_line.hpp"

#include <cctype>
#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
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

    void add_to(command_line& line) {
        line.add("--checkpoint", checkpoint, "file that keeps the training, and is written again and again");
        line.add("--resume", resume,
                 "goes on from --checkpoint, if that file is there, with the same results");
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
        if (!choice.resume) std::filesystem::remove(file);
        file_.emplace(file.string(), parts...);
    }

    /// For fit's on_progress.
    void operator()(const strata::fit_progress& progress) {
        if (file_) (*file_)(progress);
    }
    [[nodiscard]] std::optional<strata::fit_state> restore() {
        return file_ ? file_->restore() : std::nullopt;
    }

    /// For a loop of one's own, after `step` steps.
    void save(std::size_t step) {
        if (file_) file_->save({.step = step});
    }
    /// See checkpoint::numbers().
    [[nodiscard]] kept_numbers& numbers() { return file_ ? file_->numbers() : unkept_; }

private:
    std::optional<Checkpoint> file_;
    kept_numbers unkept_;
};

template <class... Parts>
kept_training(const checkpoint_choice&, const std::string&, Parts&&...)
    -> kept_training<decltype(strata::checkpoint{std::declval<std::string>(), std::declval<Parts>()...})>;

} // namespace examples
