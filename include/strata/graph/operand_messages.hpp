// What the compiler says when an entry reads what it cannot: messages as in messages.hpp.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/messages.hpp"

#include <cstddef>

namespace strata::inline STRATA_TARGET::messages {

/// How many inputs or outputs a network has, and of how many a tuple was given: of 0 what is no tuple.
template <std::size_t Count>
struct inputs {};
template <std::size_t Count>
struct outputs {};
template <std::size_t Count>
struct given {};

template <class Number, class Entry, class Known>
struct unknown_operand {
    static_assert(always_false<Number>,
                  "strata: this entry names a mark that this network does not have: see known_marks in this "
                  "message");
};

template <class Number, class Entry, class Known>
struct operand_comes_later {
    static_assert(
        always_false<Number>,
        "strata: this entry names a mark that comes after it: an entry reads values of entries before "
        "it alone, so that no cycle can be written");
};

template <class Number, class Entry>
struct operand_before_the_input {
    static_assert(always_false<Number>,
                  "strata: this entry reads a value from before the network's input: it was cut out of a "
                  "residual<...>, sum_of<...> or concat_of<...>, without its beginning");
};

template <class Number, class Entry, class First, class Other>
struct operands_of_other_shapes {
    static_assert(
        always_false<Number>,
        "strata: this entry takes operands of one shape (concat: of one shape but for the last axis), and "
        "was given these two: bring one to the other's shape, for instance by a 1 x 1 convolution: "
        "sum_of<path<...>, path<conv2d<Filters, 1>>>");
};

template <class Number, class Layer>
struct slice_cuts_through {
    static_assert(always_false<Number>,
                  "strata: this layer of the slice reads a value from before it: name the mark there, too, "
                  "from<Net, \"code\", \"fine\">, or cut where no residual and no skip is open");
};

template <class Number, class Entry>
struct slice_hands_through {
    static_assert(
        always_false<Number>,
        "strata: no entry of this slice computes with what this entry gives, so it would come out as it "
        "went in: leave its mark out, or cut elsewhere");
};

template <class Number, class Input>
struct nobody_reads_this_input {
    static_assert(
        always_false<Number>,
        "strata: no entry computes with this input, so it would come out as it went in: read it by a join "
        "(input<10>, concat<\"noise\">), or leave it out");
};

} // namespace strata::messages

#include "strata/meta/macros_back.hpp"
