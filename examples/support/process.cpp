// A child process between three pipes.
#include "support/process.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace examples {
namespace {

void check(int error) {
    if (error != 0) throw std::system_error{error, std::generic_category()};
}

/// Both ends of a pipe, ours and the child's, closed when it goes.
struct ends {
    std::array<int, 2> of{-1, -1};
    ends() = default;
    ~ends() {
        close(0);
        close(1);
    }
    ends(const ends&) = delete;
    ends& operator=(const ends&) = delete;
    void close(std::size_t end) {
        if (of[end] >= 0) ::close(of[end]);
        of[end] = -1;
    }
};

/// Starts the program; `pipes` are its standard input, output and error, the second end of each its own.
pid_t start(const std::vector<std::string>& command, const std::array<ends, 3>& pipes) {
    std::vector<char*> arguments;
    for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t files;
    check(::posix_spawn_file_actions_init(&files));
    for (int i = 0; i < 3; ++i)
        ::posix_spawn_file_actions_adddup2(&files, pipes[static_cast<std::size_t>(i)].of[1], i);
    posix_spawnattr_t attributes;
    ::posix_spawnattr_init(&attributes);
    sigset_t by_default;
    ::sigemptyset(&by_default);
    for (const int number : {SIGPIPE, SIGXFSZ}) ::sigaddset(&by_default, number);
    ::posix_spawnattr_setsigdefault(&attributes, &by_default);
    ::posix_spawnattr_setpgroup(&attributes, 0);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    pid_t child = 0;
    const int error = ::posix_spawnp(&child, arguments[0], &files, &attributes, arguments.data(), environ);
    ::posix_spawnattr_destroy(&attributes);
    ::posix_spawn_file_actions_destroy(&files);
    check(error);
    return child;
}

/// Gives and takes until the program has closed its output.
void exchange(std::array<ends, 3>& pipes, std::string_view input, process_result& result) {
    std::array<char, 65536> buffer;
    while (pipes[1].of[0] >= 0 || pipes[2].of[0] >= 0) {
        std::array<pollfd, 3> waiting;
        for (std::size_t i = 0; i < 3; ++i)
            waiting[i] = {pipes[i].of[0], static_cast<short>(i == 0 ? POLLOUT : POLLIN), 0};
        if (::poll(waiting.data(), waiting.size(), -1) < 0) {
            if (errno == EINTR) continue;
            check(errno);
        }
        if (waiting[0].revents != 0) {
            // A program that ends early is no reason for a signal.
            const ssize_t sent =
                ::send(waiting[0].fd, input.data(), input.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
            if (sent > 0) input.remove_prefix(static_cast<std::size_t>(sent));
            if (input.empty() || (sent < 0 && errno != EAGAIN && errno != EINTR)) pipes[0].close(0);
        }
        for (const std::size_t i : {std::size_t{1}, std::size_t{2}}) {
            if (waiting[i].revents == 0) continue;
            const ssize_t got = ::read(waiting[i].fd, buffer.data(), buffer.size());
            if (got > 0)
                (i == 1 ? result.output : result.errors).append(buffer.data(), static_cast<std::size_t>(got));
            else if (got == 0 || errno != EINTR)
                pipes[i].close(0);
        }
    }
}

} // namespace

process_result run_process(const std::vector<std::string>& command, std::string_view input) {
    std::array<ends, 3> pipes;
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pipes[0].of.data()) != 0) check(errno);
    for (const std::size_t i : {std::size_t{1}, std::size_t{2}})
        if (::pipe2(pipes[i].of.data(), O_CLOEXEC) != 0) check(errno);
    const pid_t child = start(command, pipes);
    for (ends& each : pipes) each.close(1);
    process_result result;
    exchange(pipes, input, result);
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    result.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return result;
}

} // namespace examples
