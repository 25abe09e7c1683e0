// A user's layer that says itself what is wrong.
// says: strata: halves takes an even number of values
// also: layer_number<2>
// also: input_shape<9>

#include "strata/core.hpp"

/// The first half of a row.
struct halves : strata::layer_defaults {
    static constexpr strata::layer_error accepts(strata::extents in) {
        return in.count() % 2 == 0 ? strata::layer_error::none : strata::layer_error::own;
    }
    template <class Number, class Shape>
    struct not_accepted {
        static_assert(sizeof(Number) == 0, "strata: halves takes an even number of values");
    };
    static constexpr strata::extents output(strata::extents in) { return strata::extents{in.count() / 2}; }
    static std::string describe() { return "halves"; }
};

#ifdef STRATA_CORRECTED
struct net : strata::network<strata::input<4>, strata::dense<10>, halves> {};
#else
struct net : strata::network<strata::input<4>, strata::dense<9>, halves> {};
#endif

int main() { return static_cast<int>(net::layer_count); }
