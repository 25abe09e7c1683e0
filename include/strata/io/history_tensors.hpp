// Where fit stands, as tensors and texts of a file.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/io/safetensors.hpp"
#include "strata/io/safetensors_writer.hpp"
#include "strata/meta/numbers.hpp"
#include "strata/meta/raise.hpp"
#include "strata/train/fit_state.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace strata::inline STRATA_TARGET::detail {

/// A number that may be none, as a pair: whether it is, and it.
inline void push_optional(std::vector<double>& numbers, const std::optional<double>& value) {
    numbers.push_back(value ? 1 : 0);
    numbers.push_back(value.value_or(0));
}

/// A count that a file has as a double. Throws std::runtime_error for a number that is none.
inline std::size_t count_of(double number, const char* name) {
    // Whole numbers are exact up to 2^53.
    constexpr double most = sizeof(std::size_t) >= 8 ? 9007199254740992.0 : 4294967295.0;
    if (!is_finite_number(number) || number < 0 || number > most ||
        static_cast<double>(static_cast<std::uint64_t>(number)) != number)
        raise<std::runtime_error>(
            {"tensor ", name, " of a checkpoint has ", std::to_string(number), " for a count"});
    return static_cast<std::size_t>(number);
}

/// Numbers of a tensor one after the other, each of which must be there.
class number_reader {
public:
    number_reader(const safetensors& file, const char* name)
        : numbers_{file.values<double>(name)}, name_{name} {}

    double next() {
        if (at_ == numbers_.size())
            raise<std::runtime_error>({"tensor ", name_, " of a checkpoint ends too soon"});
        return numbers_[at_++];
    }
    std::size_t count() { return count_of(next(), name_); }
    std::optional<double> optional() {
        const bool is = next() != 0;
        const double value = next();
        return is ? std::optional{value} : std::nullopt;
    }
    [[nodiscard]] bool more() const { return at_ < numbers_.size(); }

private:
    std::vector<double> numbers_;
    std::size_t at_ = 0;
    const char* name_;
};

inline std::optional<double> widened(const std::optional<float>& value) {
    return value ? std::optional{static_cast<double>(*value)} : std::nullopt;
}
inline std::optional<float> narrowed(const std::optional<double>& value) {
    return value ? std::optional{static_cast<float>(*value)} : std::nullopt;
}

/// Appends a name as a line: what ends lines in it is written as \n, and a backslash as two.
inline void append_line(std::string& lines, std::string_view name) {
    for (const char letter : name) {
        if (letter == '\n' || letter == '\\') lines.push_back('\\');
        lines.push_back(letter == '\n' ? 'n' : letter);
    }
    lines.push_back('\n');
}
/// A name from its line.
inline std::string text_of_line(std::string_view line) {
    std::string name;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const bool is_escaped =
            line[i] == '\\' && i + 1 < line.size() && (line[i + 1] == 'n' || line[i + 1] == '\\');
        if (is_escaped) ++i;
        name.push_back(is_escaped && line[i] == 'n' ? '\n' : line[i]);
    }
    return name;
}

/// Adds all of a state but its best weights.
[[gnu::cold, gnu::noinline]] inline void add_state(safetensors_writer& writer, const fit_state& state) {
    const auto add = [&writer](const char* name, const std::vector<double>& numbers) {
        writer.add(name, {numbers.size()}, numbers);
    };
    std::vector<double> places;
    for (const std::size_t number : {state.epoch, state.batch, state.step, state.best_epoch})
        places.push_back(static_cast<double>(number));
    places.push_back(state.loss);
    push_optional(places, widened(state.least_loss));
    add("fit.place", places);
    add("fit.parts", state.parts);
    add("fit.metrics", state.metrics);

    std::vector<double> history;
    std::string names;
    const fit_history& all = state.history;
    push_optional(history,
                  all.best_epoch ? std::optional{static_cast<double>(*all.best_epoch)} : std::nullopt);
    for (const epoch_report& report : all.epochs) {
        history.push_back(static_cast<double>(report.epoch));
        history.push_back(static_cast<double>(report.epochs));
        history.push_back(static_cast<double>(report.loss));
        push_optional(history, widened(report.validation_loss));
        for (const auto* list : {&report.terms, &report.metrics}) {
            history.push_back(static_cast<double>(list->size()));
            for (const measured& one : *list) {
                append_line(names, one.name);
                history.push_back(one.training);
                push_optional(history, one.validation);
            }
        }
    }
    add("fit.history", history);
    writer.metadata("strata.history", names);
}

/// The state, but for its best weights. Throws std::runtime_error if something of it is missing.
[[gnu::cold, gnu::noinline]] inline fit_state read_state(const safetensors& file) {
    fit_state state;
    number_reader place{file, "fit.place"};
    for (std::size_t* number : {&state.epoch, &state.batch, &state.step, &state.best_epoch})
        *number = place.count();
    state.loss = place.next();
    state.least_loss = narrowed(place.optional());
    state.parts = file.values<double>("fit.parts");
    state.metrics = file.values<double>("fit.metrics");

    const auto text = file.metadata().find("strata.history");
    std::string_view names =
        text == file.metadata().end() ? std::string_view{} : std::string_view{text->second};
    const auto next_name = [&names] {
        const std::size_t end = names.find('\n');
        if (end == std::string_view::npos)
            raise<std::runtime_error>("the names in a checkpoint's history end too soon");
        const std::string_view line = names.substr(0, end);
        names.remove_prefix(end + 1);
        return text_of_line(line);
    };
    number_reader history{file, "fit.history"};
    fit_history& all = state.history;
    if (const auto best = history.optional()) all.best_epoch = count_of(*best, "fit.history");
    while (history.more()) {
        const std::size_t epoch = history.count();
        const std::size_t epochs = history.count();
        epoch_report report{epoch, epochs, static_cast<float>(history.next())};
        report.validation_loss = narrowed(history.optional());
        for (auto* list : {&report.terms, &report.metrics}) {
            const std::size_t size = history.count();
            for (std::size_t k = 0; k < size; ++k) {
                const double training = history.next();
                list->push_back({next_name(), training, history.optional()});
            }
        }
        all.loss.push_back(report.loss);
        if (report.validation_loss) all.validation_loss.push_back(*report.validation_loss);
        all.epochs.push_back(std::move(report));
    }
    return state;
}

} // namespace strata::detail

#include "strata/meta/macros_back.hpp"
