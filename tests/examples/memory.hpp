// How much memory a call takes at its peak, and compressed files that are small and become large.
#pragma once

#include "temporary_folder.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <string>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace examples {

/// MiB that the call takes beyond what the program holds already, by the peak of a process of its own.
inline std::size_t peak_mebibytes(const std::function<void()>& call) {
    int ends[2];
    if (::pipe(ends) != 0) throw std::runtime_error{"pipe"};
    const pid_t child = ::fork();
    if (child < 0) throw std::runtime_error{"fork"};
    if (child == 0) {
        const auto peak = [] {
            rusage used{};
            ::getrusage(RUSAGE_SELF, &used);
            return static_cast<std::size_t>(used.ru_maxrss) / 1024; // in KiB, on Linux
        };
        const std::size_t before = peak();
        try {
            call();
        } catch (...) {
            std::_Exit(1);
        }
        const std::size_t taken = peak() - before;
        std::_Exit(::write(ends[1], &taken, sizeof taken) == sizeof taken ? 0 : 1);
    }
    ::close(ends[1]);
    std::size_t taken = 0;
    const bool arrived = ::read(ends[0], &taken, sizeof taken) == sizeof taken;
    ::close(ends[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    if (!arrived || status != 0) throw std::runtime_error{"the call did not end well in its process"};
    return taken;
}

/// A gzip file of `begin` and then `count` MiB of the repeated `filling`: gzip members after one another are
/// one file.
inline byte_vector gzip_bomb(const byte_vector& begin, const std::string& filling, std::size_t count) {
    byte_vector mebibyte;
    while (mebibyte.size() + filling.size() <= std::size_t{1} << 20)
        mebibyte.insert(mebibyte.end(), filling.begin(), filling.end());
    const byte_vector member = gzipped(mebibyte);
    byte_vector bytes = gzipped(begin);
    for (std::size_t i = 0; i < count; ++i) bytes.insert(bytes.end(), member.begin(), member.end());
    return bytes;
}

} // namespace examples
