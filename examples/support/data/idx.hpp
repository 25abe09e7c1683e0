// IDX, the format of MNIST's files: a big-endian header (type, dimensions), then the elements, raw or
// compressed.
#pragma once

#include "support/data/byte_reader.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <span>
#include <string>
#include <vector>

namespace examples {

/// An IDX file of unsigned bytes, read in steps: the header on construction, so that its user can refuse the
/// shape before any element is read, then the elements. Takes memory for the header and a byte_reader.
class idx_reader {
public:
    /// What a header may claim at most, in bytes: eleven times MNIST's training images.
    static constexpr std::size_t most_bytes = std::size_t{1} << 29;

    /// Opens the file and reads its header, of `rank` dimensions. Throws file_error for a file that is
    /// missing or unreadable, has another magic number or a short header, or claims more than most_bytes.
    idx_reader(const std::filesystem::path& path, std::size_t rank);

    /// {60000, 28, 28}, for example; the first one counts records.
    [[nodiscard]] const std::vector<std::size_t>& dimensions() const { return dimensions_; }
    [[nodiscard]] std::size_t records() const { return dimensions_[0]; }
    /// Bytes of one record.
    [[nodiscard]] std::size_t record_size() const { return record_size_; }
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

    /// Fills `bytes` with the next elements. Throws file_error where the file has fewer left.
    void read(std::span<std::uint8_t> bytes);

    /// Reads what is left. Throws file_error for a file that is shorter than its header says, for a first
    /// byte that follows the elements, and for compressed data that are corrupt or cut off.
    void finish();

    /// Throws "<path>: <problem>".
    [[noreturn]] void fail(const std::string& problem) const;

private:
    std::string stated_size() const;

    std::filesystem::path path_;
    byte_reader reader_;
    std::vector<std::size_t> dimensions_;
    std::size_t record_size_ = 1;
    std::size_t size_ = 0;  // of all elements, by the header
    std::size_t found_ = 0; // of these so far
};

/// What an IDX file of unsigned bytes holds: {3000, 28, 28} and its 2352000 bytes, for example.
struct idx_data {
    std::vector<std::size_t> dimensions;
    std::vector<std::uint8_t> bytes{};
    /// What the first dimension is in the file, where dimensions[0] is how many records were kept.
    std::size_t records_in_file = 0;
};

/// Reads an IDX file of unsigned bytes that has `rank` dimensions, the first of which counts records. Of
/// those, at most `record_limit` are kept, and dimensions[0] says how many; the whole file is read and
/// checked all the same. The header is believed only as far as bytes follow it, so a false one costs no
/// memory. Throws file_error as idx_reader does.
idx_data read_idx(const std::filesystem::path& path, std::size_t rank,
                  std::size_t record_limit = std::numeric_limits<std::size_t>::max());

} // namespace examples
