// Every layer and join in ONNX's operators (operator set 13), as it computes in inference.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/branches.hpp"
#include "strata/graph/frozen.hpp"
#include "strata/graph/joins.hpp"
#include "strata/graph/scope.hpp"
#include "strata/graph/shared.hpp"
#include "strata/io/onnx_layer.hpp"
#include "strata/io/onnx_windows.hpp"
#include "strata/layers/batch_norm.hpp"
#include "strata/layers/clip.hpp"
#include "strata/layers/dense.hpp"
#include "strata/layers/dropout.hpp"
#include "strata/layers/elu.hpp"
#include "strata/layers/gaussian_noise.hpp"
#include "strata/layers/gelu.hpp"
#include "strata/layers/group_norm.hpp"
#include "strata/layers/layer_norm.hpp"
#include "strata/layers/leaky_relu.hpp"
#include "strata/layers/prelu.hpp"
#include "strata/layers/relu.hpp"
#include "strata/layers/sample_gaussian.hpp"
#include "strata/layers/sigmoid.hpp"
#include "strata/layers/silu.hpp"
#include "strata/layers/softmax.hpp"
#include "strata/layers/softplus.hpp"
#include "strata/layers/tanh.hpp"
#include "strata/layers/tied_dense.hpp"

#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

namespace strata::inline STRATA_TARGET::detail {

template <>
struct onnx_form<relu> {
    static std::string write(onnx_layer& l) { return l.apply("Relu", {l.input()}); }
};
template <>
struct onnx_form<sigmoid> {
    static std::string write(onnx_layer& l) { return l.apply("Sigmoid", {l.input()}); }
};
template <>
struct onnx_form<strata::tanh> {
    static std::string write(onnx_layer& l) { return l.apply("Tanh", {l.input()}); }
};
template <>
struct onnx_form<softplus> {
    static std::string write(onnx_layer& l) { return l.apply("Softplus", {l.input()}); }
};
template <float_constant Slope>
struct onnx_form<leaky_relu<Slope>> {
    static std::string write(onnx_layer& l) {
        return l.apply("LeakyRelu", {l.input()}, {{"alpha", Slope.value}});
    }
};
template <float_constant Scale>
struct onnx_form<elu<Scale>> {
    static std::string write(onnx_layer& l) { return l.apply("Elu", {l.input()}, {{"alpha", Scale.value}}); }
};
template <float_constant Low, float_constant High>
struct onnx_form<clip<Low, High>> {
    static std::string write(onnx_layer& l) {
        return l.apply("Clip", {l.input(), l.number(Low.value), l.number(High.value)});
    }
};
template <>
struct onnx_form<silu> {
    static std::string write(onnx_layer& l) {
        return l.apply("Mul", {l.input(), l.apply("Sigmoid", {l.input()})});
    }
};
/// x * ((1 + erf(x / sqrt(2))) * 0.5): operator set 13 has no Gelu.
template <>
struct onnx_form<gelu> {
    static std::string write(onnx_layer& l) {
        const std::string erf =
            l.apply("Erf", {l.apply("Mul", {l.input(), l.number(0.70710678118654752440)})});
        const std::string part = l.apply("Add", {erf, l.number(1)});
        return l.apply("Mul", {l.input(), l.apply("Mul", {part, l.number(0.5)})});
    }
};
template <>
struct onnx_form<softmax> {
    static std::string write(onnx_layer& l) {
        return l.apply("Softmax", {l.input()}, {{"axis", l.last_axis()}});
    }
};
template <>
struct onnx_form<prelu> {
    static std::string write(onnx_layer& l) { return l.apply("PRelu", {l.input(), l.column_parameter(0)}); }
};

// What does nothing but in training.
template <float_constant Rate>
struct onnx_form<dropout<Rate>> {
    static std::string write(onnx_layer& l) { return l.input(); }
};
template <float_constant Deviation>
struct onnx_form<gaussian_noise<Deviation>> {
    static std::string write(onnx_layer& l) { return l.input(); }
};
/// The means are the codes.
template <>
struct onnx_form<sample_gaussian> {
    static std::string write(onnx_layer& l) {
        return l.apply("Slice", {l.input(), l.integers("starts", {0}), l.integers("ends", {l.shape()[0] / 2}),
                                 l.integers("axes", {1})});
    }
};

/// The matrix lies as PyTorch's Linear writes it, units x inputs, which every reader takes.
template <std::size_t Units>
struct onnx_form<dense<Units>> {
    static std::string write(onnx_layer& l) {
        return l.apply("Gemm", {l.input(), l.parameter(0, {1, 0}), l.parameter(1)}, {{"transB", 1}});
    }
};
template <std::size_t Units, fixed_string Owner>
struct onnx_form<tied_dense<Units, Owner>> {
    static std::string write(onnx_layer& l) {
        const std::string product = l.apply("MatMul", {l.input(), l.tied_parameter(0, {1, 0})});
        return l.apply("Add", {product, l.parameter(0)});
    }
};

/// One operator of rows and images; of other shapes, whose last axis that does not take, its parts.
template <float_constant Momentum, float_constant Epsilon>
struct onnx_form<batch_norm<Momentum, Epsilon>> {
    static std::string write(onnx_layer& l) {
        if (l.last_axis() == 1)
            return l.apply("BatchNormalization",
                           {l.input(), l.parameter(0), l.parameter(1), l.parameter(2), l.parameter(3)},
                           {{"epsilon", Epsilon.value}});
        std::vector<double> scale = l.parameter_values(0);
        const std::vector<double> variance = l.parameter_values(3);
        for (std::size_t c = 0; c < scale.size(); ++c)
            scale[c] /= std::sqrt(variance[c] + static_cast<double>(Epsilon.value));
        const std::string centred = l.apply("Sub", {l.input(), l.column_parameter(2)});
        return l.apply("Add", {l.apply("Mul", {centred, l.column("scale", scale)}), l.column_parameter(1)});
    }
};
/// A value brought to mean 0 and variance 1 over these axes.
inline std::string write_standardized(onnx_layer& l, const std::string& value,
                                      const std::vector<std::size_t>& axes, double epsilon) {
    const std::string mean = l.apply("ReduceMean", {value}, {{"axes", axes}});
    const std::string centred = l.apply("Sub", {value, mean});
    const std::string variance =
        l.apply("ReduceMean", {l.apply("Mul", {centred, centred})}, {{"axes", axes}});
    const std::string deviation = l.apply("Sqrt", {l.apply("Add", {variance, l.number(epsilon)})});
    return l.apply("Div", {centred, deviation});
}
/// In parts: LayerNormalization came with operator set 17.
template <float_constant Epsilon>
struct onnx_form<layer_norm<Epsilon>> {
    static std::string write(onnx_layer& l) {
        const std::string normal = write_standardized(l, l.input(), {l.last_axis()}, Epsilon.value);
        return l.apply("Add", {l.apply("Mul", {normal, l.column_parameter(0)}), l.column_parameter(1)});
    }
};
/// In parts: GroupNormalization came with operator set 18.
[[gnu::cold, gnu::noinline]] inline std::string write_group_norm(onnx_layer& l, std::size_t groups,
                                                                 double epsilon) {
    const std::vector<std::size_t> own = onnx_shape(l.shape());
    const std::size_t each = l.shape().last() / groups, pixels = l.shape().count() / l.shape().last();
    const bool is_image = l.shape().rank == 3;
    std::vector<std::size_t> whole{0}; // as many samples as come in
    whole.insert(whole.end(), own.begin(), own.end());
    const std::vector<std::size_t> cut = is_image ? std::vector<std::size_t>{0, groups, each * pixels}
                                                  : std::vector<std::size_t>{0, pixels, groups, each};
    const std::string in_groups = l.apply("Reshape", {l.input(), l.integers("groups", cut)});
    const std::vector<std::size_t> axes =
        is_image ? std::vector<std::size_t>{2} : std::vector<std::size_t>{1, 3};
    const std::string normal =
        l.apply("Reshape", {write_standardized(l, in_groups, axes, epsilon), l.integers("shape", whole)});
    return l.apply("Add", {l.apply("Mul", {normal, l.column_parameter(0)}), l.column_parameter(1)});
}
template <std::size_t Groups, float_constant Epsilon>
struct onnx_form<group_norm<Groups, Epsilon>> {
    static std::string write(onnx_layer& l) { return write_group_norm(l, Groups, Epsilon.value); }
};

/// ((a . b) . c): an operator of two values, over all operands in turn.
inline std::string write_in_turn(onnx_layer& l, const char* type) {
    std::string sum = l.input();
    for (std::size_t k = 1; k < l.inputs(); ++k) sum = l.apply(type, {sum, l.input(k)});
    return sum;
}
template <fixed_string... Marks>
struct onnx_form<add<Marks...>> {
    static std::string write(onnx_layer& l) { return write_in_turn(l, "Add"); }
};
template <fixed_string Mark>
struct onnx_form<subtract<Mark>> {
    static std::string write(onnx_layer& l) { return write_in_turn(l, "Sub"); }
};
template <fixed_string... Marks>
struct onnx_form<multiply<Marks...>> {
    static std::string write(onnx_layer& l) { return write_in_turn(l, "Mul"); }
};
template <fixed_string... Marks>
struct onnx_form<concat<Marks...>> {
    static std::string write(onnx_layer& l) {
        std::vector<std::string> parts;
        parts.reserve(l.inputs());
        for (std::size_t k = 0; k < l.inputs(); ++k) parts.push_back(l.input(k));
        return l.apply("Concat", parts, {{"axis", l.last_axis()}});
    }
};

// Entries around a layer.
template <class Layer>
struct onnx_form<frozen_layer<Layer>> : onnx_form<Layer> {};
template <fixed_string Scope, class Layer>
struct onnx_form<in_scope<Scope, Layer>> : onnx_form<Layer> {};
template <fixed_string Scope, std::size_t Number, std::size_t Count, class Layer>
struct onnx_form<shared_layer<Scope, Number, Count, Layer>> : onnx_form<Layer> {};
template <class Join, std::size_t... Back>
struct onnx_form<joined_back<Join, Back...>> : onnx_form<Join> {};

} // namespace strata::detail

#include "strata/meta/macros_back.hpp"
