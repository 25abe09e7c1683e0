// How many CPUs this process may use.
#pragma once

#include "strata/meta/macros_away.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>
#if defined(__linux__)
#include <sched.h>
#endif

namespace strata::inline STRATA_TARGET {

namespace detail {

/// The CPUs that a control group's quota comes to, by the text of its cpu.max ("200000 100000", "max 100000"); 0 for no
/// quota, and for anything else.
inline std::size_t cpus_of_quota(const std::string& text) {
    const std::size_t gap = text.find(' ');
    if (gap == std::string::npos || text.find_first_not_of("0123456789 \n") != std::string::npos) return 0;
    const unsigned long long quota = std::strtoull(text.c_str(), nullptr, 10);
    const unsigned long long period = std::strtoull(text.c_str() + gap, nullptr, 10);
    return quota == 0 || period == 0 ? 0 : static_cast<std::size_t>((quota + period - 1) / period);
}

/// The least quota of the process's control group (version 2) and those around it; 0 if there is none.
inline std::size_t cpus_of_control_group() {
    std::ifstream groups{"/proc/self/cgroup"};
    std::size_t least = 0;
    for (std::string line; std::getline(groups, line);) {
        if (line.rfind("0::", 0) != 0) continue;
        for (std::string path = line.substr(3);; path.erase(path.rfind('/'))) {
            std::ifstream file{std::string{"/sys/fs/cgroup"}.append(path).append("/cpu.max")};
            std::string quota;
            std::getline(file, quota);
            if (const std::size_t cpus = cpus_of_quota(quota); cpus > 0)
                least = least == 0 ? cpus : std::min(least, cpus);
            if (path.rfind('/') == std::string::npos) break;
        }
    }
    return least;
}

} // namespace detail

/// The CPUs that this process may use, at least 1: those of its affinity, or fewer if its control group has a quota
/// (Linux), else all of the machine. Looked up once.
inline std::size_t available_cpus() {
    static const std::size_t cpus = [] {
        std::size_t count = std::thread::hardware_concurrency();
#if defined(__linux__)
        cpu_set_t mine;
        CPU_ZERO(&mine);
        if (sched_getaffinity(0, sizeof mine, &mine) == 0) count = static_cast<std::size_t>(CPU_COUNT(&mine));
        if (const std::size_t quota = detail::cpus_of_control_group(); quota > 0)
            count = std::min(count, quota);
#endif
        return std::max<std::size_t>(count, 1);
    }();
    return cpus;
}

} // namespace strata

#include "strata/meta/macros_back.hpp"
