// A network in training as tensors of a checkpoint: its weights and its optimizer's state, under a name.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/io/convention.hpp"
#include "strata/io/history_tensors.hpp"
#include "strata/io/match.hpp"
#include "strata/io/parameter_block.hpp"
#include "strata/io/parameter_names.hpp"
#include "strata/io/safetensors.hpp"
#include "strata/io/safetensors_writer.hpp"
#include "strata/meta/raise.hpp"
#include "strata/model/model.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace strata::inline STRATA_TARGET {

namespace detail {

/// A block of tensors that are laid out like the weights: those whose names begin with "model.", say.
inline convention block_of(std::string_view name) { return convention{}.within(std::string{name}); }

template <any_network Net>
bool has_block(const safetensors& file, const convention& where) {
    const std::vector<std::string> names = names_for_file<Net>(where);
    return !names.empty() && file.find(names.front()) != nullptr;
}

/// What a file has of a part, read and checked.
template <class Real>
struct checkpointed_part {
    std::vector<Real> weights, rule;
    std::vector<std::size_t> steps_of_parameters;
    std::size_t steps;
    float learning_rate;
};

/// Throws std::invalid_argument unless a single part has no name, or each has one of its own that no other tensor's begins with.
[[gnu::cold, gnu::noinline]] inline void check_part_names(const std::vector<std::string>& names) {
    if (names.size() == 1 && names.front().empty()) return;
    const std::vector<std::string> taken{"model", "optimizer", "best", "fit", "own"};
    for (auto name = names.begin(); name != names.end(); ++name)
        if (name->empty() ||
            name->find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") !=
                std::string::npos ||
            std::find(names.begin(), name, *name) != name ||
            std::find(taken.begin(), taken.end(), *name) != taken.end())
            raise<std::invalid_argument>({"a part of a checkpoint is called \"", *name,
                                          "\": a name of its own is needed, of letters, digits and _, and "
                                          "not model, optimizer, best, fit or own"});
}

} // namespace detail

/// One of the networks that a checkpoint keeps, with its optimizer: of a GAN checkpoint_part{"generator", net, opt} and another
/// one. The name stands before those of its tensors, as in generator.model.0.weight; it may be empty where there is one part.
/// Model and optimizer must outlive this.
template <any_network Net, real_number Real, class Optimizer>
class checkpoint_part {
public:
    using network_type = Net; ///< of the model
    using real = Real;        ///< the model's number type

    /// A network by its model and its optimizer, which are referred to.
    checkpoint_part(std::string name, model<Net, Real>& net, Optimizer& optimizer)
        : name_{std::move(name)}, net_{&net}, optimizer_{&optimizer} {}

    /// What stands before the names of its tensors.
    [[nodiscard]] const std::string& name() const { return name_; }

    void add_to(safetensors_writer& writer) const {
        detail::add_block<Net>(writer, block("model."), std::as_const(*net_).storage().data());
        const std::span<const Real> rule = std::as_const(*optimizer_).state();
        for (std::size_t s = 0; Net::parameter_floats > 0 && s < rule.size() / Net::parameter_floats; ++s)
            detail::add_block<Net>(writer, state_block(s), rule.data() + s * Net::parameter_floats);
        const auto made = std::as_const(*optimizer_).steps_of_parameters();
        writer.add(tensor("optimizer.steps_of_parameters"), {made.size()},
                   std::vector<double>(made.begin(), made.end()));
        writer.add(tensor("optimizer.steps_and_rate"), {2},
                   std::vector<double>{static_cast<double>(optimizer_->steps()),
                                       static_cast<double>(optimizer_->learning_rate())});
    }

    /// Throws std::runtime_error for tensors of another network or rule, or numbers that make no sense.
    [[nodiscard]] detail::checkpointed_part<Real> read(const safetensors& file,
                                                       const std::string& path) const {
        detail::check_not_moved(*net_);
        detail::checkpointed_part<Real> part{};
        part.weights = detail::read_block<Net, Real>(file, block("model."));
        const std::size_t values = optimizer_->state().size();
        const std::size_t states = part.weights.empty() ? 0 : values / Net::parameter_floats;
        part.rule.resize(values);
        for (std::size_t s = 0; s < states; ++s) {
            const std::vector<Real> one = detail::read_block<Net, Real>(file, state_block(s));
            std::copy(one.begin(), one.end(),
                      part.rule.begin() + static_cast<std::ptrdiff_t>(s * Net::parameter_floats));
        }
        const std::string made = tensor("optimizer.steps_of_parameters");
        const std::string steps_and_rate = tensor("optimizer.steps_and_rate");
        for (const double count : file.values<double>(made))
            part.steps_of_parameters.push_back(detail::count_of(count, made.c_str()));
        const std::vector<double> numbers = file.values<double>(steps_and_rate);
        if (numbers.size() != 2 || detail::has_block<Net>(file, state_block(states)))
            detail::raise<std::runtime_error>({path, " is a checkpoint of another optimizer's rule"});
        part.steps = detail::count_of(numbers[0], steps_and_rate.c_str());
        if (!(numbers[1] >= 0 && numbers[1] <= static_cast<double>(std::numeric_limits<float>::max())) ||
            part.steps_of_parameters.size() != optimizer_->steps_of_parameters().size())
            detail::raise<std::runtime_error>(
                {path, " is damaged: its optimizer's steps or rate make no sense"});
        part.learning_rate = static_cast<float>(numbers[1]);
        return part;
    }

    /// Sets model and optimizer to what was read.
    void restore(const detail::checkpointed_part<Real>& part) const {
        optimizer_->go_on(part.rule, part.steps_of_parameters, part.steps, part.learning_rate);
        std::copy(part.weights.begin(), part.weights.end(), net_->storage().begin());
    }

private:
    [[nodiscard]] std::string tensor(std::string_view rest) const {
        return name_.empty() ? std::string{rest} : detail::text_of({name_, ".", rest});
    }
    [[nodiscard]] convention block(std::string_view rest) const { return detail::block_of(tensor(rest)); }
    [[nodiscard]] convention state_block(std::size_t number) const {
        return block(detail::text_of({"optimizer.", number, "."}));
    }

    std::string name_;
    model<Net, Real>* net_;
    Optimizer* optimizer_;
};

template <any_network Net, class Real, class Optimizer>
checkpoint_part(std::string, model<Net, Real>&, Optimizer&) -> checkpoint_part<Net, Real, Optimizer>;

} // namespace strata

#include "strata/meta/macros_back.hpp"
