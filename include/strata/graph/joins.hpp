// Entries that compute one value from several: sums, differences, products, and values side by side.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/operands.hpp"
#include "strata/kernels/join.hpp"
#include "strata/kernels/pointwise.hpp"
#include "strata/meta/fixed_string.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <string>

namespace strata::inline STRATA_TARGET {

namespace detail {

/// x_gradient (+)= y_gradient.
template <class Arch>
void hand_back(const join_backward<Arch>& pass) {
    const std::size_t count = pass.y_gradient.rows * pass.y_gradient.stride;
    if (pass.accumulate)
        kernels::add<Arch>(count, pass.y_gradient.data, pass.x_gradient.data, pass.x_gradient.data);
    else if (pass.x_gradient.data != pass.y_gradient.data)
        std::copy_n(pass.y_gradient.data, count, pass.x_gradient.data);
}

} // namespace detail

/// The sum of the value right before it and those at the marks; all have one shape, which is the sum's.
///
///     struct skip : network<input<8>, mark<"in">, dense<8>, tanh, add<"in">, dense<1>> {}; // tanh(x w + b) + x
///     model<skip> net;
///     auto y = predict(net, std::vector<float>(8));
template <fixed_string... Marks>
struct add : join_defaults<Marks...> {
    static constexpr layer_traits traits{.output = storage::in_place};
    template <class Arch, extents>
    static void forward(const join_forward<Arch>& pass) {
        const std::size_t count = pass.y.rows * pass.y.stride;
        kernels::add<Arch>(count, pass.x[0].data, pass.x[1].data, pass.y.data);
        for (std::size_t k = 2; k < pass.x.size(); ++k)
            kernels::add<Arch>(count, pass.y.data, pass.x[k].data, pass.y.data);
    }
    template <class Arch, extents>
    static void input_gradient(const join_backward<Arch>& pass) {
        detail::hand_back(pass);
    }
    static std::string describe() { return join_defaults<Marks...>::describe_as("add"); }
};

/// The value right before it minus the one at the mark, of the same shape.
///
///     struct apart : network<input<8>, mark<"in">, dense<8>, subtract<"in">, dense<1>> {}; // (x w + b) - x
///     model<apart> net;
///     auto y = predict(net, std::vector<float>(8));
template <fixed_string Mark>
struct subtract : join_defaults<Mark> {
    static constexpr layer_traits traits{.output = storage::in_place};
    template <class Arch, extents>
    static void forward(const join_forward<Arch>& pass) {
        kernels::subtract<Arch>(pass.y.rows * pass.y.stride, pass.x[0].data, pass.x[1].data, pass.y.data);
    }
    template <class Arch, extents>
    static void input_gradient(const join_backward<Arch>& pass) {
        if (pass.operand == 0) return detail::hand_back(pass);
        const std::size_t count = pass.y_gradient.rows * pass.y_gradient.stride;
        real_of<Arch>* to = pass.x_gradient.data;
        if (pass.accumulate)
            kernels::subtract<Arch>(count, to, pass.y_gradient.data, to);
        else
            kernels::negate<Arch>(count, pass.y_gradient.data, to);
    }
    static std::string describe() { return join_defaults<Mark>::describe_as("subtract"); }
};

/// The product, number by number, of the value right before it and those at the marks; all have one shape.
///
///     struct gated : network<input<8>, mark<"in">, dense<8>, sigmoid, multiply<"in">, dense<1>> {}; // sigmoid(x w + b) x
///     model<gated> net;
///     auto y = predict(net, std::vector<float>(8));
template <fixed_string... Marks>
struct multiply : join_defaults<Marks...> {
    static constexpr layer_traits traits{.backward_reads_input = true};
    template <class Arch, extents>
    static void forward(const join_forward<Arch>& pass) {
        const auto x = pointers<Arch>(pass.x);
        kernels::multiply_all<Arch>(pass.y.rows * pass.y.stride, x[0], x.data(), x.size(), 0, false,
                                    pass.y.data);
    }
    template <class Arch, extents>
    static void input_gradient(const join_backward<Arch>& pass) {
        const auto x = pointers<Arch>(pass.x);
        kernels::multiply_all<Arch>(pass.y_gradient.rows * pass.y_gradient.stride, pass.y_gradient.data,
                                    x.data(), x.size(), pass.operand, pass.accumulate, pass.x_gradient.data);
    }
    static std::string describe() { return join_defaults<Marks...>::describe_as("multiply"); }

private:
    template <class Arch>
    static auto pointers(std::span<const padded_rows<const real_of<Arch>>> x) {
        std::array<const real_of<Arch>*, sizeof...(Marks) + 1> data;
        for (std::size_t k = 0; k < data.size(); ++k) data[k] = x[k].data;
        return data;
    }
};

/// The value right before it and those at the marks, in this order, side by side along the last axis (channels of an
/// image); the other axes are the same.
///
///     struct both : network<input<8>, mark<"in">, dense<3>, tanh, concat<"in">, dense<1>> {}; // 3 + 8 -> 1
///     model<both> net;
///     auto y = predict(net, std::vector<float>(8));
template <fixed_string... Marks>
struct concat : join_defaults<Marks...> {
    static constexpr layer_error accepts(std::span<const extents> in) {
        for (extents shape : in) {
            if (shape.rank != in[0].rank) return layer_error::operands_differ;
            shape.size[shape.rank - 1] = in[0].last();
            if (shape != in[0]) return layer_error::operands_differ;
        }
        return layer_error::none;
    }
    static constexpr extents output(std::span<const extents> in) {
        extents shape = in[0];
        std::size_t width = 0;
        for (const extents& operand : in) width = add_sizes(width, operand.last());
        shape.size[shape.rank - 1] = width;
        return shape;
    }
    template <class Arch, extents In>
    static void forward(const join_forward<Arch>& pass) {
        std::size_t at = 0;
        for (const padded_rows<const real_of<Arch>>& x : pass.x) {
            const std::size_t width = x.width / positions<In>;
            for (std::size_t r = 0; r < x.rows; ++r)
                kernels::copy_columns<Arch>(positions<In>, width, x[r], width, false, pass.y[r] + at,
                                            pass.y.width / positions<In>);
            at += width;
        }
    }
    template <class Arch, extents In>
    static void input_gradient(const join_backward<Arch>& pass) {
        std::size_t at = 0;
        for (std::size_t k = 0; k < pass.operand; ++k) at += pass.x[k].width / positions<In>;
        const std::size_t width = pass.x_gradient.width / positions<In>;
        for (std::size_t r = 0; r < pass.x_gradient.rows; ++r)
            kernels::copy_columns<Arch>(positions<In>, width, pass.y_gradient[r] + at,
                                        pass.y_gradient.width / positions<In>, pass.accumulate,
                                        pass.x_gradient[r], width);
    }
    static std::string describe() { return join_defaults<Marks...>::describe_as("concat"); }

private:
    template <extents In>
    static constexpr std::size_t positions = In.count() / In.last();
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
