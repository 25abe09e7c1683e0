// Messages of Protocol Buffers, written: as much of that format as ONNX files need.
#pragma once

#include "strata/meta/macros_away.hpp"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace strata::inline STRATA_TARGET::detail {

/// A message: its fields one after the other, each a number and what it holds. From the description of the wire format at
/// protobuf.dev.
class protobuf_message {
public:
    /// A field of a whole number, an enumeration or a truth value. Negative ones take ten bytes, as int64 does.
    protobuf_message& integer(unsigned field, std::int64_t value) {
        key(field, 0);
        varint(static_cast<std::uint64_t>(value));
        return *this;
    }
    /// A field of a float.
    protobuf_message& single(unsigned field, float value) {
        key(field, 5);
        const auto bits = std::bit_cast<std::uint32_t>(value);
        for (unsigned shift = 0; shift < 32; shift += 8)
            bytes_.push_back(static_cast<char>(static_cast<unsigned char>(bits >> shift & 0xff)));
        return *this;
    }
    /// A field of a string, of bytes, or of another message.
    protobuf_message& text(unsigned field, std::string_view value) {
        key(field, 2);
        varint(value.size());
        bytes_.append(value);
        return *this;
    }
    protobuf_message& message(unsigned field, const protobuf_message& value) {
        return text(field, value.bytes_);
    }

    /// The fields of another message behind its own.
    protobuf_message& append(const protobuf_message& other) {
        bytes_.append(other.bytes_);
        return *this;
    }

    [[nodiscard]] const std::string& bytes() const { return bytes_; }

private:
    void key(unsigned field, unsigned wire_type) { varint(field << 3 | wire_type); }
    /// Seven bits a byte, the least significant first; all but the last have the eighth set.
    void varint(std::uint64_t value) {
        for (; value >= 0x80; value >>= 7)
            bytes_.push_back(static_cast<char>(static_cast<unsigned char>((value & 0x7f) | 0x80)));
        bytes_.push_back(static_cast<char>(static_cast<unsigned char>(value)));
    }

    std::string bytes_;
};

} // namespace strata::detail

#include "strata/meta/macros_back.hpp"
