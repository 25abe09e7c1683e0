// What the golden tests share: numbers by the formula that golden.py describes, its files, and the
// comparison.
#pragma once

#include "strata/core.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <map>
#include <span>
#include <sstream>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

namespace golden {

/// `count` numbers in [-2^log2, 2^log2), all of them floats: the same as numbers() in golden.py.
inline std::vector<double> numbers(std::size_t count, std::uint32_t stream, int log2) {
    std::vector<double> values(count);
    for (std::size_t i = 0; i < count; ++i) {
        std::uint32_t h = static_cast<std::uint32_t>(i) * 2654435761U + stream * 40503U;
        h ^= h >> 16;
        h *= 0x85EBCA6BU;
        h ^= h >> 13;
        h *= 0xC2B2AE35U;
        h ^= h >> 16;
        values[i] = std::ldexp(static_cast<double>(h >> 8) * 0x1p-23 - 1.0, log2);
    }
    return values;
}

/// The tensors of a golden file by name, whether made by the formula or stored.
class file {
public:
    /// Throws std::runtime_error if the file is missing, of another kind, or of another size than its header
    /// says.
    explicit file(const std::string& path) {
        std::ifstream in{path, std::ios::binary};
        std::string line;
        if (!std::getline(in, line) || line != "golden 2")
            throw std::runtime_error{path + " is not there, or is no golden file"};
        std::vector<std::string> stored;
        while (std::getline(in, line) && !line.empty()) {
            std::istringstream words{line};
            std::string kind;
            std::string name;
            std::size_t count = 0;
            words >> kind >> name >> count;
            std::vector<double>& values = tensors_[name];
            if (kind == "made") {
                std::uint32_t stream = 0;
                int log2 = 0;
                words >> stream >> log2;
                values = numbers(count, stream, log2);
            } else {
                values.resize(count);
                stored.push_back(name);
            }
            if (!words || count == 0) throw std::runtime_error{path + ": cannot read the line " + line};
        }
        const std::string bytes{std::istreambuf_iterator<char>{in}, {}};
        std::size_t at = 0;
        for (const std::string& name : stored)
            for (double& value : tensors_[name]) {
                if (at + 8 > bytes.size()) throw std::runtime_error{path + " ends within " + name};
                std::uint64_t bits = 0;
                for (std::size_t byte = 0; byte < 8; ++byte)
                    bits |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[at++])) << (8 * byte);
                value = std::bit_cast<double>(bits);
            }
        if (at != bytes.size()) throw std::runtime_error{path + " goes on after its last tensor"};
    }

    const std::vector<double>& operator[](const std::string& name) const {
        const auto found = tensors_.find(name);
        if (found == tensors_.end()) throw std::runtime_error{"no golden tensor of the name " + name};
        return found->second;
    }

    [[nodiscard]] bool has(const std::string& name) const { return tensors_.contains(name); }

    /// A tensor, rounded to the number type of a model.
    template <class Real>
    std::vector<Real> of(const std::string& name) const {
        const std::vector<double>& values = (*this)[name];
        std::vector<Real> rounded(values.size());
        std::transform(values.begin(), values.end(), rounded.begin(),
                       [](double value) { return static_cast<Real>(value); });
        return rounded;
    }

private:
    std::map<std::string, std::vector<double>> tensors_;
};

/// The largest error of a tensor, and where it is.
struct disagreement {
    double worst = 0;
    std::size_t where = 0;
};

/// Errors relative in two senses: to the value itself where it is at least a hundredth of the tensor's
/// largest, else to that largest. Smaller values are what is left when large ones cancel, so that rounding
/// leaves them fewer digits; the second sense still holds them. Where PyTorch has exactly zero (a dead relu,
/// a pixel that is not the maximum) anything else is an error of 1, and so is a NaN. A tensor that is zero but for
/// rounding, as the gradient of a bias before batch_norm, is held to absolute errors.
template <class Ours>
disagreement compare(const Ours& ours, std::span<const double> theirs) {
    double largest = 0;
    for (const double value : theirs) largest = std::max(largest, std::abs(value));
    const bool is_rounding = largest < 1e-14;
    if (is_rounding) largest = 1;
    disagreement found;
    for (std::size_t i = 0; i < ours.size(); ++i) {
        const double size = std::abs(theirs[i]);
        const double error = std::abs(static_cast<double>(ours[i]) - theirs[i]);
        double relative = error / (size >= largest / 100 ? size : largest);
        if (size == 0 && !is_rounding) relative = error == 0 ? 0 : 1;
        if (std::isnan(relative)) relative = 1;
        if (relative > found.worst) found = {relative, i};
    }
    return found;
}

/// Agreement to 1e-4 in float, to 1e-10 in double. (Measured in float: the denoiser's worst is 2e-5, single layers'
/// 6e-6.)
template <class Real>
void check_agreement(const std::string& what, std::span<const Real> ours, std::span<const double> theirs) {
    INFO(what);
    REQUIRE(ours.size() == theirs.size());
    const disagreement found = compare(ours, theirs);
    INFO("worst at index " << found.where << ": " << ours[found.where] << ", by PyTorch "
                           << theirs[found.where]);
    CHECK(found.worst <= (std::is_same_v<Real, float> ? 1e-4 : 1e-10));
}
template <class Real>
void check_agreement(const std::string& what, const std::vector<Real>& ours, std::span<const double> theirs) {
    check_agreement(what, std::span<const Real>{ours}, theirs);
}

/// Gives every weight and bias its golden value; running statistics keep theirs.
template <strata::any_network Net, class Real>
void load_weights(strata::model<Net, Real>& net, const file& values, const std::string& name) {
    for (const strata::placed_parameter& p : strata::parameters_of<Net>)
        if (p.what.what_for == strata::role::trained)
            net.write(p, values.of<Real>(name + '.' + std::to_string(p.layer_number) + '.' +
                                         std::string{p.what.name}));
}

/// The values of rows, one after the other.
template <class Real>
std::vector<Real> gather(const strata::basic_rows_view<Real>& rows) {
    std::vector<Real> all;
    for (std::size_t r = 0; r < rows.rows; ++r) all.insert(all.end(), rows[r].begin(), rows[r].end());
    return all;
}

/// What value_at(parameter, index) says of all weights and biases, against the tensors of these names with `what` behind.
template <strata::any_network Net, class Value>
void check_parameters(const file& values, const std::string& name, const char* what, const Value& value_at) {
    for (const strata::placed_parameter& p : strata::parameters_of<Net>) {
        if (p.what.what_for == strata::role::running) continue;
        const std::string tensor =
            name + '.' + std::to_string(p.layer_number) + '.' + std::string{p.what.name} + what;
        std::vector<std::remove_cvref_t<decltype(value_at(p, 0))>> ours(p.what.count());
        for (std::size_t i = 0; i < ours.size(); ++i) ours[i] = value_at(p, i);
        check_agreement(tensor, ours, values[tensor]);
    }
}
/// The gradients in a workspace.
template <strata::any_network Net, class Work>
void check_gradients_of(const file& values, const std::string& name, Work& work) {
    check_parameters<Net>(values, name, ".gradient", [&](const strata::placed_parameter& p, std::size_t i) {
        return work.parameter_gradients()[p.gradient_offset + p.what.place(i)];
    });
}
/// The weights after three steps.
template <strata::any_network Net, class Real>
void check_weights(const file& values, const std::string& name, const strata::model<Net, Real>& net) {
    check_parameters<Net>(values, name, ".after", [&](const strata::placed_parameter& p, std::size_t i) {
        return net.storage()[p.offset + p.what.place(i)];
    });
}

/// Output, loss and all gradients of a network under its name in a golden file, for models of Real.
template <class Real, strata::any_network Net, std::size_t Rows, class Loss>
void check_network_of(const file& values, const std::string& name, const Loss& measure) {
    strata::model<Net, Real> net{strata::zeros{}};
    load_weights(net, values, name);
    strata::workspace<Net, strata::batch<Rows>, strata::training, Real> work;
    const std::vector<Real> x = values.of<Real>(name + ".input");
    const std::vector<Real> target = values.of<Real>(name + ".target");

    const Real loss = strata::accumulate(net, work, measure, x, target);
    check_agreement(name + ".loss", std::vector{loss}, values[name + ".loss"]);
    for (const strata::placed_parameter& p : strata::parameters_of<Net>) {
        if (!p.has_gradient) continue;
        const std::string tensor =
            name + '.' + std::to_string(p.layer_number) + '.' + std::string{p.what.name} + ".gradient";
        std::vector<Real> gradient(p.what.count());
        for (std::size_t i = 0; i < gradient.size(); ++i)
            gradient[i] = work.parameter_gradients()[p.gradient_offset + p.what.place(i)];
        check_agreement(tensor, gradient, values[tensor]);
    }

    check_agreement(name + ".output", gather<Real>(strata::forward(net, work, x)), values[name + ".output"]);
    if constexpr (Net::table.has_input_gradient)
        check_agreement(name + ".input.gradient",
                        gather<Real>(strata::input_gradient(net, work, measure, x, target)),
                        values[name + ".input.gradient"]);
}

/// The same for models of float and of double.
template <strata::any_network Net, std::size_t Rows, class Loss = strata::mse>
void check_network(const file& values, const std::string& name, const Loss& measure = {}) {
    check_network_of<float, Net, Rows>(values, name, measure);
    check_network_of<double, Net, Rows>(values, name, measure);
}

} // namespace golden
