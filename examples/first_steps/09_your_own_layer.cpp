// A layer with weights of its own, and a join of two values; check_gradients proves both.

#include "strata/core.hpp"

#include <algorithm>
#include <cstdio>
#include <string>

using namespace strata;

/// x above 0, slope * x below, with a slope for each value that is learned (He and others, ICCV 2015). What a layer is stands in
/// strata/graph/concepts.hpp; whatever it does not say is in layer_defaults. The traits tell the plan what a backward pass needs.
struct slopes : layer_defaults {
    static constexpr layer_traits traits{.backward_reads_input = true, .relu_like = true, .smooth = false};

    static constexpr parameter slope(extents in) {
        return {.name = "slope", .logical = extents{in.count()}, .start = 0.25f};
    }
    static constexpr parameter_list parameters(extents in) { return {1, {slope(in)}}; }
    static const char* describe() { return "slopes"; }

    template <class Arch, extents In>
    static void forward(const forward_pass<Arch>& p) {
        for (std::size_t r = 0; r < p.x.rows; ++r)
            for (std::size_t i = 0; i < In.count(); ++i)
                p.y[r][i] = p.x[r][i] > 0 ? p.x[r][i] : p.parameters[slope(In).place(i)] * p.x[r][i];
    }
    template <class Arch, extents In>
    static void input_gradient(const backward_pass<Arch>& p) {
        for (std::size_t r = 0; r < p.x.rows; ++r)
            for (std::size_t i = 0; i < In.count(); ++i)
                p.x_gradient[r][i] =
                    p.y_gradient[r][i] * (p.x[r][i] > 0 ? 1 : p.parameters[slope(In).place(i)]);
    }
    template <class Arch, extents In>
    static void parameter_gradient(const backward_pass<Arch>& p) {
        for (std::size_t i = 0; i < In.count(); ++i) {
            auto& gradient = p.parameter_gradient[slope(In).place(i)];
            if (!p.accumulate) gradient = 0;
            for (std::size_t r = 0; r < p.x.rows; ++r)
                if (p.x[r][i] <= 0) gradient += p.y_gradient[r][i] * p.x[r][i];
        }
    }
};

/// The larger of each two numbers, of the value right before it and the one at a mark (maxout, Goodfellow and others, ICML 2013).
/// Joins are described in strata/graph/operands.hpp.
template <fixed_string Mark>
struct maximum : join_defaults<Mark> {
    static constexpr layer_traits traits{.backward_reads_input = true, .smooth = false};
    static std::string describe() { return join_defaults<Mark>::describe_as("maximum"); }

    template <class Arch, extents In>
    static void forward(const join_forward<Arch>& p) {
        for (std::size_t r = 0; r < p.y.rows; ++r)
            for (std::size_t i = 0; i < In.count(); ++i) p.y[r][i] = std::max(p.x[0][r][i], p.x[1][r][i]);
    }
    template <class Arch, extents In>
    static void input_gradient(const join_backward<Arch>& p) { // for operand number p.operand
        for (std::size_t r = 0; r < p.y_gradient.rows; ++r)
            for (std::size_t i = 0; i < In.count(); ++i) {
                const bool first = p.x[0][r][i] >= p.x[1][r][i];
                const auto gradient = first == (p.operand == 0) ? p.y_gradient[r][i] : 0;
                p.x_gradient[r][i] = gradient + (p.accumulate ? p.x_gradient[r][i] : 0);
            }
    }
};

struct net : network<input<19>, dense<7>, slopes, mark<"x">, dense<7>, maximum<"x">, dense<2>> {};

int main() {
    const gradient_report report =
        check_gradients<net, double>(); // by central differences, of inputs and weights
    std::printf("%s%zu gradients compared, all to 1e-7: %s\n", describe<net>().c_str(), report.compared,
                report.passed(1e-7) ? "yes" : "no");
}

/* It prints:
   layer        reads  output  parameters  bytes
0  input               19
1  dense 7      0      7              140   1280
2  slopes       1      7                7     64
3  mark "x"     2      7
4  dense 7      3      7               56    512
5  maximum "x"  4, 3   7
6  dense 2      5      2               16    512
   total                              219   2368
276 gradients compared, all to 1e-7: yes
*/
