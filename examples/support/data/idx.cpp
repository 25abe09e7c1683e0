// Reading IDX: every step first makes sure that the bytes are there.
#include "support/data/idx.hpp"

#include "support/data/byte_reader.hpp"
#include "support/file.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <span>
#include <string>

namespace examples {
namespace {

constexpr std::uint32_t unsigned_byte = 0x08;

std::uint32_t big_endian(std::span<const std::uint8_t, 4> bytes) {
    return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 | std::uint32_t{bytes[2]} << 8 |
           std::uint32_t{bytes[3]};
}

std::string hexadecimal(std::uint32_t number) {
    char text[16];
    std::snprintf(text, sizeof text, "0x%08x", static_cast<unsigned>(number));
    return text;
}

const char* element_name(std::uint32_t type) {
    switch (type) {
    case 0x08:
        return "unsigned byte";
    case 0x09:
        return "signed byte";
    case 0x0b:
        return "short";
    case 0x0c:
        return "int";
    case 0x0d:
        return "float";
    case 0x0e:
        return "double";
    default:
        return nullptr;
    }
}

std::string wrong_magic(std::uint32_t found, std::uint32_t expected, std::size_t rank) {
    std::string text = "wrong magic number " + hexadecimal(found);
    const char* element = element_name(found >> 8);
    if (element != nullptr) {
        text += " (" + std::string{element} + ", dimensions: " + std::to_string(found & 0xff) + ")";
    }
    return text + ", expected " + hexadecimal(expected) + " (IDX, " + element_name(unsigned_byte) +
           ", dimensions: " + std::to_string(rank) + ")";
}

std::string joined(const std::vector<std::size_t>& dimensions) {
    std::string text;
    for (const std::size_t size : dimensions) text += (text.empty() ? "" : " x ") + std::to_string(size);
    return text;
}

std::vector<std::size_t> read_header(byte_reader& reader, const std::filesystem::path& path,
                                     std::size_t rank) {
    std::vector<std::uint8_t> header(4 + 4 * rank);
    const std::size_t found = reader.read(header);
    const auto word = [&](std::size_t index) {
        return big_endian(std::span<const std::uint8_t>{header}.subspan(4 * index).first<4>());
    };
    const std::uint32_t magic = unsigned_byte << 8 | static_cast<std::uint32_t>(rank);
    if (found >= 4 && word(0) != magic) throw file_error{path, wrong_magic(word(0), magic, rank)};
    if (found < header.size()) {
        throw file_error{path, "short header: " + std::to_string(found) + " bytes, expected " +
                                   std::to_string(header.size())};
    }
    std::vector<std::size_t> dimensions;
    for (std::size_t i = 1; i <= rank; ++i) dimensions.push_back(word(i));
    return dimensions;
}

std::size_t product(std::span<const std::size_t> factors, const std::filesystem::path& path,
                    const std::vector<std::size_t>& dimensions) {
    std::size_t result = 1;
    for (const std::size_t factor : factors) {
        if (factor != 0 && result > std::numeric_limits<std::size_t>::max() / factor) {
            throw file_error{path,
                             "the dimensions " + joined(dimensions) +
                                 " multiply to more bytes than can be counted, expected a product below 2^" +
                                 std::to_string(std::numeric_limits<std::size_t>::digits)};
        }
        result *= factor;
    }
    return result;
}

} // namespace

idx_data read_idx(const std::filesystem::path& path, std::size_t rank, std::size_t record_limit) {
    byte_reader reader{path};
    idx_data data{.dimensions = read_header(reader, path, rank)};
    data.records_in_file = data.dimensions[0];
    const std::span<const std::size_t> dimensions{data.dimensions};
    const std::size_t expected = product(dimensions, path, data.dimensions);
    const std::size_t record = product(dimensions.subspan(1), path, data.dimensions);
    const std::size_t records = std::min(dimensions[0], record_limit);
    const std::size_t kept = records * record;

    std::array<std::uint8_t, 65536> block;
    std::size_t found = 0;
    while (const std::size_t count = reader.read(block)) {
        const std::size_t wanted = found < kept ? std::min(count, kept - found) : 0;
        data.bytes.insert(data.bytes.end(), block.begin(),
                          block.begin() + static_cast<std::ptrdiff_t>(wanted));
        found += count;
    }
    if (found != expected) {
        const std::string claim = "expected " + std::to_string(expected) + " for " + joined(data.dimensions);
        const std::string size = std::to_string(found) + " bytes after the header, " + claim;
        throw file_error{path, found < expected
                                   ? "short file: " + size
                                   : std::to_string(found - expected) + " trailing bytes: " + size};
    }
    data.dimensions[0] = records;
    return data;
}

} // namespace examples
