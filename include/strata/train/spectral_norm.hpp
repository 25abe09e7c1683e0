// Spectral normalization: weight matrices held at a largest singular value.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/parameter_padding.hpp"
#include "strata/kernels/finite.hpp"
#include "strata/meta/raise.hpp"
#include "strata/model/model.hpp"
#include "strata/random/normal.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace strata::inline STRATA_TARGET {

/// Keeps the largest singular value of every weight matrix of a model that learns at a limit or below, so
/// that no layer stretches distances by more: call apply() after each step of its optimizer. (A projection
/// after the step, as in Gouk and others, "Regularisation of neural networks by enforcing Lipschitz
/// continuity", Machine Learning 110, 2021; Miyato and others, ICLR 2018, divide by the value within the
/// forward pass instead.) A kernel of a convolution counts as a matrix of window and channels by filters.
/// Each apply() makes one step of the power iteration from where the last one ended.
template <any_network Net, real_number Real = float>
class spectral_norm {
public:
    /// Throws std::invalid_argument unless the limit is above 0.
    explicit spectral_norm(const model<Net, Real>&, float limit = 1.0f, seed s = {}) : limit_{limit} {
        if (kernels::is_nan<arch>(limit) || limit <= 0.0f)
            detail::raise<std::invalid_argument>(
                {"the limit of spectral_norm is ", limit, ": it must be above 0"});
        for (const placed_parameter& p : parameters_of<Net>) {
            if (!limits(p)) continue;
            matrix& m = matrices_.emplace_back();
            m.where = &p;
            std::vector<float> first(p.what.columns());
            fill_normal(first, 0.0f, 1.0f, s, streams::user + matrices_.size());
            m.right.assign(first.begin(), first.end());
            m.left.resize(p.what.rows());
        }
    }

    /// Makes `iterations` steps of the power iteration, then scales the matrices that exceed the limit.
    /// One that holds a NaN or infinity stays as it is. Allocates nothing. Throws std::invalid_argument if the
    /// model or the limit was moved from.
    template <class Arch = arch>
    void apply(model<Net, Real>& net, std::size_t iterations = 1) {
        detail::check_not_moved(net);
        if (std::ssize(matrices_) != std::ranges::count_if(parameters_of<Net>, limits))
            detail::raise<std::invalid_argument>("this spectral_norm was moved from");
        for (matrix& m : matrices_) {
            for (std::size_t i = 0; i < iterations; ++i)
                iterate<Arch>(m, net.storage().data() + m.where->offset);
            if (m.value <= static_cast<double>(limit_)) continue;
            const double factor = static_cast<double>(limit_) / m.value;
            Real* w = net.storage().data() + m.where->offset;
            for (std::size_t i = 0; i < m.where->what.floats(); ++i)
                w[i] = static_cast<Real>(static_cast<double>(w[i]) * factor);
            m.value = static_cast<double>(limit_);
        }
        detail::clear_parameter_padding<machine_of<Arch, Real>, Net>(net.storage().data());
    }

    /// The largest singular value of matrix `index` (in the order of layers) as estimated by the last
    /// apply().
    [[nodiscard]] float value(std::size_t index) const {
        return static_cast<float>(matrices_.at(index).value);
    }

    /// Where the power iterations stand, matrix after matrix: what a training that goes on from a file hands in again.
    [[nodiscard]] std::vector<double> directions() const {
        std::vector<double> all;
        for (const matrix& m : matrices_) all.insert(all.end(), m.right.begin(), m.right.end());
        return all;
    }
    /// Throws std::invalid_argument, and changes nothing, if these are not as many numbers.
    void directions(std::span<const double> all) {
        std::size_t count = 0;
        for (const matrix& m : matrices_) count += m.right.size();
        if (all.size() != count)
            detail::raise<std::invalid_argument>(
                {"spectral_norm was given ", all.size(), " numbers for its directions, and has ", count});
        for (matrix& m : matrices_) {
            std::copy(all.begin(), all.begin() + std::ssize(m.right), m.right.begin());
            all = all.subspan(m.right.size());
        }
    }

private:
    struct matrix {
        const placed_parameter* where = nullptr;
        std::vector<double> left, right; // long sums of floats
        double value = 0;
    };

    static constexpr bool limits(const placed_parameter& p) { return p.what.fan_in != 0 && p.has_gradient; }

    static double normalize(std::vector<double>& v) {
        double sum = 0;
        for (const double x : v) sum += x * x;
        const double norm = std::sqrt(sum);
        for (double& x : v) x /= norm > 0 ? norm : 1.0;
        return norm;
    }

    /// left = W right, right = W^T left, both brought to length 1; the length of the latter is the value.
    template <class Arch>
    static void iterate(matrix& m, const Real* w) {
        const std::size_t rows = m.left.size();
        const std::size_t columns = m.right.size();
        normalize(m.right);
        for (double& x : m.left) x = 0;
        for (std::size_t first = 0; first < columns; first += floats_per_line, w += rows * floats_per_line) {
            const std::size_t now = std::min(floats_per_line, columns - first);
            for (std::size_t r = 0; r < rows; ++r)
                for (std::size_t c = 0; c < now; ++c)
                    m.left[r] += static_cast<double>(w[r * floats_per_line + c]) * m.right[first + c];
        }
        const double length = normalize(m.left);
        if (length == 0 ||
            !kernels::is_finite<Arch>(length)) { // the direction is for other weights that may follow
            m.value = 0;
            return;
        }
        w -= (columns + floats_per_line - 1) / floats_per_line * rows * floats_per_line;
        for (std::size_t first = 0; first < columns; first += floats_per_line, w += rows * floats_per_line) {
            const std::size_t now = std::min(floats_per_line, columns - first);
            for (std::size_t c = 0; c < now; ++c) m.right[first + c] = 0;
            for (std::size_t r = 0; r < rows; ++r)
                for (std::size_t c = 0; c < now; ++c)
                    m.right[first + c] += static_cast<double>(w[r * floats_per_line + c]) * m.left[r];
        }
        m.value = normalize(m.right);
    }

    float limit_;
    std::vector<matrix> matrices_;
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
