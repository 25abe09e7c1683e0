// Files written whole or not at all, and read to their end.
#include "strata/io/file.hpp"

#include "support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

namespace fs = std::filesystem;
using tests::message_of;
using tests::read_text;
using tests::temporary_folder;

void write(const fs::path& path, std::string_view first, std::string_view second = {}) {
    const std::array pieces{std::as_bytes(std::span{first}), std::as_bytes(std::span{second})};
    strata::detail::write_file(path.string(), pieces);
}

std::string wrong_write(const fs::path& path) {
    return message_of<std::runtime_error>([&] { write(path, "text"); });
}

std::string read(const fs::path& path, std::size_t count) {
    const std::string name = path.string();
    strata::detail::input_file file{name};
    std::vector<std::byte> bytes(1, std::byte{'>'});
    file.read(bytes, count);
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

TEST_CASE("a file is written and replaced, with nothing beside it") {
    const temporary_folder folder;
    write(folder / "file", "first, ", "and longer");
    CHECK(read_text(folder / "file") == "first, and longer");
    write(folder / "file", "", "second");
    CHECK(read_text(folder / "file") == "second");
    write(folder / "file", "");
    CHECK(read_text(folder / "file").empty());
    CHECK(folder.entries() == 1);
    const fs::path before = fs::current_path();
    fs::current_path(folder.path());
    write("here", "x");
    fs::current_path(before);
    CHECK(read_text(folder / "here") == "x");
}

// Devices are the machine's own: root could replace them, were there a mistake.
bool may_try_devices() { return ::geteuid() != 0 && fs::is_character_file("/dev/full"); }

TEST_CASE("a link stays a link, a file keeps its permissions, a device is written to") {
    const temporary_folder folder;
    write(folder / "file", "old");
    fs::permissions(folder / "file", fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read);
    fs::create_symlink("file", folder / "link");
    write(folder / "link", "new");
    CHECK(fs::is_symlink(folder / "link"));
    CHECK(read_text(folder / "file") == "new");
    CHECK(fs::status(folder / "file").permissions() ==
          (fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read));
    CHECK(folder.entries() == 2);
    // One whose file is not there yet, too.
    fs::create_directory(folder / "below");
    fs::create_symlink("below/second", folder / "first");
    fs::create_symlink(folder / "third", folder / "below/second");
    write(folder / "first", "far away");
    CHECK(fs::is_symlink(folder / "first"));
    CHECK(fs::is_symlink(folder / "below/second"));
    CHECK(read_text(folder / "third") == "far away");
    CHECK(folder.entries() == 5);
    if (may_try_devices()) write("/dev/null", "text");
}

TEST_CASE("what cannot be written is refused by path and reason, and leaves nothing") {
    const temporary_folder folder;
    write(folder / "plain", "kept");
    const fs::path nowhere = folder / "missing/file", below = folder / "plain/file";
    CHECK(wrong_write(nowhere) ==
          "strata: " + nowhere.string() + ": cannot be written: No such file or directory");
    CHECK(wrong_write(below) == "strata: " + below.string() + ": cannot be written: Not a directory");
    CHECK(wrong_write(folder.path()) ==
          "strata: " + folder.path().string() + ": cannot be written: Is a directory");
    if (may_try_devices())
        CHECK(wrong_write("/dev/full") == "strata: /dev/full: cannot be written: No space left on device");
    if (::geteuid() != 0) { // root may write it
        fs::permissions(folder / "plain", fs::perms::owner_read);
        CHECK(wrong_write(folder / "plain") ==
              "strata: " + (folder / "plain").string() + ": cannot be written: Permission denied");
    }
    CHECK(read_text(folder / "plain") == "kept");
    CHECK(folder.entries() == 1);
}

TEST_CASE("beyond the limit of a file's size the old file stays, with nothing beside it") {
    const temporary_folder folder;
    write(folder / "file", "old");
    const auto before_signal = std::signal(SIGXFSZ, SIG_IGN);
    rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
    const rlimit small{1000, before.rlim_max};
    for (const std::size_t size : {1001u, 5000u, 100000u, 3000000u}) {
        CAPTURE(size);
        REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
        const std::string said = message_of<std::runtime_error>(
            [&] { write(folder / "file", "head", std::string(size - 4, 'x')); });
        REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);
        CHECK(said == "strata: " + (folder / "file").string() + ": cannot be written: File too large");
        CHECK(read_text(folder / "file") == "old");
        CHECK(folder.entries() == 1);
    }
    std::signal(SIGXFSZ, before_signal);
}

TEST_CASE("what another writer that lives has beside the path is neither used nor removed") {
    const temporary_folder folder;
    const fs::path left = folder / ("file." + std::to_string(::getpid()) + ".partial");
    write(left, "somebody else's");
    write(folder / "file", "text");
    CHECK(read_text(folder / "file") == "text");
    CHECK(read_text(left) == "somebody else's");
    CHECK(folder.entries() == 2);
}

/// A process that does this and then waits to be killed, or is killed by it.
template <class Work>
class child {
public:
    explicit child(const Work& work) : id_{::fork()} {
        if (id_ != 0) return;
        const rlimit none{0, 0};
        ::setrlimit(RLIMIT_CORE, &none);
        work();
        for (;;) ::pause();
    }
    [[nodiscard]] ::pid_t id() const { return id_; }
    /// Waits for its end, by its own or by SIGKILL. Returns the signal.
    int end(bool by_kill) const {
        if (by_kill) ::kill(id_, SIGKILL);
        int status = 0;
        while (::waitpid(id_, &status, 0) < 0 && errno == EINTR) {
        }
        return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    }

private:
    ::pid_t id_;
};

TEST_CASE("what a writer that was killed has left is removed by the next") {
    const temporary_folder folder;
    write(folder / "file", "old");
    const child killed{[&] {
        // The system kills whoever writes more.
        std::signal(SIGXFSZ, SIG_DFL);
        const rlimit small{1000, 1000};
        ::setrlimit(RLIMIT_FSIZE, &small);
        write(folder / "file", std::string(100000, 'x'));
    }};
    REQUIRE(killed.end(false) == SIGXFSZ);
    const std::string gone = "." + std::to_string(killed.id()) + ".partial";
    REQUIRE(fs::exists(folder / ("file" + gone)));
    CHECK(read_text(folder / "file") == "old");
    // A second of its threads, and what only looks so.
    const std::string looks_so[]{"other" + gone,    "file2" + gone,      "file.x" + gone,
                                 "file.1.2" + gone, "file" + gone + "x", "file" + gone + ".partial",
                                 "file.partial",    "file..partial",     "file" + gone + ".1",
                                 "file.0.partial"};
    for (const std::string& name : looks_so) std::ofstream{folder / name} << name;
    std::ofstream{folder / ("file.7" + gone)} << "left";
    write(folder / "file", "new");
    CHECK(read_text(folder / "file") == "new");
    CHECK(!fs::exists(folder / ("file" + gone)));
    CHECK(!fs::exists(folder / ("file.7" + gone)));
    CHECK(folder.entries() == 1 + std::size(looks_so));
}

TEST_CASE("what a living process writes stays, and what is locked, and goes after that") {
    const temporary_folder folder;
    const child living{[] {}};
    const fs::path its = folder / ("file." + std::to_string(living.id()) + ".partial");
    std::ofstream{its} << "half";
    write(folder / "file", "text");
    CHECK(read_text(its) == "half");
    REQUIRE(living.end(true) == SIGKILL);
    // As another machine's writer has it, whose process is not among ours.
    std::FILE* file = std::fopen(its.c_str(), "r+b");
    REQUIRE(file != nullptr);
    const child holds_it{[&] {
        std::FILE* same = std::fopen(its.c_str(), "r+b");
        if (same == nullptr || ::lockf(::fileno(same), F_LOCK, 0) != 0) std::abort();
    }};
    while (::lockf(::fileno(file), F_TEST, 0) == 0) std::this_thread::yield(); // until it does
    std::fclose(file);
    write(folder / "file", "text");
    CHECK(read_text(its) == "half");
    REQUIRE(holds_it.end(true) == SIGKILL);
    write(folder / "file", "text");
    CHECK(folder.entries() == 1);
}

TEST_CASE("of two writers and a reader at once each sees whole files") {
    const temporary_folder folder;
    const fs::path path = folder / "file";
    write(path, std::string(50000, 'a'));
    const auto write_often = [&](char c) {
        for (int i = 0; i < 20; ++i) write(path, std::string(50000, c));
    };
    std::thread first{write_often, 'a'}, second{write_often, 'b'};
    int wrong = 0;
    for (int i = 0; i < 100; ++i) {
        const std::string text = read_text(path);
        wrong += text.size() != 50000 || std::ranges::count(text, text[0]) != 50000;
    }
    first.join(), second.join();
    CHECK(wrong == 0);
    CHECK(folder.entries() == 1);
}

TEST_CASE("a file is read as far as asked for, or to its end") {
    const temporary_folder folder;
    std::string text;
    for (int i = 0; i < 100000; ++i) text += std::to_string(i);
    write(folder / "file", text);
    for (const std::size_t count :
         {std::size_t{0}, std::size_t{1}, std::size_t{65536}, text.size() - 1, text.size()})
        CHECK(read(folder / "file", count) == ">" + text.substr(0, count));
    for (const std::size_t more : {text.size() + 1, ~std::size_t{0}})
        CHECK(read(folder / "file", more) == ">" + text);
    const std::string name = (folder / "file").string();
    strata::detail::input_file file{name};
    std::vector<std::byte> bytes;
    file.read(bytes, 3);
    file.read(bytes, 5);
    file.read(bytes, ~std::size_t{0});
    CHECK(std::string_view{reinterpret_cast<const char*>(bytes.data()), bytes.size()} == text);
    file.read(bytes, 1);
    CHECK(bytes.size() == text.size());
}

TEST_CASE("a pipe, whose size nobody knows, is read to its end") {
    const temporary_folder folder;
    const fs::path pipe = folder / "pipe";
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    const std::string text(300000, 'p');
    std::thread writer{[&] { std::ofstream{pipe} << text; }};
    CHECK(read(pipe, ~std::size_t{0}) == ">" + text);
    writer.join();
    // And written to as it is.
    std::string found;
    std::thread reader{[&] { found = read_text(pipe); }};
    write(pipe, "into ", "it");
    reader.join();
    CHECK(found == "into it");
    CHECK(fs::is_fifo(pipe));
}

TEST_CASE("what cannot be read is refused by path and reason") {
    const temporary_folder folder;
    const auto wrong = [](const fs::path& path) {
        return message_of<std::runtime_error>([&] { read(path, 8); });
    };
    CHECK(wrong(folder / "none") ==
          "strata: " + (folder / "none").string() + ": cannot be opened: No such file or directory");
    CHECK(wrong(folder.path()) == "strata: " + folder.path().string() + ": cannot be read: Is a directory");
    CHECK(wrong("") == "strata: : cannot be opened: No such file or directory");
}

TEST_CASE("what is kept under another name too is what was there, not what is written next") {
    const temporary_folder folder;
    const auto keep = [&](const fs::path& path) {
        strata::detail::keep_as(path.string(), (folder / "kept").string());
    };
    write(folder / "kept", "older");
    keep(folder / "file"); // nothing is there
    CHECK(read_text(folder / "kept") == "older");
    write(folder / "file", "first");
    keep(folder / "file");
    write(folder / "file", "second");
    CHECK(read_text(folder / "kept") == "first");
    fs::create_symlink("file", folder / "link");
    keep(folder / "link");
    write(folder / "link", "third");
    CHECK(!fs::is_symlink(folder / "kept"));
    CHECK(read_text(folder / "kept") == "second");
    CHECK(read_text(folder / "file") == "third");
    // No file can be linked from one file system into another.
    if (fs::exists("/proc/self/comm")) {
        keep("/proc/self/comm");
        CHECK(read_text(folder / "kept") == read_text("/proc/self/comm"));
    }
    CHECK(folder.entries() == 3);
}

TEST_CASE("a file is there though it cannot be opened, and reading says why not") {
    using strata::detail::file_exists;
    const temporary_folder folder;
    write(folder / "file", "text");
    CHECK(file_exists((folder / "file").string()));
    CHECK(!file_exists((folder / "none").string()));
    CHECK(!file_exists((folder / "file/below").string()));
    fs::create_symlink("loop", folder / "loop");
    CHECK(file_exists((folder / "loop").string()));
    CHECK_THROWS_AS(read(folder / "loop", 1), std::runtime_error);
}

} // namespace
