// write_header: what it writes, and what it refuses. embedded.cpp compiles headers that it wrote.
#include "strata/io/write_header.hpp"

#include "strata/core.hpp"

#include "support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <clocale>
#include <cstdlib>
#include <limits>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using namespace strata;

namespace {

struct small : network<strata::input<2>, dense<2>> {};

std::string header_of(const tests::temporary_folder& folder, const std::vector<float>& weights) {
    model<small> net{zeros{}};
    net.write(parameters_of<small>[0], weights);
    write_header((folder / "w.hpp").string(), "w", net);
    return tests::read_text(folder / "w.hpp");
}

TEST_CASE("weights are hexadecimal, also the least, the largest and negative ones") {
    const tests::temporary_folder folder;
    const std::string text = header_of(folder, {1.5f, -0.1f, 0x1p-149f, -std::numeric_limits<float>::max()});
    for (const char* number :
         {"0x1.8p+0f,", "-0x1.99999ap-4f,", "0x1p-149f,", "-0x1.fffffep+127f,", " 0x0p+0f,"}) {
        CAPTURE(number);
        CHECK(text.find(number) != std::string::npos);
    }
    CHECK(header_of(folder, {-0.0f, 0, 0, 0}).find("-0x0p+0f,") != std::string::npos);
}

TEST_CASE("the program's locale changes nothing") {
    const tests::temporary_folder folder;
    const std::string expected = header_of(folder, {1.5f, -0.1f, 0.3f, 1e-3f});
    const std::string make =
        "localedef -i de_DE -f UTF-8 '" + (folder / "de_DE.UTF-8").string() + "' 2> /dev/null";
    ::setenv("LOCPATH", folder.path().c_str(), 1);
    if (std::system(make.c_str()) != 0 || std::setlocale(LC_ALL, "de_DE.UTF-8") == nullptr) {
        MESSAGE("not tried: this machine has no localedef, or not what it reads");
    } else {
        CHECK(std::string{std::localeconv()->decimal_point} == ",");
        CHECK(header_of(folder, {1.5f, -0.1f, 0.3f, 1e-3f}) == expected);
        std::setlocale(LC_ALL, "C");
    }
    ::unsetenv("LOCPATH");
}

TEST_CASE("what write_header refuses, and then writes nothing") {
    const tests::temporary_folder folder;
    model<small> net{zeros{}};
    for (const char* name : {"", "1st", "a::b", "a b", "a-b",
                             "gr\xf6\xdf"
                             "e"})
        CHECK_THROWS_AS(write_header((folder / "w.hpp").string(), name, net), std::invalid_argument);
    for (const float bad : {std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity(),
                            std::numeric_limits<float>::quiet_NaN()})
        CHECK_THROWS_AS(header_of(folder, {0, 0, bad, 0}), std::invalid_argument);
    CHECK_THROWS_AS(write_header((folder / "nowhere/w.hpp").string(), "w", net), std::runtime_error);
    const model<small> taken{std::move(net)};
    CHECK_THROWS_AS(write_header((folder / "w.hpp").string(), "w", net), std::invalid_argument);
    CHECK(folder.entries() == 0);
}

} // namespace
