// A slope below 0 for every column, and its gradients, against scalar loops.
#include "strata/kernels/prelu.hpp"

#include "support/reference.hpp"

#include <doctest/doctest.h>

namespace {

using namespace reference;
using strata::arch;
namespace kernels = strata::kernels;

/// Calls f(groups, width, number).
template <class Function>
void for_each_size(const Function& f) {
    unsigned number = 0;
    for (const std::size_t groups : sizes{1, 2, 7, 49, 100})
        for (const std::size_t width : sizes{1, 2, 3, 7, 8, 9, 15, 16, 17, 33, 65}) {
            CAPTURE(groups);
            CAPTURE(width);
            f(groups, width, number++);
        }
}

TEST_CASE("rectify_columns and its gradient, in place, too") {
    for_each_size([](std::size_t groups, std::size_t width, unsigned number) {
        const std::size_t count = groups * width;
        rows_of_floats x{1, count, count, number};
        if (count > 2) x.data()[2] = 0.0f;
        const rows_of_floats slopes{1, width, width, number + 1};
        const rows_of_floats gradient{1, count, count, number + 2};
        output y{count, number % 16};
        output y_in_place{count, number % 16};
        output x_gradient{count, (number + 3) % 16};
        output gradient_in_place{count, (number + 3) % 16};
        for (std::size_t i = 0; i < count; ++i) {
            sum value;
            value.add(x(0, i), x(0, i) < 0 ? slopes(0, i % width) : 1);
            sum slope;
            slope.add(gradient(0, i), x(0, i) > 0 ? 1 : slopes(0, i % width));
            y.expect(i, value);
            y_in_place.start(i, x.data()[i]);
            y_in_place.expect(i, value);
            x_gradient.expect(i, slope);
            gradient_in_place.start(i, gradient.data()[i]);
            gradient_in_place.expect(i, slope);
        }
        kernels::rectify_columns<arch>(groups, width, x.data(), slopes.data(), y.data());
        kernels::rectify_columns<arch>(groups, width, y_in_place.data(), slopes.data(), y_in_place.data());
        kernels::rectify_columns_gradient<arch>(groups, width, x.data(), slopes.data(), gradient.data(),
                                                x_gradient.data());
        kernels::rectify_columns_gradient<arch>(groups, width, x.data(), slopes.data(),
                                                gradient_in_place.data(), gradient_in_place.data());
        CHECK(y.wrong() == "");
        CHECK(y_in_place.wrong() == "");
        CHECK(x_gradient.wrong() == "");
        CHECK(gradient_in_place.wrong() == "");
    });
}

TEST_CASE("add_slope_gradients adds to what is there, over several samples") {
    for_each_size([](std::size_t groups, std::size_t width, unsigned number) {
        const std::size_t samples = number % 4;
        const std::size_t count = groups * width;
        const std::size_t stride = count + number % 5;
        const rows_of_floats x{samples, count, stride, number};
        const rows_of_floats gradient{samples, count, stride, number + 1};
        output slopes{width, number % 16};
        for (std::size_t c = 0; c < width; ++c) {
            sum s;
            s.add(0.5);
            slopes.start(c, 0.5f);
            for (std::size_t r = 0; r < samples; ++r)
                for (std::size_t i = c; i < count; i += width)
                    if (x(r, i) < 0) s.add(x(r, i), gradient(r, i));
            slopes.expect(c, s);
        }
        kernels::add_slope_gradients<arch>({samples, stride, groups, width}, width, x.data(), gradient.data(),
                                           slopes.data());
        CHECK(slopes.wrong() == "");
    });
}

TEST_CASE("an infinity above 0 leaves the slopes' gradients alone, whatever the gradient") {
    const float x[] = {infinity, -1, 2};
    const float gradient[] = {0, 3, infinity};
    float slope[] = {0};
    kernels::add_slope_gradients<arch>({1, 0, 3, 1}, 1, x, gradient, slope);
    CHECK(slope[0] == -3.0f);
}

} // namespace
