// The IDX reader: what it reads, and the sentence for everything that it refuses.
#include "support/data/idx.hpp"
#include "support/file.hpp"

#include "memory.hpp"
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
          "bytes follow the elements, expected the end of the file after 8 for 2 x 2 x 2");
    CHECK(refusal(folder.write("long.gz", gzipped(idx_bytes({11}, twelve))), 1) ==
          "bytes follow the elements, expected the end of the file after 11 for 11");
}

TEST_CASE("dimensions that overflow or claim far too much are refused by the header alone") {
    const temporary_folder folder;
    const std::uint32_t most = 0xffffffff;
    const std::vector<std::vector<std::uint32_t>> claims{
        {most, most, most}, {most, most, 1},   {1, most, most},   {0, most, most},  {most, most, 0},
        {most, 28, 28},     {65536, 256, 256}, {2, 65536, 65536}, {1, 1u << 29, 2}, {(1u << 29) + 1, 1, 1}};
    for (const auto& dimensions : claims) {
        const std::string text = std::to_string(dimensions[0]) + " x " + std::to_string(dimensions[1]) +
                                 " x " + std::to_string(dimensions[2]);
        const std::string expected = "the header claims " + text + " bytes, expected at most 512 MiB";
        CHECK(refusal(folder.write("claim", idx_bytes(dimensions, twelve))) == expected);
        CHECK(refusal(folder.write("claim.gz", gzipped(idx_bytes(dimensions, twelve)))) == expected);
    }
    CHECK(refusal(folder.write("most", idx_bytes({1u << 29, 1, 1}, twelve))) ==
          "short file: 12 bytes after the header, expected 536870912 for 536870912 x 1 x 1");
}

TEST_CASE("what a small gzip file becomes takes no memory, whatever its header claims") {
    const temporary_folder folder;
    const std::string zeros(1024, '\0');
    const auto peak = [&](const std::vector<std::uint32_t>& dimensions, const std::string& words) {
        const auto path = folder.write("bomb.gz", gzip_bomb(idx_bytes(dimensions, {}), zeros, 400));
        return peak_mebibytes([&] {
            const std::string text = message_of<file_error>([&] { read_idx(path, 3); });
            if (text.find(words) == std::string::npos) throw std::runtime_error{text};
        });
    };
    CHECK(peak({400, 1024, 1024 * 1024}, "the header claims") < 16);
    CHECK(peak({4, 1024, 1024}, "bytes follow the elements") < 32);
    CHECK(peak({0, 28, 28}, "bytes follow the elements") < 16);
    const auto path = folder.write("right.gz", gzip_bomb(idx_bytes({400, 1024, 1024}, {}), zeros, 400));
    CHECK(peak_mebibytes([&] { read_idx(path, 3, 2); }) < 32);
}

TEST_CASE("a claim that no bytes follow takes no memory") {
    const temporary_folder folder;
    for (const byte_vector& bytes :
         {idx_bytes({1u << 29, 1, 1}, twelve), gzipped(idx_bytes({1u << 29, 1, 1}, twelve))}) {
        const auto path = folder.write("claim", bytes);
        CHECK(peak_mebibytes([&] { message_of<file_error>([&] { read_idx(path, 3); }); }) < 16);
    }
}

TEST_CASE("cut at any byte, or with any byte changed, a gzip file gives its data or a file_error") {
    const temporary_folder folder;
    byte_vector body(600);
    std::uint32_t state = 7;
    for (auto& byte : body) byte = static_cast<std::uint8_t>((state = state * 1664525u + 1013904223u) >> 26);
    const byte_vector raw = idx_bytes({6, 10, 10}, body);
    const byte_vector whole = gzipped(raw);
    for (std::size_t size = 0; size < raw.size(); ++size)
        CHECK(message_of<file_error>([&] {
                  read_idx(
                      folder.write("cut", {raw.begin(), raw.begin() + static_cast<std::ptrdiff_t>(size)}), 3);
              }).starts_with((folder / "cut").string() + ": short "));
    for (std::size_t size = 0; size < whole.size(); ++size)
        CHECK_THROWS_AS(
            read_idx(folder.write("cut", {whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)}),
                     3),
            file_error);
    for (std::size_t index = 0; index < whole.size(); ++index) {
        for (const unsigned mask : {0x01u, 0x10u, 0x80u, 0xffu}) {
            CAPTURE(index);
            byte_vector bytes = whole;
            bytes[index] = static_cast<std::uint8_t>(bytes[index] ^ mask);
            const auto path = folder.write("changed", bytes);
            // The time and the system in gzip's header mean nothing to the data.
            byte_vector found = body;
            const std::string problem = message_of<file_error>([&] { found = read_idx(path, 3).bytes; });
            CHECK((problem == "(no exception)" || problem.starts_with(path.string() + ": ")));
            CHECK(found == body);
        }
    }
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
