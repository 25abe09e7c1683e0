// Files read and written whole: a reader of a path never meets half of one.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/io/partial_file.hpp"
#include "strata/meta/raise.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <functional>
#include <limits>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#if defined(__unix__) || defined(__APPLE__)
#define STRATA_POSIX_FILES
#include <sys/stat.h>
#include <unistd.h>
#endif

namespace strata::inline STRATA_TARGET::detail {

[[noreturn, gnu::cold, gnu::noinline]] inline void file_failed(const std::string& path, const char* what,
                                                               int error) {
    raise<std::runtime_error>({path, ": ", what, ": ", std::generic_category().message(error)});
}

/// A file that is read from front to back. Errors are std::runtime_error, with path and the system's reason.
class input_file {
public:
    explicit input_file(const std::string& path) : path_{path}, file_{std::fopen(path.c_str(), "rb")} {
        if (file_ == nullptr) file_failed(path_, "cannot be opened", errno);
        // Pipes have no size; nor do files of 2 GiB where a long has 32 bits.
        if (std::fseek(file_, 0, SEEK_END) == 0) {
            const long size = std::ftell(file_);
            if (size > 0) size_ = static_cast<std::size_t>(size);
            if (std::fseek(file_, 0, SEEK_SET) != 0) {
                const int error = errno;
                std::fclose(file_);
                file_failed(path_, "cannot be read", error);
            }
        }
    }
    ~input_file() { std::fclose(file_); }
    input_file(const input_file&) = delete;
    input_file& operator=(const input_file&) = delete;

    /// Appends the next `count` bytes, fewer only at the file's end. Memory: what is there, and as much again.
    void read(std::vector<std::byte>& bytes, std::size_t count) {
        constexpr std::size_t least_block = 65536;
        const std::size_t known = size_ > read_ ? size_ - read_ : 0;
        // One more, with which the end is found.
        bytes.reserve(bytes.size() + std::min(count, known + 1));
        while (count > 0 && std::feof(file_) == 0) {
            const std::size_t room =
                std::max(bytes.capacity() - bytes.size(), std::max(bytes.size(), least_block));
            const std::size_t block = std::min(count, room), before = bytes.size();
            bytes.resize(before + block);
            const std::size_t found = std::fread(bytes.data() + before, 1, block, file_);
            if (found < block && std::ferror(file_) != 0) file_failed(path_, "cannot be read", errno);
            bytes.resize(before + found);
            read_ += found;
            count -= found;
            if (found < block) return;
        }
    }

private:
    std::string path_;
    std::FILE* file_;
    std::size_t size_ = 0;
    std::size_t read_ = 0;
};

using byte_pieces = std::span<const std::span<const std::byte>>;

/// Writes the pieces and closes the file. Returns the number of the first error, or 0.
inline int write_pieces(std::FILE* file, byte_pieces pieces, bool to_disk) {
    int error = 0;
    for (const std::span<const std::byte> piece : pieces)
        if (error == 0 && !piece.empty() && std::fwrite(piece.data(), 1, piece.size(), file) != piece.size())
            error = errno;
    // A full disk may show only here.
    if (error == 0 && std::fflush(file) != 0) error = errno;
#if defined(STRATA_POSIX_FILES)
    // Some file systems know no fsync.
    if (error == 0 && to_disk && ::fsync(::fileno(file)) != 0 && errno != EINVAL && errno != ENOSYS &&
        errno != ENOTSUP)
        error = errno;
#else
    static_cast<void>(to_disk);
#endif
    if (std::fclose(file) != 0 && error == 0) error = errno;
    return error;
}

#if defined(STRATA_POSIX_FILES)

/// The path that symbolic links at this one lead to, whether a file is there or not.
inline std::string behind_links(std::string path) {
    constexpr int most_links = 40; // as many as Linux follows
    for (int i = 0; i < most_links; ++i) {
        std::array<char, 4096> to{};
        const auto size = ::readlink(path.c_str(), to.data(), to.size());
        if (size <= 0 || static_cast<std::size_t>(size) == to.size()) break;
        const std::string_view next{to.data(), static_cast<std::size_t>(size)};
        path.replace(next.front() == '/' ? 0 : path.rfind('/') + 1, std::string::npos, next);
    }
    return path;
}

/// Gives a folder's entries to the disk, as far as the system does that.
inline void sync_folder_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    const std::string folder = slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
    if (std::FILE* file = std::fopen(folder.c_str(), "r")) {
        static_cast<void>(::fsync(::fileno(file)));
        std::fclose(file);
    }
}

#endif

/// Writes the pieces, one after the other, beside `path` under another name, gives them to the disk, and renames that
/// to `path`, which holds all of them then, or what it held before, whatever fails; when the machine stops, as far as its disk keeps what fsync gave it. A
/// link stays one, and its file is replaced; a file keeps its permissions; devices and pipes are written to as they
/// are. (Where the system is not POSIX and renames nothing to a name that is taken, the old file is removed first.) Throws
/// std::runtime_error with path and the system's reason, and leaves nothing beside the path. What a writer of the same path that was
/// killed has left there is removed, on POSIX systems. Where a file takes another's place, `before` is called as soon as the new
/// one is whole.
inline void write_file(const std::string& path, byte_pieces pieces,
                       const std::function<void()>& before = {}) {
    const auto failed = [&path](int error) { file_failed(path, "cannot be written", error); };
    std::string target = path;
#if defined(STRATA_POSIX_FILES)
    struct ::stat status{};
    const bool exists = ::stat(path.c_str(), &status) == 0;
    if (exists) {
        if (S_ISDIR(status.st_mode)) failed(EISDIR);
        // A rename would pass over the file's own permissions.
        if (::access(path.c_str(), W_OK) != 0) failed(errno);
        if (!S_ISREG(status.st_mode)) {
            std::FILE* file = std::fopen(path.c_str(), "wb");
            if (file == nullptr) failed(errno);
            if (const int error = write_pieces(file, pieces, false)) failed(error);
            return;
        }
    }
    target = behind_links(path);
    remove_left_partials(target);
#endif
    // Another thread may write to the same path.
    const std::string end = partial_end();
    std::string partial = target + end;
    std::FILE* file = std::fopen(partial.c_str(), "wbx");
    for (int i = 1; file == nullptr && errno == EEXIST && i < 1000; ++i) {
        partial = text_of({target, ".", i, end});
        file = std::fopen(partial.c_str(), "wbx");
    }
    if (file == nullptr) failed(errno);
#if defined(STRATA_POSIX_FILES)
    lock_partial(::fileno(file));
    if (exists) static_cast<void>(::fchmod(::fileno(file), status.st_mode & 07777));
#endif
    const struct left_over {
        const std::string& name; ///< empty once it is renamed: another writer may have it then
        ~left_over() {
            if (!name.empty()) std::remove(name.c_str());
        }
    } removed{partial};
    int error = write_pieces(file, pieces, true);
    if (error == 0 && before) before();
    if (error == 0 && std::rename(partial.c_str(), target.c_str()) != 0) {
        error = errno;
#if !defined(STRATA_POSIX_FILES)
        // Where no rename replaces a file.
        std::remove(target.c_str());
        if (std::rename(partial.c_str(), target.c_str()) == 0) error = 0;
#endif
    }
    if (error != 0) failed(error);
    partial.clear();
#if defined(STRATA_POSIX_FILES)
    sync_folder_of(target);
#endif
}

/// Whether there is a file, also one that cannot be opened: reading it says why.
inline bool file_exists(const std::string& path) {
    if (std::FILE* file = std::fopen(path.c_str(), "rb")) {
        std::fclose(file);
        return true;
    }
    return errno != ENOENT && errno != ENOTDIR;
}

/// Leaves what is at `path`, if anything is, under the name `other` too, in place of what has that: a link to the file, a copy
/// where the file system has no links; where the system is not POSIX, the file itself. Throws std::runtime_error as input_file
/// and write_file do.
inline void keep_as(const std::string& path, const std::string& other) {
    if (!file_exists(path)) return;
    std::remove(other.c_str());
#if defined(STRATA_POSIX_FILES)
    if (::link(behind_links(path).c_str(), other.c_str()) == 0) return;
    std::vector<std::byte> bytes;
    input_file{path}.read(bytes, std::numeric_limits<std::size_t>::max());
    const std::span<const std::byte> pieces[]{bytes};
    write_file(other, pieces);
#else
    std::rename(path.c_str(), other.c_str());
#endif
}

} // namespace strata::detail

#undef STRATA_POSIX_FILES

#include "strata/meta/macros_back.hpp"
