// The bytes of a file from first to last, decompressed on the way when the file is gzip or xz.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

namespace examples {

/// Reads a file raw, through zlib or through liblzma, whichever its first bytes ask for. Unlike gzread, it
/// refuses bytes after the end of the compressed data and never takes truncated data for the end. Memory: 64
/// KiB and the decoder's window, however large the file; xz data that asks for more than 128 MiB (xz -9 asks
/// for 65) is refused. Every failure is a file_error; so is xz data in a program that was built without
/// liblzma.
class byte_reader {
public:
    explicit byte_reader(const std::filesystem::path& path);
    ~byte_reader();
    byte_reader(const byte_reader&) = delete;
    byte_reader& operator=(const byte_reader&) = delete;

    /// Fills `bytes` from its front and returns how many there were: fewer than asked for only at the end of
    /// the file. The checksums of compressed data have been compared once this returned fewer.
    std::size_t read(std::span<std::uint8_t> bytes);

    /// Whether the file itself shows where its data end, as compressed files do: one that was cut off is then
    /// refused, where a raw file merely ends sooner.
    [[nodiscard]] bool marks_its_end() const;

private:
    struct state;
    std::unique_ptr<state> state_;
};

} // namespace examples
