// Numbers that people type: what is read, and that everything else is not.
#include "support/number.hpp"

#include <cmath>
#include <limits>
#include <random>
#include <string>

#include <doctest/doctest.h>

using namespace examples;

TEST_CASE("whole numbers are decimal digits up to 2^64 - 1") {
    CHECK(whole_number("0") == 0u);
    CHECK(whole_number("7") == 7u);
    CHECK(whole_number("010") == 10u);
    CHECK(whole_number("0000000000000000000000000000007") == 7u);
    CHECK(whole_number("18446744073709551615") == std::numeric_limits<std::uint64_t>::max());
    std::mt19937_64 random{1};
    for (int i = 0; i < 1000; ++i) {
        const std::uint64_t value = random() >> (random() % 64);
        CHECK(whole_number(std::to_string(value)) == value);
        CHECK_FALSE(whole_number("-" + std::to_string(value)));
        CHECK_FALSE(whole_number("+" + std::to_string(value)));
        CHECK_FALSE(whole_number(" " + std::to_string(value)));
        CHECK_FALSE(whole_number(std::to_string(value) + " "));
        CHECK_FALSE(whole_number(std::to_string(value) + ".5"));
        CHECK_FALSE(whole_number("1" + std::string(20, '0') + std::to_string(value)));
    }
    for (const char* text : {"", " ", "-0", "0x10", "0b1", "1e3", "1.", "1,000", "1'000", "1_000", "ten",
                             "nan", "18446744073709551616", "99999999999999999999", "\n1", "1\n"}) {
        CAPTURE(text);
        CHECK_FALSE(whole_number(text));
    }
    CHECK_FALSE(whole_number({"1\0", 2}));
}

TEST_CASE("decimal numbers are read in every usual spelling, and nothing but finite ones") {
    CHECK(real_number("0.5") == 0.5);
    CHECK(real_number("-.5") == -0.5);
    CHECK(real_number("5.") == 5.0);
    CHECK(real_number("010") == 10.0);
    CHECK(real_number("5e-4") == 5e-4);
    CHECK(real_number("5E+4") == 5e4);
    // What is too small for a double is 0, or nearly so.
    CHECK(real_number("1e-999") == 0.0);
    CHECK(real_number("1e-310") < 1e-300);
    for (const char* text : {"",    " ",   "-",      ".",     "e5",     "1e",  "1e+",   "+1",
                             " 1",  "1 ",  "1,5",    "0x1p3", "0x10",   "inf", "-inf",  "infinity",
                             "nan", "NaN", "nan(1)", "1e999", "-1e999", "1f",  "1.5.2", "--1"}) {
        CAPTURE(text);
        CHECK_FALSE(real_number(text));
    }
    std::mt19937_64 random{2};
    std::uniform_real_distribution<double> exponent{-300, 300};
    for (int i = 0; i < 1000; ++i) {
        const double value = std::pow(10.0, exponent(random));
        CHECK(real_number(real_text(value)) == value);
        CHECK(real_number(real_text(-value)) == -value);
    }
}
