// What the elements of a tensor in a file are, and what they are worth as float or double.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/meta/language.hpp"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace strata::inline STRATA_TARGET {

/// The types that safetensors files have, in its order, which is the one of their sizes. A name in a file is in
/// capitals: "F32", "BOOL" for boolean. Of f4 to f8_e8m0 see the OCP Microscaling Formats, v1.0.
enum class element_type : unsigned char {
    boolean,
    f4,
    f6_e2m3,
    f6_e3m2,
    u8,
    i8,
    f8_e5m2,
    f8_e4m3,
    f8_e8m0,
    f8_e4m3fnuz,
    f8_e5m2fnuz,
    i16,
    u16,
    f16,
    bf16,
    i32,
    u32,
    f32,
    c64,
    f64,
    i64,
    u64,
};

namespace detail {

struct element_type_facts {
    std::string_view name;
    unsigned bits;
};

/// By the type's number.
inline constexpr element_type_facts element_types[] = {
    {"BOOL", 8},    {"F4", 4},      {"F6_E2M3", 6}, {"F6_E3M2", 6},     {"U8", 8},          {"I8", 8},
    {"F8_E5M2", 8}, {"F8_E4M3", 8}, {"F8_E8M0", 8}, {"F8_E4M3FNUZ", 8}, {"F8_E5M2FNUZ", 8}, {"I16", 16},
    {"U16", 16},    {"F16", 16},    {"BF16", 16},   {"I32", 32},        {"U32", 32},        {"F32", 32},
    {"C64", 64},    {"F64", 64},    {"I64", 64},    {"U64", 64},
};

constexpr const element_type_facts& facts_of(element_type type) {
    return element_types[static_cast<unsigned>(type)];
}

constexpr std::optional<element_type> element_type_of(std::string_view name) {
    unsigned number = 0;
    for (const element_type_facts& facts : element_types) {
        if (facts.name == name) return static_cast<element_type>(number);
        ++number;
    }
    return std::nullopt;
}

/// A number from its bytes, the least significant first, whatever the machine's own order. (Without a loop, compilers
/// see that it is one load.)
template <class Unsigned>
constexpr Unsigned from_bytes(const std::byte* bytes) {
    return [bytes]<std::size_t... i>(std::index_sequence<i...>) {
        return static_cast<Unsigned>((... | (std::to_integer<Unsigned>(bytes[i]) << (8 * i))));
    }(std::make_index_sequence<sizeof(Unsigned)>{});
}

template <class Unsigned>
constexpr void to_bytes(Unsigned number, std::byte* bytes) {
    [number, bytes]<std::size_t... i>(std::index_sequence<i...>) {
        ((bytes[i] = static_cast<std::byte>(number >> (8 * i) & 0xff)), ...);
    }(std::make_index_sequence<sizeof(Unsigned)>{});
}

/// IEEE 754's binary16, exactly: a NaN keeps its bits.
constexpr float float_of_f16(std::uint16_t half) {
    const std::uint32_t sign = (half & 0x8000u) << 16;
    const std::uint32_t exponent = half >> 10 & 0x1f;
    const std::uint32_t fraction = half & 0x3ff;
    std::uint32_t magnitude = 0;
    if (exponent == 0x1f)
        magnitude = 0x7f800000 | fraction << 13;
    else if (exponent != 0)
        magnitude = (exponent + (127 - 15)) << 23 | fraction << 13;
    else
        magnitude = std::bit_cast<std::uint32_t>(static_cast<float>(fraction) * 0x1p-24f);
    return std::bit_cast<float>(sign | magnitude);
}

/// The upper half of a float.
constexpr float float_of_bf16(std::uint16_t upper) {
    return std::bit_cast<float>(std::uint32_t{upper} << 16);
}

/// Whether convert_elements takes elements of the type.
constexpr bool has_values(element_type type) {
    return type == element_type::f16 || type == element_type::bf16 || type == element_type::f32 ||
           type == element_type::f64;
}

/// Writes values.size() elements as float or double: exactly, but f64 rounded to the nearest float. Takes types that
/// have values.
template <class Real>
void convert_elements(element_type type, const std::byte* bytes, std::span<Real> values) {
    const auto each = [&]<class Unsigned>(Unsigned, auto value) {
        for (std::size_t i = 0; i < values.size(); ++i)
            values[i] = static_cast<Real>(value(from_bytes<Unsigned>(bytes + i * sizeof(Unsigned))));
    };
    if (type == element_type::f16)
        each(std::uint16_t{}, float_of_f16);
    else if (type == element_type::bf16)
        each(std::uint16_t{}, float_of_bf16);
    else if (type == element_type::f32)
        each(std::uint32_t{}, [](std::uint32_t bits) { return std::bit_cast<float>(bits); });
    else
        each(std::uint64_t{}, [](std::uint64_t bits) { return std::bit_cast<double>(bits); });
}

} // namespace detail

/// "F32", as files say it.
[[gnu::cold, gnu::noinline]] inline std::string to_string(element_type type) {
    return std::string{detail::facts_of(type).name};
}

} // namespace strata

#include "strata/meta/macros_back.hpp"
