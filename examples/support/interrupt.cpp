// The handler of the signals that ask a program to end.
#include "support/interrupt.hpp"

#include <atomic>
#include <csignal>
#include <initializer_list>

#include <unistd.h>

namespace examples {
namespace {

// A handler may touch no other kind of variable.
static_assert(std::atomic<int>::is_always_lock_free);
std::atomic<int> noted{0};
std::atomic<bool> notes_first{false};

constexpr std::initializer_list<int> ending_signals{SIGINT, SIGTERM, SIGHUP};

extern "C" void note_or_end(int number) {
    int none = 0;
    if (notes_first && noted.compare_exchange_strong(none, number)) return;
    ::_exit(128 + number);
}

sigset_t ending_set() {
    sigset_t set;
    sigemptyset(&set);
    for (const int number : ending_signals) sigaddset(&set, number);
    return set;
}

} // namespace

void handle_signals() {
    struct sigaction ignore{};
    ignore.sa_handler = SIG_IGN;
    ::sigaction(SIGPIPE, &ignore, nullptr);
    ::sigaction(SIGXFSZ, &ignore, nullptr);
    struct sigaction action{};
    action.sa_handler = note_or_end;
    // A write that a signal meets goes on.
    action.sa_flags = SA_RESTART;
    for (const int number : ending_signals) {
        struct sigaction before{};
        ::sigaction(number, nullptr, &before);
        if (number != SIGHUP || before.sa_handler != SIG_IGN) ::sigaction(number, &action, nullptr);
    }
}

void end_after_batch() { notes_first = true; }

int interrupting_signal() { return noted; }

signals_wait::signals_wait() {
    const sigset_t set = ending_set();
    ::sigprocmask(SIG_BLOCK, &set, nullptr);
}

signals_wait::~signals_wait() {
    const sigset_t set = ending_set();
    ::sigprocmask(SIG_UNBLOCK, &set, nullptr);
}

} // namespace examples
