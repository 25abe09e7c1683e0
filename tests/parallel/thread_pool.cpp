// Threads that wait for work.
#include "strata/parallel/thread_pool.hpp"

#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using namespace strata;
using detail::thread_pool;

TEST_CASE("each piece of work is done once") {
    for (const std::size_t threads_used : {1u, 2u, 3u, 7u, 16u}) {
        thread_pool pool{threads{threads_used}};
        CHECK(pool.size() == threads_used);
        for (int times = 0; times < 20; ++times)
            for (const std::size_t count : {0u, 1u, 2u, 5u, 16u, 33u, 1000u}) {
                std::vector<std::atomic<int>> done(count);
                pool.run(count, [&](std::size_t i) { ++done[i]; });
                for (const std::atomic<int>& one : done) REQUIRE(one == 1);
            }
    }
}

TEST_CASE("threads that do not come are not waited for") {
    std::atomic<int> begun{0};
    thread_pool pool{threads{2}};
    for (int times = 0; times < 100; ++times) {
        begun = 0;
        pool.run(8, [&](std::size_t) {
            if (begun.fetch_add(1) == 0)
                while (begun < 8) std::this_thread::yield(); // all others are done by the other thread
        });
        CHECK(begun == 8);
    }
}

TEST_CASE("work is found after long pauses, and by threads that slept") {
    thread_pool pool{threads{3}};
    std::atomic<int> sum{0};
    for (int times = 0; times < 5; ++times) {
        std::this_thread::sleep_for(std::chrono::milliseconds{20});
        pool.run(3, [&](std::size_t) { ++sum; });
    }
    CHECK(sum == 15);
    for (int times = 0; times < 20'000; ++times) pool.run(3, [&](std::size_t) { ++sum; });
    CHECK(sum == 60'015);
}

TEST_CASE("what a piece of work throws reaches the caller: of several that of the least") {
    thread_pool pool{threads{4}};
    for (int times = 0; times < 50; ++times) {
        std::array<std::atomic<bool>, 8> done{};
        CHECK_THROWS_WITH_AS(pool.run(8,
                                      [&](std::size_t i) {
                                          done[i] = true;
                                          if (i == 2 || i == 6) throw std::domain_error{std::to_string(i)};
                                      }),
                             "2", std::domain_error);
        CHECK(done[0]); // before it
        CHECK(done[1]);
        CHECK_NOTHROW(pool.run(8, [](std::size_t) {}));
    }
}

TEST_CASE("work that hands over work does it by itself") {
    thread_pool outer{threads{3}}, inner{threads{3}};
    std::atomic<int> sum{0};
    outer.run(3, [&](std::size_t) {
        const std::thread::id here = std::this_thread::get_id();
        inner.run(4, [&](std::size_t) {
            ++sum;
            if (std::this_thread::get_id() != here) sum += 1000;
        });
    });
    CHECK(sum == 12);
    CHECK_THROWS_AS(
        outer.run(3, [&](std::size_t) { inner.run(2, [](std::size_t) { throw std::domain_error{""}; }); }),
        std::domain_error);
}

TEST_CASE("pools used side by side, in threads of the program's own, end, and are not more threads than "
          "there are CPUs") {
    std::atomic<int> sum{0};
    std::atomic<std::size_t> most{0};
    std::vector<std::thread> callers;
    const std::size_t count = 4;
    for (std::size_t k = 0; k < count; ++k)
        callers.emplace_back([&] {
            thread_pool pool{threads{2}};
            for (int times = 0; times < 500; ++times)
                pool.run(2, [&](std::size_t) {
                    ++sum;
                    std::size_t seen = most;
                    const std::size_t now = detail::threads_at_work;
                    while (now > seen && !most.compare_exchange_weak(seen, now)) {
                    }
                });
        });
    for (std::thread& one : callers) one.join();
    CHECK(sum == 4000);
    // A caller that comes works by itself, however many there are.
    CHECK(most <= std::max(count, std::max<std::size_t>(available_cpus(), 2) + count - 1));
    CHECK(detail::threads_at_work == 0);
}

TEST_CASE("pools come and go, with work and without") {
    for (int times = 0; times < 200; ++times) {
        thread_pool pool{threads{.count = 3, .pinned = times % 2 == 0}};
        int done = 0;
        if (times % 3 > 0) pool.run(1, [&](std::size_t) { ++done; });
        CHECK(done == (times % 3 > 0 ? 1 : 0));
    }
    CHECK(thread_pool{threads{}}.size() == available_cpus());
}
