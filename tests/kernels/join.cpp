// What joins compute, at every length, against a loop over single numbers.
#include "strata/kernels/join.hpp"

#include "support/reference.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <vector>

namespace {

using namespace reference;
using strata::arch;
namespace kernels = strata::kernels;

TEST_CASE("differences and negations of every length, in place too") {
    for (std::size_t count = 0; count <= 40; ++count) {
        CAPTURE(count);
        const std::vector<float> a = random_floats(count, 1);
        const std::vector<float> b = random_floats(count, 2);
        output difference{count, 1};
        output in_place{count, 2};
        output negative{count, 3};
        for (std::size_t i = 0; i < count; ++i) {
            in_place.start(i, b[i]);
            difference.expect(i, static_cast<double>(a[i] - b[i]));
            in_place.expect(i, static_cast<double>(a[i] - b[i]));
            negative.expect(i, static_cast<double>(-a[i]));
        }
        kernels::subtract<arch>(count, a.data(), b.data(), difference.data());
        kernels::subtract<arch>(count, a.data(), in_place.data(), in_place.data());
        kernels::negate<arch>(count, a.data(), negative.data());
        CHECK(difference.wrong() == "");
        CHECK(in_place.wrong() == "");
        CHECK(negative.wrong() == "");
    }
}

TEST_CASE("products of several rows, one left out, added or not") {
    for (const std::size_t count : {16u, 32u, 48u})
        for (std::size_t operands = 1; operands <= 4; ++operands)
            for (std::size_t left_out = 0; left_out <= operands; ++left_out)
                for (const bool accumulate : {false, true}) {
                    CAPTURE(count);
                    CAPTURE(operands);
                    CAPTURE(left_out);
                    const std::vector<float> start = random_floats(count, 9);
                    std::vector<std::vector<float>> x;
                    std::vector<const float*> pointers;
                    for (std::size_t k = 0; k < operands; ++k)
                        x.push_back(random_floats(count, static_cast<std::uint32_t>(k)));
                    for (const std::vector<float>& one : x) pointers.push_back(one.data());
                    output out{count};
                    for (std::size_t i = 0; i < count; ++i) {
                        float product = start[i];
                        for (std::size_t k = 0; k < operands; ++k)
                            if (k != left_out) product *= x[k][i];
                        if (accumulate) out.start(i, 2.5f);
                        sum s; // -ffast-math and other machines may multiply in another order
                        s.add(static_cast<double>(product), 1.0);
                        if (accumulate) s.add(2.5, 1.0);
                        out.expect(i, s);
                    }
                    kernels::multiply_all<arch>(count, start.data(), pointers.data(), operands, left_out,
                                                accumulate, out.data());
                    CHECK(out.wrong() == "");
                }
}

TEST_CASE("columns of every width are copied or added, and nothing beside them is touched") {
    for (const std::size_t width : {1u, 3u, 7u, 15u, 16u, 17u, 33u})
        for (const std::size_t apart : {0u, 1u, 5u})
            for (const bool accumulate : {false, true}) {
                CAPTURE(width);
                CAPTURE(apart);
                constexpr std::size_t rows = 5;
                const std::size_t from_stride = width + apart;
                const std::size_t to_stride = width + 2 * apart + 1;
                const std::vector<float> from = random_floats(rows * from_stride, 3);
                output to{rows * to_stride, 1};
                for (std::size_t r = 0; r < rows; ++r)
                    for (std::size_t i = 0; i < width; ++i) {
                        const float x = from[r * from_stride + i];
                        if (accumulate) to.start(r * to_stride + i, 0.5f);
                        to.expect(r * to_stride + i, static_cast<double>(accumulate ? x + 0.5f : x));
                    }
                kernels::copy_columns<arch>(rows, width, from.data(), from_stride, accumulate, to.data(),
                                            to_stride);
                CHECK(to.wrong() == "");
            }
}

} // namespace
