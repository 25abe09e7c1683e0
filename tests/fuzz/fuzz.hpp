// What fuzz targets share: a file in memory whose bytes are the input, and a limit on what may be allocated for it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <sys/mman.h>
#include <unistd.h>

namespace fuzz {

/// No allocation may be larger, where AddressSanitizer tells of them: set by a target for each input.
inline std::size_t largest_allocation = SIZE_MAX;

/// Up to so many bytes for each byte of the input, and a buffer or two besides.
struct allocation_limit {
    explicit allocation_limit(std::size_t bytes) { largest_allocation = bytes + (std::size_t{1} << 19); }
    ~allocation_limit() { largest_allocation = SIZE_MAX; }
};

/// What bytes of a data file may take: sixteen times as many; gzip comes to a thousand times as many bytes, and xz may ask
/// for the 128 MiB that byte_reader allows.
inline std::size_t limit_of(std::span<const std::uint8_t> bytes) {
    if (bytes.empty() || (bytes[0] != 0x1f && bytes[0] != 0xfd)) return bytes.size() * 16;
    return bytes.size() * 16'384 + (bytes[0] == 0xfd ? std::size_t{1} << 27 : 0);
}

/// A file in memory, which readers open by its path.
class file {
public:
    explicit file(std::span<const std::uint8_t> bytes) : descriptor_{memfd_create("fuzz", 0)} {
        if (descriptor_ < 0 ||
            write(descriptor_, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()))
            std::abort();
    }
    file(const file&) = delete;
    file& operator=(const file&) = delete;
    ~file() { close(descriptor_); }
    [[nodiscard]] std::filesystem::path path() const {
        return "/proc/self/fd/" + std::to_string(descriptor_);
    }

private:
    int descriptor_;
};

/// An error must name the file that it is about.
inline void check_names(const std::exception& error, const std::filesystem::path& path) {
    if (std::string_view{error.what()}.find(path.string()) != std::string_view::npos) return;
    std::fprintf(stderr, "an error that does not name %s: %s\n", path.c_str(), error.what());
    std::abort();
}

} // namespace fuzz

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#include <sanitizer/allocator_interface.h>

namespace fuzz {

inline const int watching = __sanitizer_install_malloc_and_free_hooks(
    [](const volatile void*, std::size_t size) {
        if (size <= largest_allocation) return;
        const std::size_t most = largest_allocation;
        largest_allocation = SIZE_MAX;
        std::fprintf(stderr, "an allocation of %zu bytes, expected at most %zu\n", size, most);
        std::abort();
    },
    [](const volatile void*) {});

} // namespace fuzz
#endif
#endif
