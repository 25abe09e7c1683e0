// What is done to every number by itself, at every length and alignment.
#include "strata/kernels/pointwise.hpp"

#include "support/reference.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <vector>

namespace {

using namespace reference;
using strata::arch;
namespace kernels = strata::kernels;

constexpr std::size_t widths[]{1, 7, 8, 9, 16, 17, 33};

TEST_CASE("every length and alignment is written, no more; in place, too") {
    const auto rectified = [](const auto& v) { return max(kernels::vec<arch>(0.0f), v); };
    for (std::size_t count = 0; count <= 40; ++count)
        for (std::size_t misalignment = 0; misalignment < 4; ++misalignment) {
            CAPTURE(count);
            CAPTURE(misalignment);
            const rows_of_floats x{1, count, count, 3};
            const rows_of_floats z{1, count, count, 4};
            output y{count, misalignment};
            output in_place{count, misalignment};
            output product{count, misalignment};
            for (std::size_t i = 0; i < count; ++i) {
                in_place.start(i, x.data()[i]);
                in_place.expect(i, std::max(0.0, x(0, i)));
                y.expect(i, std::max(0.0, x(0, i)));
                sum s;
                s.add(x(0, i), z(0, i));
                product.expect(i, s);
            }
            kernels::transform<arch>(count, y.data(), rectified, x.data());
            kernels::transform<arch>(count, in_place.data(), rectified,
                                     static_cast<const float*>(in_place.data()));
            kernels::transform<arch>(
                count, product.data(), [](const auto& a, const auto& b) { return a * b; }, x.data(),
                z.data());
            CHECK(y.wrong() == "");
            CHECK(in_place.wrong() == "");
            CHECK(product.wrong() == "");
        }
}

TEST_CASE("load_some reads so many and no more, with zeros behind; store_some writes so many") {
    constexpr std::size_t lanes = kernels::lanes<arch>;
    for (std::size_t count = 0; count <= lanes + 1; ++count) {
        CAPTURE(count);
        const std::vector<float> x = random_floats(count, 5); // nothing lies behind it
        float whole[lanes];
        kernels::load_some<arch>(x.data(), count).store_unaligned(whole);
        for (std::size_t i = 0; i < lanes; ++i) CHECK(whole[i] == (i < count ? x[i] : 0.0f));
        output y{lanes};
        for (std::size_t i = 0; i < std::min(count, lanes); ++i) y.expect(i, 2.5);
        kernels::store_some<arch>(kernels::vec<arch>(2.5f), y.data(), count);
        CHECK(y.wrong() == "");
    }
}

TEST_CASE("add and multiply_values, value by value") {
    for (const std::size_t width : widths) {
        const std::vector<float> a = random_floats(width, 1);
        const std::vector<float> b = random_floats(width, 2);
        std::vector<float> sum(width + 1, 7.0f);
        std::vector<float> product(width + 1, 7.0f);
        kernels::add<arch>(width, a.data(), b.data(), sum.data());
        kernels::multiply_values<arch>(width, a.data(), b.data(), product.data());
        for (std::size_t i = 0; i < width; ++i) {
            CHECK(sum[i] == a[i] + b[i]);
            CHECK(product[i] == a[i] * b[i]);
        }
        CHECK(sum.back() == 7.0f);
        CHECK(product.back() == 7.0f);
    }
}

} // namespace
