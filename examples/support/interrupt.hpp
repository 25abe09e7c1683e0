// Signals that ask a program to end, as a flag that training looks at after every batch.
#pragma once

namespace examples {

/// From here on SIGINT, SIGTERM and SIGHUP (unless it was ignored, as under nohup) end the program at once
/// with the exit code 128 + the signal's number. SIGPIPE and SIGXFSZ are ignored: what is written to a closed
/// pipe or beyond the limit of a file's size fails with an error instead.
void handle_signals();

/// From here on the first of these signals is only noted, since there are results that could be lost. The
/// second one ends the program at once.
void end_after_batch();

/// The number of the signal that asked the program to end; 0 if none did.
int interrupting_signal();

/// Whether one did: look at it after every batch, and write what there is.
inline bool interrupted() { return interrupting_signal() != 0; }

/// While it lives, these signals wait: for what must not be left half done.
class signals_wait {
public:
    signals_wait();
    ~signals_wait();
    signals_wait(const signals_wait&) = delete;
    signals_wait& operator=(const signals_wait&) = delete;
};

} // namespace examples
