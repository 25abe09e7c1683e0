// What became of the tensors of a file that was loaded, and the error of one that does not fit.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/io/named_tensor.hpp"
#include "strata/meta/raise.hpp"

#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace strata::inline STRATA_TARGET {

/// What loading a file made of its tensors.
struct load_report {
    /// A parameter of the network, or a tensor of the file, that does not go with what is on the other side.
    struct line {
        std::string name;    ///< of the parameter, or of the tensor
        std::string problem; ///< "8.weight: 288 x 32 in the file, 32 x 288 here: PyTorch's layout?"
    };

    std::size_t applied = 0;          ///< parameters that were loaded, or would have been
    std::vector<line> missing{};      ///< parameters that the file does not have
    std::vector<line> unexpected{};   ///< tensors that the network does not have
    std::vector<line> other_shapes{}; ///< parameters that have another shape, or another type, in the file
    bool of_another_network =
        false; ///< the file says that it was written for a network with other layers or options

    /// Whether every parameter has its tensor, and every tensor its parameter.
    [[nodiscard]] bool complete() const {
        return missing.empty() && unexpected.empty() && other_shapes.empty();
    }
};

/// A table, one line for each thing that does not fit.
[[gnu::cold, gnu::noinline]] inline std::string to_string(const load_report& report) {
    std::string text =
        detail::text_of({report.applied, report.applied == 1 ? " parameter fits" : " parameters fit"});
    if (report.of_another_network)
        text.append("; the file was written for a network with other layers or options");
    std::size_t widest = 0;
    const auto each = [&](const auto& use) {
        use(report.other_shapes, "other shape");
        use(report.missing, "missing");
        use(report.unexpected, "unexpected");
    };
    each([&](const std::vector<load_report::line>& lines, std::string_view) {
        for (const load_report::line& line : lines) widest = std::max(widest, line.name.size());
    });
    each([&](const std::vector<load_report::line>& lines, std::string_view what) {
        for (const load_report::line& line : lines)
            text.append("\n  ")
                .append(what)
                .append(13 - what.size(), ' ')
                .append(line.name)
                .append(widest + 2 - line.name.size(), ' ')
                .append(line.problem);
    });
    return text;
}

/// What load throws if a file does not fit: nothing was changed.
class load_error : public std::runtime_error {
public:
    /// A text, and what was found.
    load_error(const std::string& text, load_report what)
        : std::runtime_error{text}, report_{std::move(what)} {}
    /// What was found, thing by thing.
    [[nodiscard]] const load_report& report() const { return report_; }

private:
    load_report report_;
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
