// What the layers of a slice read, from what they read in the whole network.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/topology.hpp"

#include <cstddef>

namespace strata::inline STRATA_TARGET::detail {

/// What a cut leaves as the outputs of a slice.
enum class outputs_left { all, last };

/// The topology of layers First to Last - 1 of a network, whose values In go in, the one right before them last.
template <class Net, std::size_t First, std::size_t Last, outputs_left Left, std::size_t... In>
consteval auto cut_topology() {
    constexpr auto& whole = Net::topology;
    constexpr std::size_t inputs[]{In...};
    topology<Last - First, whole.first[Last] - whole.first[First], whole.most_operands, sizeof...(In)> part;
    part.one_output = Left == outputs_left::last;
    std::size_t next = 0;
    for (std::size_t i = First; i < Last; ++i) {
        for (const std::size_t v : whole.operands_of(i)) {
            std::size_t found = sizeof...(In);
            if (v >= whole.written(First))
                found = part.written(v - whole.written(First));
            else
                for (std::size_t k = 0; k < sizeof...(In); ++k)
                    if (Net::table.seen[inputs[k]] == Net::table.seen[v] &&
                        Net::table.shapes[inputs[k]] == Net::table.shapes[v])
                        found = k;
            part.operands[next++] = found;
        }
        part.first[i - First + 1] = next;
        const std::size_t owner = whole.owner[i];
        part.owner[i - First] = owner == whole.none              ? part.none
                                : owner >= First && owner < Last ? owner - First
                                                                 : part.outside;
    }
    // What no output needs may read what it likes.
    bool needed[topology<Last - First, 0, 0, sizeof...(In)>::values]{};
    needed[part.values - 1] = true;
    for (std::size_t i = Last - First; i-- > 0;)
        for (std::size_t k = part.first[i]; k < part.first[i + 1]; ++k) {
            std::size_t& v = part.operands[k];
            const bool matters = !part.one_output || needed[part.written(i)];
            if (v == sizeof...(In) && whole.operands[whole.first[First] + k] < whole.written(First)) {
                if (matters) part.refuse(operand_error::before_the_cut, i);
                v = sizeof...(In) - 1;
            }
            if (matters) needed[v] = true;
        }
    return part;
}

template <class Net, std::size_t First, std::size_t Last, outputs_left Left, std::size_t... In>
inline constexpr auto topology_of_cut = cut_topology<Net, First, Last, Left, In...>();

} // namespace strata::detail

#include "strata/meta/macros_back.hpp"
