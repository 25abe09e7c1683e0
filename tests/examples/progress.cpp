// The progress display under a clock that a test winds: every character that it writes.
#include "support/progress.hpp"

#include <algorithm>
#include <limits>
#include <sstream>
#include <stdexcept>

#include <doctest/doctest.h>

using namespace examples;

namespace {

struct display {
    double now = 1000;
    std::ostringstream text{};
    bool terminal = false;
    std::size_t columns = 80;

    progress make(std::size_t epochs, std::size_t batches) {
        return {{text, terminal, columns}, epochs, batches, [this] { return now; }};
    }

    // What was written since the last call.
    std::string written() {
        std::string result = text.str();
        text.str("");
        return result;
    }
};

} // namespace

TEST_CASE("elsewhere than on a terminal, each epoch is one plain line") {
    display screen;
    progress shown = screen.make(10, 4);
    shown.batch(1, 0.9);
    screen.now += 30;
    shown.batch(4, 0.9);
    CHECK(screen.written().empty());
    shown.epoch(0.1123);
    CHECK(screen.written() == "epoch  1/10  loss 0.1123  30.00 s  elapsed 0:30  left 4:30\n");
    screen.now += 10.126;
    shown.epoch(0.05, "test 0.06");
    CHECK(screen.written() == "epoch  2/10  loss 0.0500  10.13 s  elapsed 0:40  left 2:41  test 0.06\n");
    for (int epoch = 3; epoch < 10; ++epoch) shown.epoch(0.04);
    screen.written();
    screen.now = 1000 + 2 * 3600 + 61;
    shown.epoch(12345.678);
    CHECK(screen.written() == "epoch 10/10  loss 1.235e+04  7220.87 s  elapsed 2:01:01  left 0:00\n");
}

TEST_CASE("epochs of an earlier run are counted, and took no time of this one") {
    display screen;
    progress shown = screen.make(10, 4);
    shown.go_on_after(6);
    screen.now += 30;
    shown.epoch(0.5);
    CHECK(screen.written() == "epoch  7/10  loss 0.5000  30.00 s  elapsed 0:30  left 1:30\n");
    shown.go_on_after(7); // no others
    shown.go_on_after(2);
    screen.now += 30;
    shown.epoch(0.5);
    CHECK(screen.written() == "epoch  8/10  loss 0.5000  30.00 s  elapsed 1:00  left 1:00\n");
    shown.go_on_after(9);
    screen.now += 30;
    shown.epoch(0.5);
    CHECK(screen.written() == "epoch 10/10  loss 0.5000  30.00 s  elapsed 1:30  left 0:00\n");
    screen.terminal = true;
    progress drawn = screen.make(2, 4);
    drawn.go_on_after(1);
    screen.now += 10;
    drawn.batch(1, 0.5);
    CHECK(screen.written().find("epoch 2/2 [#") != std::string::npos);
}

TEST_CASE("on a terminal, one line is rewritten and ends with the last epoch") {
    display screen{.terminal = true};
    {
        progress shown = screen.make(2, 4);
        screen.now += 10;
        shown.batch(1, 0.5);
        CHECK(screen.written() ==
              "\repoch 1/2 [#####------------------]  25 %  loss 0.5000  elapsed 0:10  left 1:10");
        screen.now += 10;
        shown.batch(2, 0.25);
        CHECK(screen.written() ==
              "\repoch 1/2 [###########------------]  50 %  loss 0.2500  elapsed 0:20  left 1:00");
        screen.now += 20;
        shown.epoch(0.125);
        CHECK(screen.written() ==
              "\repoch 1/2 [#######################] 100 %  loss 0.1250  elapsed 0:40  left 0:40");
        screen.now += 40;
        shown.epoch(0.0625);
        CHECK(screen.written() ==
              "\repoch 2/2 [#######################] 100 %  loss 0.0625  elapsed 1:20  left 0:00\n");
    }
    CHECK(screen.written().empty());
}

TEST_CASE("a terminal line is drawn twenty times a second at most") {
    display screen{.terminal = true};
    progress shown = screen.make(1, 1000);
    int drawn = 0;
    for (std::size_t i = 1; i <= 1000; ++i) {
        screen.now += 0.001;
        shown.batch(i, 0.5);
        if (!screen.written().empty()) ++drawn;
    }
    CHECK(drawn >= 19);
    CHECK(drawn <= 20);
}

TEST_CASE("a shorter line wipes the longer one before it") {
    display screen{.terminal = true};
    progress shown = screen.make(3, 1);
    shown.epoch(0.5, "a note");
    const std::size_t longer = screen.written().size();
    screen.columns = 80;
    shown.epoch(0.5);
    CHECK(screen.written().size() == longer);
}

TEST_CASE("a line never reaches the terminal's last column") {
    for (const std::size_t columns : {0u, 1u, 2u, 5u, 40u, 59u, 60u, 61u, 62u, 80u, 81u, 500u}) {
        CAPTURE(columns);
        display screen{.terminal = true, .columns = columns};
        progress shown = screen.make(25, 94);
        shown.batch(47, 0.0612);
        const std::string line = screen.written();
        REQUIRE(line.starts_with("\r"));
        CHECK(line.size() - 1 <= std::max<std::size_t>(columns, 2) - 1);
        CHECK(line.size() - 1 <= 100);
        CHECK(line.find('\n') == std::string::npos);
    }
}

TEST_CASE("an exception on the way leaves the terminal at the beginning of a line") {
    display screen{.terminal = true};
    try {
        progress shown = screen.make(5, 5);
        shown.batch(1, 0.5);
        screen.written();
        throw std::runtime_error{"training failed"};
    } catch (const std::runtime_error&) {
        CHECK(screen.written() == "\n");
    }
}

TEST_CASE("a line can be ended on the way, once, and notes stand at the end of every line") {
    display screen{.terminal = true};
    progress shown = screen.make(5, 5);
    shown.end_line();
    CHECK(screen.written().empty());
    shown.batch(1, 0.5, "Adam");
    CHECK(screen.written().ends_with("  left 0:00  Adam"));
    shown.end_line();
    shown.end_line();
    CHECK(screen.written() == "\n");
    display elsewhere;
    progress plain = elsewhere.make(5, 5);
    plain.batch(1, 0.5, "Adam");
    plain.end_line();
    CHECK(elsewhere.written().empty());
}

TEST_CASE("no epochs, no batches, too many of either, no time and no number") {
    display screen{.terminal = true};
    progress shown = screen.make(0, 0);
    shown.batch(7, -std::numeric_limits<double>::quiet_NaN());
    CHECK(screen.written().find("100 %  loss nan  elapsed 0:00  left 0:00") != std::string::npos);
    shown.epoch(-std::numeric_limits<double>::infinity());
    CHECK(screen.written().find("loss -inf") != std::string::npos);
    shown.epoch(1e-9);
    CHECK(screen.written().find("loss 1.000e-09") != std::string::npos);
    display nothing_done{.terminal = true};
    progress waiting = nothing_done.make(3, 3);
    waiting.batch(0, 0.0);
    CHECK(nothing_done.written().find("  0 %  loss 0.0000  elapsed 0:00  left ?") != std::string::npos);
}

TEST_CASE("the real clock runs forwards, and standard output is something") {
    const double before = steady_seconds();
    CHECK(steady_seconds() >= before);
    CHECK(standard_output().columns > 0);
}
