// What write_onnx.py and read_onnx.py run: onnx_writer FOLDER writes networks of every layer and join there, each as NAME.onnx
// beside NAME.safetensors with inputs and what predict makes of them, in Strata's order ("input 0", "output 0", ...).
#include "strata/core.hpp"
#include "strata/io/safetensors_writer.hpp"
#include "strata/io/write_onnx.hpp"

#include <cmath>
#include <cstddef>
#include <cstdio>
#include <exception>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace {

using namespace strata;

constexpr std::size_t rows = 3;

struct denoiser
    : network<input<28, 28, 1>, conv2d<8, 3, stride<2>, same>, relu, conv2d<8, 3, stride<2>, valid>, relu,
              max_pool2d<2>, flatten, dense<12>, relu, mark<"code">, dense<72>, relu, reshape<3, 3, 8>,
              upsample2d<2>, conv2d_transpose<8, 3, stride<2>, valid, output_padding<1>>, relu,
              conv2d_transpose<1, 3, stride<2>, same>, relu> {};

struct unet : network<input<12, 8, 3>, conv2d<4, 3, same>, relu, mark<"fine">, max_pool2d<2>,
                      conv2d<6, 3, same>, silu, mark<"code">, upsample2d<2, 2, bilinear>, concat<"fine">,
                      residual<conv2d<10, 3, same>, batch_norm<>, relu>, conv2d<2, 1>> {};

struct two_heads : network<input<9>, dense<8>, strata::tanh, mark<"trunk">, dense<10>, softmax, mark<"digit">,
                           resume<"trunk">, dense<4>, mark<"style">> {};

struct conditional : network<input<6>, mark<"noise">, input<3>, concat<"noise">, dense<8>, elu<0.7>,
                             mark<"h">, dense<8>, sigmoid, multiply<"h">, subtract<"h">, dense<2>> {};

struct activations
    : network<input<11>, dense<12>, strata::tanh, dense<9>, prelu, dense<8>, elu<>, dense<8>, gelu, dense<8>,
              silu, dense<8>, softplus, dense<8>, leaky_relu<0.2>, batch_norm<0.1, 1e-3>, gaussian_noise<0.1>,
              dropout<0.5>, clip<-1, 2>, dense<8>, sigmoid, dense<4>, softmax> {};
struct coded : network<input<5>, dense<6>, mark<"moments">, sample_gaussian, dense<4>> {};

/// Kernels, strides, paddings, dilations and groups of every kind, none of them square.
struct windows
    : network<input<19, 23, 2>, conv2d<6, kernel<3, 2>, padding<1, 0>, stride<1, 2>>, prelu,
              average_pool2d<2, stride<1>>, conv2d<8, 3, dilation<2>, groups<2>, same>, batch_norm<>,
              max_pool2d<3, stride<2>, padding<1>>, zero_pad2d<0, 1, 2, 1>,
              conv2d<8, kernel<3, 2>, groups<8>, padding<1>>, average_pool2d<kernel<2, 3>, padding<1>>,
              conv2d_transpose<3, kernel<2, 3>, stride<2, 1>>, relu,
              conv2d_transpose<4, 3, stride<2>, padding<1>, output_padding<1, 0>>,
              conv2d_transpose<3, 4, padding<1>>, upsample2d<2, 3>, softmax, conv2d<5, 2, same, stride<2>>,
              global_average_pool2d, dense<3>> {};

struct norms
    : network<input<4, 5, 6>, layer_norm<>, conv2d<3, 2>, layer_norm<1e-3>, flatten, layer_norm<>, dense<4>> {
};
struct group_norms : network<input<4, 5, 6>, group_norm<3>, conv2d<8, 2>, group_norm<2, 1e-3>, flatten,
                             dense<24>, group_norm<4>, reshape<4, 6>, strata::tanh, group_norm<3>,
                             reshape<2, 1, 2, 6>, group_norm<2>, flatten, dense<3>> {};

struct paths : network<input<6, 5, 4>, sum_of<path<conv2d<4, 3, same>, relu>, path<conv2d<4, 1>>, path<>>,
                       concat_of<path<conv2d<2, 1>>, path<max_pool2d<3, stride<1>, padding<1>>>>,
                       repeat<2, residual<conv2d<6, 3, same>>>, mark<"a">, stop_gradient, conv2d<6, 1>,
                       add<"a", "a">, flatten, mark<"flat">> {};

/// Weights that are used twice.
struct tied : network<input<7>, mark<"in">, dense<4>, strata::tanh, mark<"code">, tied_dense<7, "in">, relu> {
};
using from_in = from<tied, "code">;
struct twins : network<input<5, 4, 2>,
                       scope<"left", conv2d<3, 2>, prelu, flatten, batch_norm<>, dense<4>, mark<"end">>,
                       input<5, 4, 2>, shared<"left", conv2d<3, 2>, prelu, flatten, batch_norm<>, dense<4>>,
                       subtract<"left/end">, frozen<dense<2>>> {};

/// Shapes that are neither rows nor images, and images that become others.
struct shapes : network<input<24>, reshape<4, 6>, layer_norm<>, batch_norm<>, softmax, prelu,
                        reshape<2, 3, 4>, conv2d<4, 2>, reshape<2, 2, 2>, relu, reshape<1, 8, 1>, reshape<8>,
                        dense<6>, reshape<2, 1, 3>> {};

/// Outputs that are inputs.
struct through : network<input<4>, mark<"x">, dropout<0.5>, mark<"same">, resume<"x">, dense<2>> {};

/// A value that two layers read, one of them by the name that a layer handed on which does nothing in inference.
struct named_later : network<input<6>, dense<5>, residual<dropout<0.5>, mark<"within">, dense<5>>, relu,
                             residual<gaussian_noise<0.1>, dropout<0.5>, mark<"end">>> {};

/// A layer of a program's own.
struct cube : layer_defaults {
    static std::string describe() { return "cube"; }
    template <class Arch, extents In>
    static void forward(const forward_pass<Arch>& p) {
        for (std::size_t r = 0; r < p.x.rows; ++r)
            for (std::size_t i = 0; i < In.count(); ++i) p.y[r][i] = p.x[r][i] * p.x[r][i] * p.x[r][i];
    }
    static std::string to_onnx(onnx_layer& in) {
        const std::string square = in.apply("Mul", {in.input(), in.input()});
        return in.apply("Mul", {square, in.input()});
    }
};
struct own : network<input<5>, dense<4>, frozen<cube>, residual<cube>, dense<2>> {};

/// And a join.
struct larger : join_defaults<"a"> {
    template <class Arch, extents>
    static void forward(const join_forward<Arch>& pass) {
        for (std::size_t i = 0; i < pass.y.rows * pass.y.stride; ++i)
            pass.y.data[i] = std::max(pass.x[0].data[i], pass.x[1].data[i]);
    }
    static std::string describe() { return "larger"; }
    static std::string to_onnx(onnx_layer& in) { return in.apply("Max", {in.input(0), in.input(1)}); }
};
/// A mark that is called as a parameter of another layer.
struct own_join
    : network<input<5>, dense<4>, strata::tanh, mark<"a">, dense<4>, mark<"a.2.weight">, larger, dense<2>> {};

using encoder = until<denoiser, "code">;
using decoder = from<denoiser, "code">;
using late = from<unet, "code", "fine">;

/// Inputs or outputs as a tuple, whether it is one or several.
template <class... Values>
std::tuple<Values...> as_tuple(std::tuple<Values...> several) {
    return several;
}
template <class Values>
std::tuple<Values> as_tuple(Values one) {
    return {std::move(one)};
}

/// Numbers around 0, such that values stay near 1, and variances above 0.
template <class Net, class Real>
void draw(model<Net, Real>& net) {
    for (std::size_t k = 0; k < parameters_of<Net>.size(); ++k) {
        const placed_parameter& p = parameters_of<Net>[k];
        std::vector<Real> values(p.what.count());
        const bool positive = p.what.name == "running_var" || (p.what.name == "weight" && p.what.start != 0);
        const Real most =
            p.what.fan_in == 0 ? Real(0.6) : std::sqrt(Real(3) / static_cast<Real>(p.what.fan_in));
        fill_uniform<machine_of<arch, Real>>(std::span<Real>{values}, positive ? Real(0.5) : -most,
                                             positive ? Real(1.5) : most, seed{k + 1});
        net.write(p, values);
    }
}

template <class Part, class Net, class Real, std::size_t... In>
void write(const std::string& path, const model<Net, Real>& net, std::index_sequence<In...>) {
    const auto samples = [](std::size_t k, std::size_t width) {
        std::vector<Real> x(rows * width);
        fill_uniform<machine_of<arch, Real>>(std::span<Real>{x}, Real(-1), Real(1), seed{100 + k});
        return x;
    };
    const std::tuple x{samples(In, Part::inputs[In].count())...};
    safetensors_writer file;
    const auto add = [&file](std::string name, const extents& shape, const std::vector<Real>& values) {
        std::vector<std::size_t> axes{rows};
        axes.insert(axes.end(), shape.size, shape.size + shape.rank);
        file.add(std::move(name), axes, values);
    };
    (add("input " + std::to_string(In), Part::inputs[In], std::get<In>(x)), ...);
    const auto y = [&] {
        if constexpr (sizeof...(In) == 1)
            return as_tuple(predict<Part>(net, std::get<0>(x)));
        else
            return as_tuple(predict<Part>(net, x));
    }();
    [&]<std::size_t... Out>(std::index_sequence<Out...>) {
        (add("output " + std::to_string(Out), Part::outputs[Out], std::get<Out>(y)), ...);
    }(std::make_index_sequence<Part::outputs.size()>{});
    write_onnx<Part>(path + ".onnx", net);
    file.write(path + ".safetensors");
}

template <class Part, class Net, class Real>
void write(const std::string& path, const model<Net, Real>& net) {
    write<Part>(path, net, std::make_index_sequence<Part::inputs.size()>{});
}

template <class Net, class Real = float>
void write(const std::string& path) {
    model<Net, Real> net;
    draw(net);
    write<Net>(path, net);
}

} // namespace

int main(int count, char** arguments) {
    if (count != 2) return 2;
    const std::string folder = std::string{arguments[1]} + "/";
    try {
        write<unet>(folder + "unet");
        write<two_heads>(folder + "two_heads");
        write<conditional>(folder + "conditional");
        write<activations>(folder + "activations");
        write<coded>(folder + "coded");
        write<windows>(folder + "windows");
        write<norms>(folder + "norms");
        write<group_norms>(folder + "group_norms");
        write<paths>(folder + "paths");
        write<tied>(folder + "tied");
        write<twins>(folder + "twins");
        write<shapes>(folder + "shapes");
        write<through>(folder + "through");
        write<named_later>(folder + "named_later");
        write<own>(folder + "own");
        write<own_join>(folder + "own_join");
        write<windows, double>(folder + "doubles");
        model<denoiser> net;
        draw(net);
        write<denoiser>(folder + "denoiser", net);
        write<encoder>(folder + "encoder", net);
        write<decoder>(folder + "decoder", net);
        model<unet> whole;
        draw(whole);
        write<late>(folder + "late", whole);
        model<tied> both;
        draw(both);
        write<from_in>(folder + "half_tied", both);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
    return 0;
}
