// Files for readers: gzipped, and in MNIST's format.
#pragma once

#include "../support/temporary_folder.hpp"

#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include <zlib.h>

namespace examples {

using byte_vector = std::vector<std::uint8_t>;

using tests::message_of;
using tests::read_text;
using tests::temporary_folder;

inline byte_vector read_bytes(const std::filesystem::path& path) {
    const std::string text = read_text(path);
    return {text.begin(), text.end()};
}

/// The bytes as one gzip member.
inline byte_vector gzipped(byte_vector bytes) {
    z_stream stream{};
    if (deflateInit2(&stream, 9, Z_DEFLATED, 16 + 15, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
        throw std::runtime_error{"deflateInit2"};
    }
    byte_vector result(deflateBound(&stream, static_cast<uLong>(bytes.size())) + 64);
    stream.next_in = bytes.data();
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = result.data();
    stream.avail_out = static_cast<uInt>(result.size());
    const int code = deflate(&stream, Z_FINISH);
    result.resize(stream.total_out);
    deflateEnd(&stream);
    if (code != Z_STREAM_END) throw std::runtime_error{"deflate"};
    return result;
}

/// An IDX file of these dimensions around a body, which need not be as long as they say.
inline byte_vector idx_bytes(const std::vector<std::uint32_t>& dimensions, const byte_vector& body,
                             std::uint8_t type = 0x08) {
    byte_vector bytes{0, 0, type, static_cast<std::uint8_t>(dimensions.size())};
    for (const std::uint32_t size : dimensions) {
        for (const int shift : {24, 16, 8, 0}) bytes.push_back(static_cast<std::uint8_t>(size >> shift));
    }
    bytes.insert(bytes.end(), body.begin(), body.end());
    return bytes;
}

} // namespace examples
