// Running another program: what goes in, what comes out, how it ended.
#include "support/process.hpp"

#include "temporary_folder.hpp"

#include <csignal>
#include <system_error>

#include <unistd.h>

#include <doctest/doctest.h>

using namespace examples;

namespace {

process_result shell(const std::string& script, std::string_view input = {}) {
    return run_process({"sh", "-c", script}, input);
}

} // namespace

TEST_CASE("a program gets its input and arguments; what it prints and its exit code come back") {
    const process_result found =
        run_process({"sh", "-c", "cat; echo $1 >&2; exit 3", "sh", "two words"}, "a\nb");
    CHECK(found.code == 3);
    CHECK(found.output == "a\nb");
    CHECK(found.errors == "two words\n");
    CHECK(shell("kill -TERM $$").code == 128 + SIGTERM);
    CHECK(shell("cat").output.empty());
}

TEST_CASE("more than a pipe holds goes through, whoever of both writes first") {
    const std::string much(1000000, 'x');
    CHECK(shell("cat", much).output == much);
    const std::string filler = "head -c 300000 /dev/zero | tr '\\0' ";
    const process_result both = shell(filler + "e >&2; " + filler + "o; cat", much);
    CHECK(both.errors == std::string(300000, 'e'));
    CHECK(both.output == std::string(300000, 'o') + much);
}

TEST_CASE("a program that ends without reading its input does no harm") {
    CHECK(shell("exit 5", std::string(1000000, 'x')).code == 5);
}

TEST_CASE("a program does not get the terminal's signals, and those ignored here end it") {
    CHECK(shell("cut -d ' ' -f 5 /proc/$$/stat").output != std::to_string(::getpgrp()) + "\n");
    void (*before)(int) = std::signal(SIGPIPE, SIG_IGN);
    CHECK(shell("kill -PIPE $$").code == 128 + SIGPIPE);
    std::signal(SIGPIPE, before);
}

TEST_CASE("a program that is not there") {
    CHECK_THROWS_AS(run_process({"strata-no-such-program"}, ""), std::system_error);
    const temporary_folder folder;
    folder.write("no program", {});
    CHECK_THROWS_AS(run_process({(folder / "no program").string()}, ""), std::system_error);
}
