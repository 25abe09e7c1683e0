// What is written, byte for byte, and what is refused.
#include "strata/io/safetensors.hpp"

#include "safetensors_file.hpp"
#include "support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstddef>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include <sys/resource.h>

namespace {

using namespace strata;
using tests::message_of;
using tests::read_text;
using tests::temporary_folder;

std::string text_of(const std::vector<std::byte>& bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string wrong(const safetensors_writer& before, auto&& add) {
    safetensors_writer writer = before;
    const std::string message = message_of<std::invalid_argument>([&] { add(writer); });
    CHECK(writer.bytes() == before.bytes()); // what fails changes nothing
    return message;
}

const std::vector<float> six{1, 2, 3, 4, 5, 6};

TEST_CASE("a file, byte for byte") {
    safetensors_writer writer;
    writer.add("b", {2}, std::vector<float>{1, -2})
        .add("a", {}, std::array{0.5f})
        .add("d", {1}, std::vector<double>{1})
        .metadata("k", "v\"\n");
    const std::string expected = std::string{"\xf8\0\0\0\0\0\0\0", 8} +
                                 R"({"__metadata__":{"k":"v\"\n"},)"
                                 R"("d":{"dtype":"F64","shape":[1],"data_offsets":[0,8]},)"
                                 R"("a":{"dtype":"F32","shape":[],"data_offsets":[8,12]},)"
                                 R"("b":{"dtype":"F32","shape":[2],"data_offsets":[12,20]}})" +
                                 std::string(57, ' ') +
                                 std::string{"\0\0\0\0\0\0\xf0\x3f"
                                             "\0\0\0\x3f"
                                             "\0\0\x80\x3f\0\0\0\xc0",
                                             20};
    CHECK(text_of(writer.bytes()) == expected);
    const temporary_folder folder;
    writer.write(folder / "file");
    CHECK(read_text(folder / "file") == expected);
    CHECK(folder.entries() == 1);
}

TEST_CASE("a file without tensors has an empty header") {
    CHECK(text_of(safetensors_writer{}.bytes()) ==
          std::string{"\x38\0\0\0\0\0\0\0", 8} + "{}" + std::string(54, ' '));
}

TEST_CASE("data begin at a multiple of 64 bytes, however long the header is") {
    for (std::size_t length = 0; length < 130; ++length) {
        safetensors_writer writer;
        writer.add(std::string(length, 'x'), {6}, six);
        const std::vector<std::byte> bytes = writer.bytes();
        CHECK((bytes.size() - 24) % 64 == 0);
        CHECK(safetensors{bytes}.tensors()[0].bytes.size() == 24);
    }
}

TEST_CASE("larger elements come first, then the smaller name, whatever the order of adding") {
    const std::vector<std::byte> source = tests::file_of(
        R"({"h":{"dtype":"F16","shape":[1],"data_offsets":[0,2]},"i":{"dtype":"I64","shape":[1],"data_offsets":[2,10]},)"
        R"("B":{"dtype":"BOOL","shape":[1],"data_offsets":[10,11]},"4":{"dtype":"F4","shape":[2],"data_offsets":[11,12]}})",
        12);
    const safetensors other = safetensors::view(source);
    safetensors_writer writer, reversed;
    writer.add("z", {1}, std::vector<float>{1})
        .add("a", {1}, std::vector<double>{1})
        .add("Z", {1}, std::vector<float>{1});
    for (const named_tensor& tensor : other.tensors()) writer.add(tensor);
    writer.add("\xc3\xa4", {1}, std::vector<float>{1});
    const safetensors file{writer.bytes()};
    std::string names;
    for (const named_tensor& tensor : file.tensors()) names += tensor.name + ' ';
    CHECK(names == "a i Z z \xc3\xa4 h B 4 ");
    for (std::size_t i = file.tensors().size(); i-- > 0;) reversed.add(file.tensors()[i]);
    CHECK(reversed.bytes() == writer.bytes());
}

TEST_CASE("what was added is seen as a reader of the file sees it") {
    safetensors_writer writer;
    writer.add("b", {2, 3}, six).add("a", {}, std::array{0.5f}).add("d", {1}, std::vector<double>{1});
    writer.metadata("k", "v");
    const std::vector<named_tensor> ours = writer.tensors();
    const safetensors file{writer.bytes()};
    REQUIRE(ours.size() == file.tensors().size());
    for (std::size_t k = 0; k < ours.size(); ++k) {
        const named_tensor& theirs = file.tensors()[k];
        CHECK(ours[k].name == theirs.name);
        CHECK(ours[k].type == theirs.type);
        CHECK(ours[k].shape == theirs.shape);
        CHECK(std::ranges::equal(ours[k].bytes, theirs.bytes));
    }
    CHECK(writer.metadata() == file.metadata());
}

TEST_CASE("tensors and metadata that a file cannot have are refused, and change nothing") {
    safetensors_writer before;
    before.add("weight", {2, 3}, six).metadata("k", "v");
    const std::string twice = "strata: tensor \"weight\": it was added before, expected each name once";
    CHECK(wrong(before, [](auto& w) { w.add("weight", {2, 3}, six); }) == twice);
    CHECK(wrong(before, [](auto& w) { w.add("weight", {1}, std::vector<double>{1}); }) == twice);
    CHECK(wrong(before, [](auto& w) { w.add("__metadata__", {6}, six); }) ==
          "strata: tensor \"__metadata__\": the name is that of a file's metadata, expected another");
    CHECK(wrong(before, [](auto& w) { w.add("a\xff", {6}, six); }) ==
          "strata: tensor \"a?\": the name is no UTF-8, expected a name that is");
    CHECK(wrong(before, [](auto& w) { w.add("a", {2, 2}, six); }) ==
          "strata: tensor \"a\": F32 of shape [2, 2] takes 16 bytes, but the values have 24");
    CHECK(wrong(before, [](auto& w) { w.add("a", {}, std::vector<double>{}); }) ==
          "strata: tensor \"a\": F64 of shape [] takes 8 bytes, but the values have 0");
    const std::size_t half = std::size_t{1} << (4 * sizeof(std::size_t));
    const std::string uncounted = " has more bits than can be counted, expected at most " +
                                  std::to_string(std::numeric_limits<std::size_t>::max());
    CHECK(
        wrong(before, [&](auto& w) { w.add("a", {half, half}, std::vector<float>{}); }).ends_with(uncounted));
    CHECK(wrong(before, [&](auto& w) {
              w.add("a", {half, half, 0}, std::vector<float>{});
          }).ends_with(uncounted));
    CHECK(wrong(before, [](auto& w) {
              w.add("a", std::vector<std::size_t>(65, 1), std::vector<float>{1});
          }) == "strata: tensor \"a\": a shape of 65 axes, expected at most 64");
    CHECK(wrong(before, [](auto& w) {
              w.add(named_tensor{"a", element_type::f4, {3}, std::as_bytes(std::span{six}).first(1)});
          }) == "strata: tensor \"a\": F4 of shape [3] has 12 bits, expected whole bytes");
    CHECK(wrong(before, [](auto& w) {
              w.add(named_tensor{"a", element_type::bf16, {3}, std::as_bytes(std::span{six}).first(5)});
          }) == "strata: tensor \"a\": BF16 of shape [3] takes 6 bytes, but the values have 5");
    CHECK(wrong(before, [](auto& w) { w.metadata("k", "v"); }) ==
          "strata: metadata \"k\" were given before, expected each key once");
    CHECK(wrong(before, [](auto& w) { w.metadata("\x80", "v"); }) ==
          "strata: metadata \"?\" are no UTF-8, expected that of key and value");
    CHECK(wrong(before, [](auto& w) { w.metadata("l", "\xed\xa0\x80"); }) ==
          "strata: metadata \"l\" are no UTF-8, expected that of key and value");
}

TEST_CASE("the shapes that the reader refuses are those that the writer does") {
    const std::size_t half = std::size_t{1} << (4 * sizeof(std::size_t));
    safetensors_writer writer;
    writer.add("a", {0, half, half}, std::vector<float>{}).add("", {0}, std::vector<double>{});
    const safetensors file{writer.bytes()};
    CHECK(file.at("a").shape == std::vector<std::size_t>{0, half, half});
    CHECK(file.at("").count() == 0);
}

TEST_CASE("a header longer than the format allows is refused") {
    safetensors_writer writer;
    writer.metadata("k", std::string(99'999'900, 'x'));
    CHECK(safetensors{writer.bytes()}.metadata().at("k").size() == 99'999'900);
    writer.metadata("l", std::string(100, 'x'));
    CHECK_THROWS_WITH_AS(
        static_cast<void>(writer.bytes()),
        "strata: names, shapes and metadata take 100000056 bytes, but a safetensors header has at "
        "most 100000000",
        std::length_error);
}

TEST_CASE("a disk without room: the old file stays, with nothing beside it") {
    const temporary_folder folder;
    safetensors_writer small, large;
    small.add("a", {6}, six).write(folder / "file");
    large.add("a", {100000}, std::vector<float>(100000));
    const std::string old = read_text(folder / "file");
    const auto before_signal = std::signal(SIGXFSZ, SIG_IGN);
    rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
    const rlimit limit{5000, before.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &limit) == 0);
    const std::string said = message_of<std::runtime_error>([&] { large.write(folder / "file"); });
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);
    std::signal(SIGXFSZ, before_signal);
    CHECK(said == "strata: " + (folder / "file").string() + ": cannot be written: File too large");
    CHECK(read_text(folder / "file") == old);
    CHECK(folder.entries() == 1);
    large.write(folder / "file");
    CHECK(safetensors{folder / "file"}.at("a").count() == 100000);
}

} // namespace
