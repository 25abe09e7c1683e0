// IDX, the format of MNIST's files: a big-endian header (type, dimensions), then the elements, raw or gzip.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <vector>

namespace examples {

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
/// memory.
///
/// Throws file_error for a file that is missing or unreadable, has another magic number, is shorter or longer
/// than its dimensions say, claims more than can be counted, or is corrupt gzip.
idx_data read_idx(const std::filesystem::path& path, std::size_t rank,
                  std::size_t record_limit = std::numeric_limits<std::size_t>::max());

} // namespace examples
