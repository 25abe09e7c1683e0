// Reading raw and gzip files: the bytes, and every way in which gzip data can be broken.
#include "support/data/byte_reader.hpp"
#include "support/file.hpp"

#include "temporary_folder.hpp"

#include <array>
#include <string>

#include <doctest/doctest.h>

using namespace examples;

namespace {

byte_vector numbers(std::size_t count) {
    byte_vector bytes(count);
    std::uint32_t state = 1;
    for (auto& byte : bytes) {
        state = state * 1664525u + 1013904223u;
        byte = static_cast<std::uint8_t>(state >> 24);
    }
    return bytes;
}

byte_vector all_of(const std::filesystem::path& path, std::size_t step) {
    byte_reader reader{path};
    byte_vector result;
    byte_vector block(step);
    while (const std::size_t count = reader.read(block)) {
        result.insert(result.end(), block.begin(), block.begin() + static_cast<std::ptrdiff_t>(count));
    }
    CHECK(reader.read(block) == 0);
    return result;
}

std::string refusal(const std::filesystem::path& path) {
    return message_of<file_error>([&] { all_of(path, 1000); });
}

} // namespace

TEST_CASE("raw and gzip files give the same bytes, in steps of any size") {
    const temporary_folder folder;
    for (const std::size_t size : {0u, 1u, 2u, 65535u, 65536u, 65537u, 200000u}) {
        CAPTURE(size);
        const byte_vector bytes = numbers(size);
        const auto raw = folder.write("raw", bytes);
        const auto compressed = folder.write("compressed", gzipped(bytes));
        for (const std::size_t step : {7u, 65536u, 300000u}) {
            CHECK(all_of(raw, step) == bytes);
            CHECK(all_of(compressed, step) == bytes);
        }
    }
}

TEST_CASE("gzip members after one another are one file") {
    const temporary_folder folder;
    byte_vector both = gzipped({1, 2, 3});
    for (const auto byte : gzipped({4, 5})) both.push_back(byte);
    CHECK(all_of(folder.write("two.gz", both), 2) == byte_vector{1, 2, 3, 4, 5});
}

TEST_CASE("a file that is missing or a folder is refused by name") {
    const temporary_folder folder;
    const auto missing = folder / "missing";
    CHECK(refusal(missing) == missing.string() + ": cannot be opened: No such file or directory");
    CHECK(refusal(folder.path()) == folder.path().string() + ": cannot be read: Is a directory");
}

TEST_CASE("gzip data cut off at any byte is refused") {
    const temporary_folder folder;
    const byte_vector whole = gzipped(numbers(300));
    for (std::size_t size = 2; size < whole.size(); ++size) {
        const byte_vector part(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
        const auto path = folder.write("cut.gz", part);
        CHECK(refusal(path) == path.string() + ": truncated gzip data: the file ends before its checksum");
    }
}

TEST_CASE("a wrong checksum, a wrong length and damaged data are refused") {
    const temporary_folder folder;
    const byte_vector whole = gzipped(numbers(300));
    const auto with_flipped = [&](std::size_t index) {
        byte_vector bytes = whole;
        bytes[index] ^= 0xff;
        return folder.write("damaged.gz", bytes);
    };
    const std::string start = (folder / "damaged.gz").string() + ": corrupt gzip data: ";
    CHECK(refusal(with_flipped(whole.size() - 8)) == start + "incorrect data check");
    CHECK(refusal(with_flipped(whole.size() - 1)) == start + "incorrect length check");
    CHECK(refusal(with_flipped(2)) == start + "unknown compression method");
    for (std::size_t i = 10; i < whole.size(); ++i) {
        // Damage may also read as data that does not end.
        CHECK(refusal(with_flipped(i)).find(" gzip data: ") != std::string::npos);
    }
}

TEST_CASE("bytes after the end of gzip data are refused") {
    const temporary_folder folder;
    for (const byte_vector& rubbish : {byte_vector{0}, byte_vector{0x1f}, byte_vector{'a', 'b', 'c'}}) {
        byte_vector bytes = gzipped(numbers(300));
        bytes.insert(bytes.end(), rubbish.begin(), rubbish.end());
        const auto path = folder.write("longer.gz", bytes);
        CHECK(refusal(path) == path.string() + ": bytes follow the end of its gzip data, expected none");
    }
}
