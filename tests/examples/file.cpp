// Writing whole files: all or nothing, and nothing left behind.
#include "support/file.hpp"
#include "support/json.hpp"

#include "temporary_folder.hpp"

#include <limits>

#include <sys/stat.h>

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
