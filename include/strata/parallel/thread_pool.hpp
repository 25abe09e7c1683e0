// Threads that wait for work: spinning for a moment after each piece, so that the next one begins at once, then asleep.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/meta/raise.hpp"
#include "strata/parallel/cpus.hpp"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <stop_token>
#include <thread>
#include <type_traits>
#include <vector>
#if defined(__linux__)
#include <pthread.h>
#include <sched.h>
#endif

namespace strata::inline STRATA_TARGET {

/// How many threads are to work together, the caller's among them. They change no result.
struct threads {
    std::size_t count = 0; ///< 0: as many as available_cpus()
    bool pinned = false;   ///< threads of ours stay on one CPU each (Linux); the caller's is left alone
    bool always = false;   ///< they share work that one would be expected to do sooner, too
};

namespace detail {

/// Threads of all pools that work at this moment, callers included: pools that are used side by side, in a program's own
/// threads, share the CPUs.
inline std::atomic<std::size_t> threads_at_work{0};
/// Whether this thread works for a pool: what it starts in turn, it does by itself.
inline thread_local bool works_for_a_pool = false;

/// Tells the CPU that a loop waits.
inline void wait_a_little() {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__) || defined(__arm__)
    __asm__ volatile("yield");
#else
    std::this_thread::yield();
#endif
}

/// Waits until the counter is `value` no longer: at first without giving up the CPU, for some 50 microseconds.
inline void wait_while(const std::atomic<std::uint32_t>& counter, std::uint32_t value, bool spin) {
    if (spin)
        for (int i = 0; i < 3000; ++i) {
            if (counter.load(std::memory_order_acquire) != value) return;
            wait_a_little();
        }
    counter.wait(value, std::memory_order_acquire);
}

/// A fixed number of threads, the caller's among them. One thread at a time hands it work.
class thread_pool {
public:
    explicit thread_pool(const threads& wanted)
        : size_{wanted.count == 0 ? available_cpus() : wanted.count},
          always_{wanted.always},
          spins_{size_ <= available_cpus()},
          helpers_{std::make_unique<helper[]>(size_)} {
        threads_.reserve(size_ - 1);
        for (std::size_t k = 1; k < size_; ++k) {
            threads_.emplace_back([this, k](const std::stop_token& stop) { help(stop, k); });
            if (wanted.pinned) pin(threads_.back(), k);
        }
    }
    thread_pool(const thread_pool&) = delete;
    thread_pool& operator=(const thread_pool&) = delete;

    [[nodiscard]] std::size_t size() const { return size_; }
    /// Whether work that takes at least so much is for several threads, when there is so much of it.
    [[nodiscard]] bool pays(double work, double least) const {
        return size_ > 1 && (always_ || work >= least);
    }

    /// Calls task(i) for i = 0, ..., count - 1, fewer than 65536, each in whichever thread comes to it, the least first.
    /// Returns when all are done: a thread that does not come, since its CPU is taken, is not waited for. If some throw, those
    /// that have not begun are left out, and the exception of the least i is thrown here. Work handed over by a task of a pool
    /// is done by that task's thread. Allocates nothing.
    template <class Task>
    void run(std::size_t count, Task&& task) {
        const bool within = works_for_a_pool;
        const std::size_t together =
            within ? 1 : begin_work(std::min(size_, std::max<std::size_t>(count, 1)));
        const ended_work ended{within ? std::size_t{0} : together, within};
        works_for_a_pool = true;
        if (together == 1) {
            for (std::size_t i = 0; i < count; ++i) task(i);
            return;
        }
        work_ = &task;
        call_ = [](const void* work, std::size_t i) {
            (*static_cast<std::remove_reference_t<Task>*>(const_cast<void*>(work)))(i);
        };
        failed_.store(count, std::memory_order_relaxed);
        finished_.store(0, std::memory_order_relaxed);
        ticket_.store(++generation_ << 32 | std::uint64_t{count} << 16, std::memory_order_release);
        for (std::size_t k = 1; k < together; ++k) {
            helpers_[k].calls.fetch_add(1, std::memory_order_release);
            helpers_[k].calls.notify_one();
        }
        work_off(0);
        const auto all = static_cast<std::uint32_t>(count);
        for (std::uint32_t done; (done = finished_.load(std::memory_order_acquire)) < all;)
            wait_while(finished_, done, spins_);
        const std::size_t failed = failed_.load(std::memory_order_relaxed);
        if (failed == count) return;
        captured_error error;
        for (std::size_t k = 0; k < size_; ++k) {
            if (helpers_[k].error && helpers_[k].failed == failed) error = helpers_[k].error;
            helpers_[k].error = {};
        }
        error.rethrow();
    }

private:
    struct alignas(64) helper {
        std::atomic<std::uint32_t> calls{0};
        captured_error error;
        std::size_t failed = 0; ///< what threw it
    };
    /// At its end the threads are free again.
    struct ended_work {
        std::size_t threads;
        bool before;
        ~ended_work() {
            works_for_a_pool = before;
            if (threads > 0) threads_at_work.fetch_sub(threads, std::memory_order_relaxed);
        }
    };

    /// Takes up to so many threads, as long as no more are at work than there are CPUs; a pool that was asked to be larger
    /// than that may be, by itself.
    std::size_t begin_work(std::size_t wanted) const {
        const std::size_t most = std::max(available_cpus(), size_);
        std::size_t others = threads_at_work.load(std::memory_order_relaxed);
        std::size_t taken = 1;
        do {
            taken = std::max<std::size_t>(std::min(wanted, most - std::min(most, others)), 1);
        } while (!threads_at_work.compare_exchange_weak(others, others + taken, std::memory_order_relaxed));
        return taken;
    }

    /// Takes what nobody has begun, as long as there is any. A ticket has the call's number, how much work it has, and what
    /// comes next: whoever has moved it on has work of a call that is not over before it is done.
    void work_off(std::size_t number) {
        helper& own = helpers_[number];
        std::uint64_t ticket = ticket_.load(std::memory_order_acquire);
        for (;;) {
            const std::size_t i = ticket & 0xffff, count = ticket >> 16 & 0xffff;
            if (i >= count) return;
            if (!ticket_.compare_exchange_weak(ticket, ticket + 1, std::memory_order_acquire)) continue;
            if (failed_.load(std::memory_order_relaxed) > i) {
                captured_error error;
                error.capture([&] { call_(work_, i); });
                if (error) note(own, i, error);
            }
            if (finished_.fetch_add(1, std::memory_order_acq_rel) + 1 == count) finished_.notify_one();
            ticket = ticket_.load(std::memory_order_acquire);
        }
    }
    /// Of several errors of one thread the first is that of the least.
    void note(helper& own, std::size_t i, const captured_error& error) {
        if (!own.error) {
            own.error = error;
            own.failed = i;
        }
        std::size_t least = failed_.load(std::memory_order_relaxed);
        while (i < least && !failed_.compare_exchange_weak(least, i, std::memory_order_relaxed)) {
        }
    }

    void help(const std::stop_token& stop, std::size_t number) {
        helper& own = helpers_[number];
        works_for_a_pool = true;
        const std::stop_callback wake{stop, [&own] {
                                          own.calls.fetch_add(1, std::memory_order_release);
                                          own.calls.notify_one();
                                      }};
        for (std::uint32_t seen = 0;;) {
            wait_while(own.calls, seen, spins_);
            seen = own.calls.load(std::memory_order_acquire);
            if (stop.stop_requested()) return;
            work_off(number);
        }
    }

    /// Keeps thread number k on the CPU of that number among those that the process may use.
    static void pin([[maybe_unused]] std::jthread& thread, [[maybe_unused]] std::size_t k) {
#if defined(__linux__)
        cpu_set_t mine;
        CPU_ZERO(&mine);
        if (sched_getaffinity(0, sizeof mine, &mine) != 0 || CPU_COUNT(&mine) == 0) return;
        std::size_t at = k % static_cast<std::size_t>(CPU_COUNT(&mine));
        for (std::size_t cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
            if (!CPU_ISSET(cpu, &mine) || at-- > 0) continue;
            cpu_set_t one;
            CPU_ZERO(&one);
            CPU_SET(cpu, &one);
            pthread_setaffinity_np(thread.native_handle(), sizeof one, &one); // a wish
            return;
        }
#endif
    }

    std::size_t size_;
    bool always_;
    bool spins_;
    std::unique_ptr<helper[]> helpers_; // the first is the caller
    const void* work_ = nullptr;
    void (*call_)(const void*, std::size_t) = nullptr;
    std::uint64_t generation_ = 0;
    std::atomic<std::size_t> failed_{0}; // the least that has thrown; as many as there are for none
    alignas(64) std::atomic<std::uint64_t> ticket_{0};
    alignas(64) std::atomic<std::uint32_t> finished_{0};
    std::vector<std::jthread>
        threads_; // last: they end, and are waited for, before anything that they use does
};

} // namespace detail

} // namespace strata

#include "strata/meta/macros_back.hpp"
