// How many CPUs a process may use.
#include "strata/parallel/cpus.hpp"

#include <doctest/doctest.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>

using strata::available_cpus;
using strata::detail::cpus_of_quota;

TEST_CASE("a control group's quota, in CPUs") {
    CHECK(cpus_of_quota("200000 100000") == 2);
    CHECK(cpus_of_quota("150000 100000\n") == 2);
    CHECK(cpus_of_quota("50000 100000") == 1);
    CHECK(cpus_of_quota("1600000 100000") == 16);
    for (const char* none :
         {"max 100000", "", " ", "max", "0 100000", "100000 0", "100000", "-1 100000", "a b"})
        CHECK(cpus_of_quota(none) == 0);
}

TEST_CASE("at least one CPU, and no more than the machine has") {
    CHECK(available_cpus() >= 1);
    CHECK(available_cpus() <= std::max(1u, std::thread::hardware_concurrency()));
}
