// A block that is laid out like a network's weights, to the tensors of a file and back.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/io/convention.hpp"
#include "strata/io/match.hpp"
#include "strata/io/safetensors.hpp"
#include "strata/io/safetensors_writer.hpp"
#include "strata/io/weight_layout.hpp"
#include "strata/model/model.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace strata::inline STRATA_TARGET::detail {

/// Puts one parameter's values, as they lie in a tensor of this layout, into their places in a block.
template <class Real>
void place_tensor(const placed_parameter& p, const tensor_layout& layout, const std::vector<Real>& tensor,
                  Real* block) {
    for (std::size_t i = 0; i < tensor.size(); ++i)
        block[p.offset + p.what.place(i)] = tensor[layout.place[i]];
}

/// Adds a block, one tensor a parameter, under the names and in the layouts of a convention.
template <any_network Net, class Real>
void add_block(safetensors_writer& writer, const convention& how, const Real* block) {
    const std::vector<std::string> names = names_for_file<Net>(how);
    std::vector<Real> values;
    for (std::size_t k = 0; k < names.size(); ++k) {
        const placed_parameter& p = parameters_of<Net>[k];
        const tensor_layout layout = layout_of<Net>(k, how.layout);
        values.resize(p.what.count());
        for (std::size_t i = 0; i < values.size(); ++i)
            values[layout.place[i]] = block[p.offset + p.what.place(i)];
        writer.add(names[k], layout.shape, values);
    }
}

/// Reads one that was added so. Throws std::runtime_error if a tensor is missing, or has another size.
template <any_network Net, class Real>
std::vector<Real> read_block(const safetensors& file, const convention& how) {
    const std::vector<std::string> names = names_for_file<Net>(how);
    std::vector<Real> block(Net::parameter_floats);
    std::vector<Real> values;
    for (std::size_t k = 0; k < names.size(); ++k) {
        const placed_parameter& p = parameters_of<Net>[k];
        values.resize(p.what.count());
        file.copy_values(names[k], std::span<Real>{values});
        place_tensor(p, layout_of<Net>(k, how.layout), values, block.data());
    }
    return block;
}

} // namespace strata::detail

#include "strata/meta/macros_back.hpp"
