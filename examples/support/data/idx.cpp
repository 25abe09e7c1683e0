// Reading IDX: the header first, then no more than it says.
#include "support/data/idx.hpp"

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
    case 0x08: return "unsigned byte";
    case 0x09: return "signed byte";
    case 0x0b: return "short";
    case 0x0c: return "int";
    case 0x0d: return "float";
    case 0x0e: return "double";
    default: return nullptr;
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

// Refuses a product above the limit before it could overflow.
std::size_t product(const idx_reader& reader, std::span<const std::size_t> factors) {
    std::size_t result = 1;
    for (const std::size_t factor : factors) {
        if (factor != 0 && result > idx_reader::most_bytes / factor) {
            reader.fail("the header claims " + joined(reader.dimensions()) + " bytes, expected at most " +
                        std::to_string(idx_reader::most_bytes >> 20) + " MiB");
        }
        result *= factor;
    }
    return result;
}

} // namespace

idx_reader::idx_reader(const std::filesystem::path& path, std::size_t rank) : path_{path}, reader_{path} {
    std::vector<std::uint8_t> header(4 + 4 * rank);
    const std::size_t found = reader_.read(header);
    const auto word = [&](std::size_t index) {
        return big_endian(std::span<const std::uint8_t>{header}.subspan(4 * index).first<4>());
    };
    const std::uint32_t magic = unsigned_byte << 8 | static_cast<std::uint32_t>(rank);
    if (found >= 4 && word(0) != magic) fail(wrong_magic(word(0), magic, rank));
    if (found < header.size()) {
        fail("short header: " + std::to_string(found) + " bytes, expected " + std::to_string(header.size()));
    }
    for (std::size_t i = 1; i <= rank; ++i) dimensions_.push_back(word(i));
    const std::span<const std::size_t> dimensions{dimensions_};
    record_size_ = product(*this, dimensions.subspan(1));
    size_ = product(*this, dimensions);
}

void idx_reader::fail(const std::string& problem) const { throw file_error{path_, problem}; }

void idx_reader::read(std::span<std::uint8_t> bytes) {
    const std::size_t count = reader_.read(bytes);
    found_ += count;
    if (count < bytes.size())
        fail("short file: " + std::to_string(found_) + " bytes after the header, expected " + stated_size());
}

void idx_reader::finish() {
    std::array<std::uint8_t, 65536> block;
    while (found_ < size_) read(std::span{block}.first(std::min(block.size(), size_ - found_)));
    // One byte decides: what follows may be gigabytes of nothing.
    if (reader_.read(std::span{block}.first(1)) > 0)
        fail("bytes follow the elements, expected the end of the file after " + stated_size());
}

std::string idx_reader::stated_size() const { return std::to_string(size_) + " for " + joined(dimensions_); }

idx_data read_idx(const std::filesystem::path& path, std::size_t rank, std::size_t record_limit) {
    idx_reader reader{path, rank};
    idx_data data{.dimensions = reader.dimensions(), .records_in_file = reader.records()};
    data.dimensions[0] = std::min(reader.records(), record_limit);
    std::array<std::uint8_t, 65536> block;
    for (std::size_t left = data.dimensions[0] * reader.record_size(); left > 0;) {
        const std::span<std::uint8_t> part = std::span{block}.first(std::min(block.size(), left));
        reader.read(part);
        data.bytes.insert(data.bytes.end(), part.begin(), part.end());
        left -= part.size();
    }
    reader.finish();
    return data;
}

} // namespace examples
