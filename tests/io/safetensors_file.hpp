// safetensors files, put together by hand.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace tests {

inline std::vector<std::byte> bytes_of(std::string_view text) {
    const auto bytes = std::as_bytes(std::span{text});
    return {bytes.begin(), bytes.end()};
}

/// A length, and what follows it.
inline std::vector<std::byte> file_of_length(std::uint64_t length, std::string_view rest) {
    std::vector<std::byte> file;
    for (int shift = 0; shift < 64; shift += 8)
        file.push_back(static_cast<std::byte>(length >> shift & 0xff));
    const auto bytes = std::as_bytes(std::span{rest});
    file.insert(file.end(), bytes.begin(), bytes.end());
    return file;
}

/// A header with its true length, and the data.
inline std::vector<std::byte> file_of(std::string_view header, std::span<const std::byte> data) {
    std::vector<std::byte> file = file_of_length(header.size(), header);
    file.insert(file.end(), data.begin(), data.end());
    return file;
}

/// The same with so many zeros.
inline std::vector<std::byte> file_of(std::string_view header, std::size_t zeros) {
    return file_of(header, std::vector<std::byte>(zeros));
}

} // namespace tests
