// How other programs name and lay out parameters: PyTorch, Keras.
#pragma once

#include "strata/meta/macros_away.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace strata::inline STRATA_TARGET {

/// Whose layout tensors of a file have.
enum class weight_layout {
    strata,  ///< dense in x out, conv2d height x width x in x out, conv2d_transpose height x width x out x in
    pytorch, ///< Linear out x in, Conv2d out x in x height x width, ConvTranspose2d in x out x height x width; images channels first
    keras,   ///< as strata, but for names: kernel, gamma, beta, moving_mean, moving_variance, alpha
};

/// How a file that another program wrote names its tensors, and lays them out. Names of layers are expected to be numbers, as
/// nn.Sequential's; those may have gaps, for layers without parameters that Strata does not have. Other names go by a table.
///
///     const convention of_file = pytorch.within("encoder.").with_names({{"0", "fc1"}, {"2", "fc2"}});
struct convention {
    weight_layout layout = weight_layout::strata; ///< how weights are laid out
    std::string prefix{};                         ///< of all names that are wanted; others are left out
    std::vector<std::pair<std::string, std::string>>
        layers{}; ///< a layer's number, counted as nn.Sequential does, and its name

    /// The same for the part of a file whose names begin so.
    [[nodiscard]] convention within(std::string begin) const {
        convention other = *this;
        other.prefix = std::move(begin);
        return other;
    }
    /// The same with names for all layers that have parameters: {{"0", "fc1"}, {"2", "fc2"}}.
    [[nodiscard]] convention with_names(std::vector<std::pair<std::string, std::string>> names) const {
        convention other = *this;
        other.layers = std::move(names);
        return other;
    }
};

/// Files of PyTorch's state_dict.
inline const convention pytorch{weight_layout::pytorch};
/// Files of Keras's weights, under names as "0.kernel" (tried on the layers of TensorFlow.js; Keras itself was not run). A conv2d with
/// as many groups as channels reads the kernel of a Conv2D with groups, or of a DepthwiseConv2D.
inline const convention keras{weight_layout::keras};

namespace detail {

/// What a parameter is called in files of a layout.
inline std::string_view name_in_layout(weight_layout layout, std::string_view name, bool has_matrix,
                                       bool of_norm) {
    if (layout != weight_layout::keras) return name;
    if (name == "weight") return has_matrix ? "kernel" : of_norm ? "gamma" : "alpha";
    if (name == "bias") return of_norm ? "beta" : "bias";
    if (name == "running_mean") return "moving_mean";
    if (name == "running_var") return "moving_variance";
    return name;
}

} // namespace detail

} // namespace strata

#include "strata/meta/macros_back.hpp"
