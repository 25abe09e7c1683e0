// Names of files that are being written, and those that were left by processes which are gone.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/meta/raise.hpp"

#include <string>
#include <string_view>

#if defined(__unix__) || defined(__APPLE__)
#define STRATA_POSIX_FILES
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h> // and not <fcntl.h>, whose splice would be ours' rival in programs that say `using namespace strata`
#include <vector>
#endif

namespace strata::inline STRATA_TARGET::detail {

inline constexpr std::string_view partial_ending = ".partial";

#if defined(STRATA_POSIX_FILES)

/// What a file that this process is writing is called behind its own name: ".PID.partial".
inline std::string partial_end() { return text_of({".", static_cast<long>(::getpid()), partial_ending}); }

/// The process that was writing `name`, if it is "STEM.PID.partial" or "STEM.NUMBER.PID.partial"; 0 if not.
inline long writer_of_partial(std::string_view name, std::string_view stem) {
    if (!name.starts_with(stem) || !name.ends_with(partial_ending)) return 0;
    name.remove_prefix(stem.size());
    if (name.size() < partial_ending.size() + 2 || name.front() != '.') return 0;
    name = name.substr(1, name.size() - 1 - partial_ending.size());
    const auto is_number = [](std::string_view text) {
        return !text.empty() && text.size() <= 9 &&
               text.find_first_not_of("0123456789") == std::string_view::npos;
    };
    if (const std::size_t dot = name.find('.'); dot != std::string_view::npos) {
        if (!is_number(name.substr(0, dot))) return 0;
        name.remove_prefix(dot + 1);
    }
    if (!is_number(name)) return 0;
    long process = 0;
    for (const char digit : name) process = 10 * process + (digit - '0');
    return process;
}

/// Tells others, on machines that share the folder too, as far as its file system has locks, that the file has a writer.
inline void lock_partial(int file) { static_cast<void>(::lockf(file, F_TLOCK, 0)); }

/// Removes what writers of `target` have left beside it that were killed: the process is gone, and nobody has the file locked.
inline void remove_left_partials(const std::string& target) {
    const std::size_t slash = target.rfind('/');
    const std::string folder = slash == std::string::npos ? "./" : target.substr(0, slash + 1);
    const std::string_view stem = std::string_view{target}.substr(slash == std::string::npos ? 0 : slash + 1);
    ::DIR* entries = ::opendir(folder.c_str());
    if (entries == nullptr) return;
    std::vector<std::string> left;
    while (const ::dirent* entry = ::readdir(entries)) { // NOLINT(concurrency-mt-unsafe): this thread's own
        const long process = writer_of_partial(entry->d_name, stem);
        if (process > 0 && ::kill(static_cast<::pid_t>(process), 0) != 0 && errno == ESRCH)
            left.push_back(std::string{folder}.append(entry->d_name));
    }
    ::closedir(entries);
    for (const std::string& path : left) {
        struct ::stat what{};
        if (::lstat(path.c_str(), &what) != 0 || !S_ISREG(what.st_mode)) continue;
        std::FILE* file = std::fopen(path.c_str(), "r+b");
        if (file == nullptr) continue;
        const bool is_free = ::lockf(::fileno(file), F_TLOCK, 0) == 0 || (errno != EACCES && errno != EAGAIN);
        if (is_free) ::unlink(path.c_str());
        std::fclose(file);
    }
}

#else

inline std::string partial_end() { return std::string{partial_ending}; }

#endif

} // namespace strata::detail

#undef STRATA_POSIX_FILES

#include "strata/meta/macros_back.hpp"
