// The IDX reader: what it reads, and the sentence for everything that it refuses.
#include "support/data/idx.hpp"
#include "support/file.hpp"

#include "temporary_folder.hpp"

#include <doctest/doctest.h>

using namespace examples;

namespace {

const byte_vector twelve{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 255};

std::string refusal(const std::filesystem::path& path, std::size_t rank = 3) {
    const std::string text = message_of<file_error>([&] { read_idx(path, rank); });
    const std::string start = path.string() + ": ";
    REQUIRE_MESSAGE(text.starts_with(start), text);
    return text.substr(start.size());
}

} // namespace

TEST_CASE("an IDX file is read raw and as gzip, whatever it is called") {
    const temporary_folder folder;
    const byte_vector bytes = idx_bytes({3, 2, 2}, twelve);
    for (const auto& path : {folder.write("raw", bytes), folder.write("compressed", gzipped(bytes)),
                             folder.write("raw.gz", bytes)}) {
        const idx_data data = read_idx(path, 3);
        CHECK(data.dimensions == std::vector<std::size_t>{3, 2, 2});
        CHECK(data.records_in_file == 3);
        CHECK(data.bytes == twelve);
    }
}

TEST_CASE("a limit keeps the first records, and checks the rest") {
    const temporary_folder folder;
    const auto path = folder.write("file", idx_bytes({3, 2, 2}, twelve));
    const idx_data data = read_idx(path, 3, 2);
    CHECK(data.dimensions == std::vector<std::size_t>{2, 2, 2});
    CHECK(data.records_in_file == 3);
    CHECK(data.bytes == byte_vector{0, 1, 2, 3, 4, 5, 6, 7});
    CHECK(read_idx(path, 3, 0).bytes.empty());
    CHECK(read_idx(path, 3, 100).bytes == twelve);
    const auto shorter = folder.write("shorter", idx_bytes({4, 2, 2}, twelve));
    CHECK_THROWS_AS(read_idx(shorter, 3, 2), file_error);
}

TEST_CASE("no records is a file like any other") {
    const temporary_folder folder;
    CHECK(read_idx(folder.write("empty", idx_bytes({0, 28, 28}, {})), 3).bytes.empty());
}

TEST_CASE("a missing IDX file is refused") {
    const temporary_folder folder;
    CHECK(refusal(folder / "missing") == "cannot be opened: No such file or directory");
}

TEST_CASE("a wrong magic number is refused") {
    const temporary_folder folder;
    const std::string expected = ", expected 0x00000803 (IDX, unsigned byte, dimensions: 3)";
    CHECK(refusal(folder.write("labels", idx_bytes({12}, twelve))) ==
          "wrong magic number 0x00000801 (unsigned byte, dimensions: 1)" + expected);
    CHECK(refusal(folder.write("floats", idx_bytes({3, 1, 1}, twelve, 0x0d))) ==
          "wrong magic number 0x00000d03 (float, dimensions: 3)" + expected);
    CHECK(refusal(folder.write("nothing", idx_bytes({3, 1, 1}, twelve, 0x0a))) ==
          "wrong magic number 0x00000a03" + expected);
    CHECK(refusal(folder.write("png", {0x89, 'P', 'N', 'G', 13, 10, 26, 10})) ==
          "wrong magic number 0x89504e47" + expected);
    CHECK(refusal(folder.write("images", idx_bytes({3, 2, 2}, twelve)), 1) ==
          "wrong magic number 0x00000803 (unsigned byte, dimensions: 3), expected 0x00000801 (IDX, unsigned "
          "byte, "
          "dimensions: 1)");
}

TEST_CASE("a short header is refused at every length") {
    const temporary_folder folder;
    const byte_vector whole = idx_bytes({3, 2, 2}, twelve);
    for (std::size_t size = 0; size < 16; ++size) {
        const byte_vector part(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
        const std::string expected = "short header: " + std::to_string(size) + " bytes, expected 16";
        CHECK(refusal(folder.write("short", part)) == expected);
        CHECK(refusal(folder.write("short.gz", gzipped(part))) == expected);
    }
}

TEST_CASE("a body that is not as long as the dimensions say is refused") {
    const temporary_folder folder;
    CHECK(refusal(folder.write("short", idx_bytes({4, 2, 2}, twelve))) ==
          "short file: 12 bytes after the header, expected 16 for 4 x 2 x 2");
    CHECK(refusal(folder.write("empty.gz", gzipped(idx_bytes({4, 2, 2}, {})))) ==
          "short file: 0 bytes after the header, expected 16 for 4 x 2 x 2");
    CHECK(refusal(folder.write("long", idx_bytes({2, 2, 2}, twelve))) ==
          "4 trailing bytes: 12 bytes after the header, expected 8 for 2 x 2 x 2");
    CHECK(refusal(folder.write("long.gz", gzipped(idx_bytes({11}, twelve))), 1) ==
          "1 trailing bytes: 12 bytes after the header, expected 11 for 11");
}

TEST_CASE("dimensions that overflow or claim far too much are refused without taking memory") {
    const temporary_folder folder;
    const std::uint32_t most = 0xffffffff;
    CHECK(refusal(folder.write("overflow", idx_bytes({most, most, most}, twelve))) ==
          "the dimensions 4294967295 x 4294967295 x 4294967295 multiply to more bytes than can be counted, "
          "expected a "
          "product below 2^64");
    // Nearly 2^64 bytes, which no allocation survives.
    CHECK(refusal(folder.write("claim", idx_bytes({most, most, 1}, twelve))) ==
          "short file: 12 bytes after the header, expected 18446744065119617025 for 4294967295 x 4294967295 "
          "x 1");
    // A zero hides the overflow of the others, whichever place it has.
    CHECK(refusal(folder.write("zero first", idx_bytes({0, most, most}, twelve))) ==
          "12 trailing bytes: 12 bytes after the header, expected 0 for 0 x 4294967295 x 4294967295");
    CHECK(refusal(folder.write("zero last", idx_bytes({most, most, 0}, twelve))) ==
          "12 trailing bytes: 12 bytes after the header, expected 0 for 4294967295 x 4294967295 x 0");
}

TEST_CASE("corrupt gzip is refused by the name of the IDX file") {
    const temporary_folder folder;
    byte_vector bytes = gzipped(idx_bytes({3, 2, 2}, twelve));
    bytes[bytes.size() - 6] ^= 1;
    CHECK(refusal(folder.write("crc.gz", bytes)) == "corrupt gzip data: incorrect data check");
    bytes = gzipped(idx_bytes({3, 2, 2}, twelve));
    bytes.resize(bytes.size() - 4);
    CHECK(refusal(folder.write("cut.gz", bytes)) == "truncated gzip data: the file ends before its checksum");
}
