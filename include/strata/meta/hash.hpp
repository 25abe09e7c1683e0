// A number that tells texts, bytes and numbers apart.
#pragma once

#include "strata/meta/macros_away.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace strata::inline STRATA_TARGET::detail {

/// FNV-1a of 64 bits (Fowler, Noll and Vo), a byte, or a number, at a time.
class fnv1a {
public:
    constexpr void add(std::uint64_t number) { value_ = (value_ ^ number) * 0x100000001b3; }
    constexpr void add(std::string_view text) {
        for (const char letter : text) add(static_cast<unsigned char>(letter));
    }
    void add(std::span<const std::byte> bytes) {
        for (const std::byte byte : bytes) add(std::to_integer<std::uint64_t>(byte));
    }

    [[nodiscard]] constexpr std::uint64_t value() const { return value_; }
    /// Its 16 digits.
    [[nodiscard]] std::string text() const {
        std::string digits(16, '0');
        std::uint64_t left = value_;
        for (std::size_t i = digits.size(); i-- > 0; left >>= 4) digits[i] = "0123456789abcdef"[left & 15];
        return digits;
    }

private:
    std::uint64_t value_ = 0xcbf29ce484222325;
};

} // namespace strata::detail

#include "strata/meta/macros_back.hpp"
