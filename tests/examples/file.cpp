// Writing whole files: all or nothing, and nothing left behind.
#include "support/file.hpp"
#include "support/interrupt.hpp"
#include "support/json.hpp"
#include "support/outputs.hpp"

#include "temporary_folder.hpp"

#include <limits>

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <doctest/doctest.h>

using namespace examples;

namespace {

namespace fs = std::filesystem;

std::string refusal(const fs::path& path) {
    return message_of<file_error>([&] { write_file(path, "text"); });
}

} // namespace

TEST_CASE("a file is written and replaced, with nothing beside it") {
    const temporary_folder folder;
    const fs::path path = folder / "file";
    write_file(path, "first, and longer");
    CHECK(read_text(path) == "first, and longer");
    write_file(path, "second");
    CHECK(read_text(path) == "second");
    write_file(path, "");
    CHECK(read_text(path).empty());
    CHECK(folder.entries() == 1);
}

TEST_CASE("a link stays a link, and its file gets the bytes") {
    const temporary_folder folder;
    write_file(folder / "file", "old");
    fs::create_symlink(folder / "file", folder / "link");
    write_file(folder / "link", "new");
    CHECK(fs::is_symlink(folder / "link"));
    CHECK(read_text(folder / "file") == "new");
}

TEST_CASE("a device is written to, not replaced") {
    write_file("/dev/null", "text");
    CHECK(fs::is_character_file("/dev/null"));
}

TEST_CASE("what cannot be written is refused by name, and leaves nothing") {
    const temporary_folder folder;
    const fs::path nowhere = folder / "missing/file";
    CHECK(refusal(nowhere) == nowhere.string() + ": cannot be written: No such file or directory");
    CHECK(refusal(folder.path()) == folder.path().string() + ": cannot be written: it is a folder");
    write_file(folder / "plain", "kept");
    const fs::path below = folder / "plain/file";
    CHECK(refusal(below) == below.string() + ": cannot be written: Not a directory");
    CHECK(read_text(folder / "plain") == "kept");
    CHECK(folder.entries() == 1);
    // A disk without room.
    if (fs::exists("/dev/full")) {
        CHECK(refusal("/dev/full") == "/dev/full: cannot be written: No space left on device");
    }
}

TEST_CASE("trying a file refuses what writing would, and changes nothing") {
    const temporary_folder folder;
    const auto trial = [](const fs::path& path) { return message_of<file_error>([&] { try_file(path); }); };
    for (const fs::path& wrong : {folder / "missing/file", folder.path(), fs::path{}}) {
        CAPTURE(wrong);
        CHECK(trial(wrong) == refusal(wrong));
        CHECK(trial(wrong) != "(no exception)");
    }
    write_file(folder / "plain", "kept");
    CHECK(trial(folder / "plain/file") == refusal(folder / "plain/file"));
    CHECK(trial(folder / "plain") == "(no exception)");
    CHECK(trial(folder / "new") == "(no exception)");
    CHECK(trial("/dev/null") == "(no exception)");
    CHECK(read_text(folder / "plain") == "kept");
    CHECK(folder.entries() == 1);
    if (fs::exists("/dev/full")) {
        CHECK(trial("/dev/full") == "/dev/full: cannot be written: No space left on device");
    }
    // Nobody reads this pipe: to open it would wait for ever.
    REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);
    CHECK(trial(folder / "pipe") == "(no exception)");
}

TEST_CASE("a file that may not be written stays, though its folder would let it be replaced") {
    if (::geteuid() == 0) return; // root may write it
    const temporary_folder folder;
    write_file(folder / "plain", "kept");
    fs::permissions(folder / "plain", fs::perms::owner_read);
    const std::string refused = (folder / "plain").string() + ": cannot be written: Permission denied";
    CHECK(refusal(folder / "plain") == refused);
    CHECK(message_of<file_error>([&] { try_file(folder / "plain"); }) == refused);
    CHECK(read_text(folder / "plain") == "kept");
}

TEST_CASE("beyond the limit of a file's size an error leaves nothing behind") {
    const temporary_folder folder;
    handle_signals();
    rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
    const rlimit small{1000, before.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
    const std::string refused =
        message_of<file_error>([&] { write_file(folder / "file", std::string(100000, 'x')); });
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);
    CHECK(refused == (folder / "file").string() + ": cannot be written: File too large");
    CHECK(folder.entries() == 0);
}

TEST_CASE("folders are made with those above them, or refused by name") {
    const temporary_folder folder;
    make_folder(folder / "a/b/c");
    make_folder(folder / "a/b/c");
    CHECK(fs::is_directory(folder / "a/b/c"));
    write_file(folder / "plain", "kept");
    const auto made = [](const fs::path& path) { return message_of<file_error>([&] { make_folder(path); }); };
    CHECK(made(folder / "plain") ==
          (folder / "plain").string() + ": is not a folder, expected one or nothing");
    CHECK(made(folder / "plain/x") ==
          (folder / "plain/x").string() + ": the folder cannot be made: Not a directory");
    CHECK(made("") != "(no exception)");
}

TEST_CASE("outputs are tried at the start, and one that fails later does not keep the others") {
    const temporary_folder folder;
    const fs::path out = folder / "out";
    CHECK(message_of<file_error>([&] { outputs{out, {"a", "b"}, folder / "missing/m.json"}; }) ==
          (folder / "missing/m.json").string() + ": cannot be written: No such file or directory");
    fs::create_directory(out / "b");
    CHECK(message_of<file_error>([&] { outputs{out, {"a", "b"}, {}}; }) ==
          (out / "b").string() + ": cannot be written: it is a folder");
    fs::remove(out / "b");
    outputs files{out, {"a", "b"}, folder / "m.json"};
    CHECK(folder.entries() == 1);
    CHECK(fs::is_empty(out));
    const auto text = [](const fs::path& path) { write_file(path, "text"); };
    CHECK_THROWS_AS(files.write("c", text), std::logic_error);
    fs::create_directory(out / "a");
    files.write("a", text);
    files.write("b", text);
    files.write_metrics(text);
    CHECK(read_text(out / "b") == "text");
    CHECK(read_text(folder / "m.json") == "text");
    CHECK(message_of<std::runtime_error>([&] { files.finish(); }) ==
          (out / "a").string() + ": cannot be written: it is a folder");
}

TEST_CASE("JSON keeps the order of its keys, and has null for what is not a number") {
    const temporary_folder folder;
    nlohmann::ordered_json value;
    value["seed"] = 2;
    value["epoch_loss"] = {0.5, std::numeric_limits<double>::quiet_NaN()};
    value["compiler"] = "not \xff UTF-8";
    write_json(folder / "metrics.json", value);
    CHECK(read_text(folder / "metrics.json") ==
          "{\n  \"seed\": 2,\n  \"epoch_loss\": [\n    0.5,\n    null\n  ],\n"
          "  \"compiler\": \"not \xef\xbf\xbd UTF-8\"\n}\n");
    CHECK(folder.entries() == 1);
}
