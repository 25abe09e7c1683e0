// Types of elements: their names and sizes, and F16 and BF16 against an oracle that counts with powers of 2.
#include "strata/io/element_type.hpp"

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

namespace {

using namespace strata;

// What a number of 16 bits with so many bits of fraction is worth, and whether it is a NaN.
struct worth {
    double value;
    bool nan;
};

worth worth_of(unsigned bits, int fraction_bits) {
    const int fraction = static_cast<int>(bits) & ((1 << fraction_bits) - 1);
    const int exponent_bits = 15 - fraction_bits;
    const int exponent = static_cast<int>(bits) >> fraction_bits & ((1 << exponent_bits) - 1);
    const int bias = (1 << (exponent_bits - 1)) - 1;
    const double sign = bits & 0x8000 ? -1 : 1;
    if (exponent == (1 << exponent_bits) - 1)
        return {sign * std::numeric_limits<double>::infinity(), fraction != 0};
    if (exponent == 0) return {sign * std::ldexp(fraction, 1 - bias - fraction_bits), false};
    return {sign * std::ldexp((1 << fraction_bits) + fraction, exponent - bias - fraction_bits), false};
}

// All 65536 patterns, low byte first.
std::vector<std::byte> every_pattern() {
    std::vector<std::byte> bytes;
    for (unsigned bits = 0; bits < 65536; ++bits) {
        bytes.push_back(static_cast<std::byte>(bits & 0xff));
        bytes.push_back(static_cast<std::byte>(bits >> 8));
    }
    return bytes;
}

#ifdef __i386__
constexpr bool returned_nans_are_quiet = true; // they pass through an x87 register
#else
constexpr bool returned_nans_are_quiet = false;
#endif

void compare_every_pattern(element_type type, int fraction_bits) {
    const std::vector<std::byte> bytes = every_pattern();
    std::vector<float> floats(65536);
    std::vector<double> doubles(65536);
    detail::convert_elements(type, bytes.data(), std::span{floats});
    detail::convert_elements(type, bytes.data(), std::span{doubles});
    int wrong = 0;
    for (unsigned bits = 0; bits < 65536; ++bits) {
        const worth expected = worth_of(bits, fraction_bits);
        const auto found = std::bit_cast<std::uint32_t>(floats[bits]);
        if (expected.nan) {
            // Sign and fraction stay, but that 32-bit x86 makes a NaN quiet when a function returns it.
            constexpr std::uint32_t quiet = returned_nans_are_quiet ? 0x400000 : 0;
            const std::uint32_t fraction = (bits & ((1u << fraction_bits) - 1)) << (23 - fraction_bits);
            wrong += found >> 31 != bits >> 15;
            wrong += ((found & 0x7fffff) | quiet) != (fraction | quiet);
            wrong += (found >> 23 & 0xff) != 0xff || !std::isnan(doubles[bits]);
        } else {
            wrong += found != std::bit_cast<std::uint32_t>(static_cast<float>(expected.value));
            wrong +=
                std::bit_cast<std::uint64_t>(doubles[bits]) != std::bit_cast<std::uint64_t>(expected.value);
            wrong +=
                static_cast<double>(static_cast<float>(expected.value)) != expected.value; // a float holds it
        }
    }
    CHECK(wrong == 0);
}

TEST_CASE("all 65536 of F16 and of BF16 are exact in float and double") {
    compare_every_pattern(element_type::f16, 10);
    compare_every_pattern(element_type::bf16, 7);
}

TEST_CASE("some of F16, as tables have them") {
    static_assert(detail::float_of_f16(0x3c00) == 1.0f && detail::float_of_f16(0xc000) == -2.0f);
    static_assert(detail::float_of_f16(0x7bff) == 65504.0f && detail::float_of_f16(0x0001) == 0x1p-24f);
    static_assert(detail::float_of_f16(0x03ff) == 0x3ffp-24f && detail::float_of_f16(0x0400) == 0x1p-14f);
    static_assert(detail::float_of_bf16(0x3fc0) == 1.5f && detail::float_of_bf16(0xff7f) == -0x1.fep127f);
}

TEST_CASE("F32 keeps its bits, F64 is rounded to the nearest float") {
    const std::uint32_t patterns[] = {0,          0x80000000, 1,          0x007fffff, 0x00800000, 0x3f800001,
                                      0x7f7fffff, 0x7f800000, 0xff800000, 0x7fc00000, 0xffc12345};
    for (const std::uint32_t bits : patterns) {
        std::byte bytes[4];
        detail::to_bytes(bits, bytes);
        CHECK(std::to_integer<unsigned>(bytes[0]) == (bits & 0xff));
        CHECK(std::to_integer<unsigned>(bytes[3]) == bits >> 24);
        float value = 0;
        detail::convert_elements(element_type::f32, bytes, std::span{&value, 1});
        CHECK(std::bit_cast<std::uint32_t>(value) == bits);
        double wide = 0;
        detail::convert_elements(element_type::f32, bytes, std::span{&wide, 1});
        const float same = static_cast<float>(wide);
        CHECK((std::isnan(value) ? std::isnan(wide) : std::bit_cast<std::uint32_t>(same) == bits));
    }
    const double most = std::numeric_limits<float>::max();
    const double infinite = std::numeric_limits<double>::infinity();
    // A tie goes to the even one; half a step above the largest float is infinite.
    const double numbers[][2] = {{1 + 0x1p-24, 1},           {1 + 0x1p-24 + 0x1p-50, 1 + 0x1p-23},
                                 {1 + 0x3p-24, 1 + 0x1p-22}, {most + 0x0.fp103, most},
                                 {most + 0x1p103, infinite}, {-1e300, -infinite},
                                 {0x1p-149, 0x1p-149},       {0x1p-150, 0},
                                 {-0x1.8p-149, -0x1p-148},   {infinite, infinite}};
    for (const auto& [exact, expected] : numbers) {
        CAPTURE(exact);
        std::byte bytes[8];
        detail::to_bytes(std::bit_cast<std::uint64_t>(exact), bytes);
        float value = 0;
        detail::convert_elements(element_type::f64, bytes, std::span{&value, 1});
        CHECK(static_cast<double>(value) == expected);
        double same = 0;
        detail::convert_elements(element_type::f64, bytes, std::span{&same, 1});
        CHECK(same == exact);
    }
}

TEST_CASE("every type has its name and its size, and is found by it") {
    const struct {
        const char* name;
        unsigned bits;
        element_type type;
    } types[] = {
        {"BOOL", 8, element_type::boolean},
        {"F4", 4, element_type::f4},
        {"F6_E2M3", 6, element_type::f6_e2m3},
        {"F6_E3M2", 6, element_type::f6_e3m2},
        {"U8", 8, element_type::u8},
        {"I8", 8, element_type::i8},
        {"F8_E5M2", 8, element_type::f8_e5m2},
        {"F8_E4M3", 8, element_type::f8_e4m3},
        {"F8_E8M0", 8, element_type::f8_e8m0},
        {"F8_E4M3FNUZ", 8, element_type::f8_e4m3fnuz},
        {"F8_E5M2FNUZ", 8, element_type::f8_e5m2fnuz},
        {"I16", 16, element_type::i16},
        {"U16", 16, element_type::u16},
        {"F16", 16, element_type::f16},
        {"BF16", 16, element_type::bf16},
        {"I32", 32, element_type::i32},
        {"U32", 32, element_type::u32},
        {"F32", 32, element_type::f32},
        {"C64", 64, element_type::c64},
        {"F64", 64, element_type::f64},
        {"I64", 64, element_type::i64},
        {"U64", 64, element_type::u64},
    };
    CHECK(std::size(types) == std::size(detail::element_types));
    for (const auto& [name, bits, type] : types) {
        CHECK(to_string(type) == name);
        CHECK(detail::facts_of(type).bits == bits);
        CHECK(detail::element_type_of(name) == type);
    }
    for (const char* name : {"", "f32", "F32 ", "F128", "float"}) CHECK(!detail::element_type_of(name));
}

} // namespace
