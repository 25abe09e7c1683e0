// Files read: what was written comes back, whatever its name and shape; and nothing that bytes can say does harm.
#include "strata/io/safetensors.hpp"

#include "safetensors_file.hpp"
#include "support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <map>
#include <new>
#include <random>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace {

// The largest piece of memory that anybody has asked for.
std::size_t largest = 0;

} // namespace

// Not inlined, for GCC takes new and free for a mistake.
[[gnu::noinline]] void* operator new(std::size_t size) {
    largest = std::max(largest, size);
    if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
    throw std::bad_alloc{};
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace {

using namespace strata;
using tests::file_of;
using tests::message_of;
using tests::temporary_folder;

// A name or a text of up to 12 characters: quotes, control characters, any of Unicode.
std::string random_text(std::mt19937& random) {
    std::string text;
    for (auto left = random() % 13; left > 0; --left) {
        std::uint32_t code = 0;
        switch (random() % 4) {
        case 0: code = static_cast<std::uint32_t>(random() % 0x20); break;
        case 1: code = static_cast<std::uint32_t>("\"\\/{}[],: 'u"[random() % 12]); break;
        case 2: code = 'a' + static_cast<std::uint32_t>(random() % 26); break;
        default:
            do code = static_cast<std::uint32_t>(random() % 0x110000);
            while (code >= 0xd800 && code < 0xe000);
        }
        detail::append_utf8(text, code);
    }
    return text;
}

struct tensor_of_test {
    bool is_double;
    std::vector<std::size_t> shape;
    std::vector<double> values; // floats if not is_double
};

using tensors_of_test = std::map<std::string, tensor_of_test>;

safetensors_writer writer_of(const tensors_of_test& tensors,
                             const std::map<std::string, std::string>& metadata) {
    safetensors_writer writer;
    for (const auto& [name, tensor] : tensors)
        if (tensor.is_double)
            writer.add(name, tensor.shape, tensor.values);
        else
            writer.add(name, tensor.shape, std::vector<float>(tensor.values.begin(), tensor.values.end()));
    for (const auto& [key, value] : metadata) writer.metadata(key, value);
    return writer;
}

tensors_of_test random_tensors(std::mt19937& random) {
    tensors_of_test tensors;
    for (auto count = random() % 6; count > 0; --count) {
        tensor_of_test tensor{.is_double = random() % 2 == 0, .shape{}, .values{}};
        std::size_t size = 1;
        for (auto rank = random() % 5; rank > 0; --rank) {
            tensor.shape.push_back(random() % 5);
            size *= tensor.shape.back();
        }
        for (std::size_t i = 0; i < size; ++i) {
            const double value = std::bit_cast<float>(static_cast<std::uint32_t>(random()) & 0xbfffffff);
            tensor.values.push_back(tensor.is_double ? value / 3 : value);
        }
        tensors[random_text(random)] = tensor;
    }
    return tensors;
}

// Everything in the file is what was written.
void compare(const safetensors& file, const tensors_of_test& tensors,
             const std::map<std::string, std::string>& metadata) {
    REQUIRE(file.tensors().size() == tensors.size());
    CHECK(file.metadata() == metadata);
    for (const auto& [name, tensor] : tensors) {
        REQUIRE(file.find(name) != nullptr);
        const named_tensor& found = file.at(name);
        CHECK(found.name == name);
        CHECK(found.shape == tensor.shape);
        CHECK(found.type == (tensor.is_double ? element_type::f64 : element_type::f32));
        CHECK(found.count() == tensor.values.size());
        CHECK(file.values<double>(name) == tensor.values);
        std::vector<float> floats(tensor.values.size(), -1.0f);
        file.copy_values(name, floats);
        CHECK(floats == std::vector<float>(tensor.values.begin(), tensor.values.end()));
        std::vector<double> doubles(tensor.values.size(), -1.0);
        file.copy_values(name, doubles);
        CHECK(doubles == tensor.values);
    }
}

TEST_CASE("what is written comes back: names, shapes, values, metadata, by memory and by file") {
    std::mt19937 random{1};
    const temporary_folder folder;
    for (int i = 0; i < 300; ++i) {
        CAPTURE(i);
        const tensors_of_test tensors = random_tensors(random);
        std::map<std::string, std::string> metadata;
        for (auto count = random() % 4; count > 0; --count)
            metadata[random_text(random)] = random_text(random);
        const safetensors_writer writer = writer_of(tensors, metadata);
        const std::vector<std::byte> bytes = writer.bytes();
        compare(safetensors{bytes}, tensors, metadata);
        compare(safetensors{std::span<const std::byte>{bytes}}, tensors, metadata);
        compare(safetensors::view(bytes), tensors, metadata);
        if (i % 10 == 0) {
            writer.write(folder / "file");
            compare(safetensors{folder / "file"}, tensors, metadata);
        }
    }
}

TEST_CASE("a file of several MB is read whole, from a path and from a pipe") {
    std::vector<float> values(1'000'003);
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i) * 0.25f;
    safetensors_writer writer;
    writer.add("many", {values.size()}, values).add("one", {1}, std::vector<double>{7});
    const temporary_folder folder;
    writer.write(folder / "file");
    largest = 0;
    const safetensors file{(folder / "file").c_str()};
    // One block, as large as the file and a byte.
    CHECK(largest <= writer.bytes().size() + 1);
    CHECK(file.values<float>("many") == values);
    CHECK(file.values<float>("one") == std::vector{7.0f});
}

TEST_CASE("values of every type that has them, and of no other") {
    const std::vector<std::byte> bytes = file_of(
        R"({"f64":{"dtype":"F64","shape":[1],"data_offsets":[0,8]},"f32":{"dtype":"F32","shape":[1],"data_offsets":[8,12]},)"
        R"("f16":{"dtype":"F16","shape":[1],"data_offsets":[12,14]},"bf16":{"dtype":"BF16","shape":[1],"data_offsets":[14,16]}})",
        tests::bytes_of({"\x9a\x99\x99\x99\x99\x99\xb9\x3f\xcd\xcc\xcc\x3d\x66\x2e\xcd\x3d", 16}));
    const safetensors file = safetensors::view(bytes);
    CHECK(file.values<double>("f64") == std::vector{0.1});
    CHECK(file.values<float>("f64") == std::vector{0.1f});
    CHECK(file.values<float>("f32") == std::vector{0.1f});
    CHECK(file.values<double>("f32") == std::vector{static_cast<double>(0.1f)});
    CHECK(file.values<float>("f16") == std::vector{0x1.998p-4f});
    CHECK(file.values<double>("bf16") == std::vector{0x1.9ap-4});
    for (const detail::element_type_facts& facts : detail::element_types) {
        const std::string name{facts.name};
        const std::size_t size = facts.bits; // 8 elements
        const safetensors opened{file_of(R"({"x":{"dtype":")" + name + R"(","shape":[8],"data_offsets":[0,)" +
                                             std::to_string(size) + "]}}",
                                         size)};
        CHECK(opened.at("x").count() == 8);
        CHECK(to_string(opened.at("x").type) == name);
        if (name == "F16" || name == "BF16" || name == "F32" || name == "F64") {
            CHECK(opened.values<float>("x") == std::vector<float>(8));
            continue;
        }
        const std::string expected = "strata: safetensors in memory: tensor \"x\": elements of type " + name +
                                     ", expected F16, BF16, F32 or F64";
        CHECK_THROWS_WITH_AS(static_cast<void>(opened.values<float>("x")), expected.c_str(),
                             std::runtime_error);
        CHECK_THROWS_WITH_AS(static_cast<void>(opened.values<double>("x")), expected.c_str(),
                             std::runtime_error);
        std::vector<float> kept(8, 5.0f);
        CHECK_THROWS_WITH_AS(opened.copy_values("x", kept), expected.c_str(), std::runtime_error);
        CHECK(kept == std::vector<float>(8, 5.0f));
    }
}

TEST_CASE("names that are missing and counts that differ name the file and the tensor") {
    safetensors_writer writer;
    const temporary_folder folder;
    writer.write(folder / "none");
    for (int i = 0; i < 8; ++i) writer.add("t" + std::to_string(i), {2, 1}, std::vector<float>{1, 2});
    writer.write(folder / "eight");
    writer.add("u", {}, std::vector<float>{3}).write(folder / "nine");
    const std::string names = R"("t0", "t1", "t2", "t3", "t4", "t5", "t6", "t7")";
    const auto missing = [&](const std::string& file) {
        const safetensors opened{folder / file};
        CHECK(opened.find("x") == nullptr);
        const std::string message =
            message_of<std::runtime_error>([&] { static_cast<void>(opened.values<float>("x")); });
        CHECK(message_of<std::runtime_error>([&] { static_cast<void>(opened.at("x")); }) == message);
        const std::string start = "strata: " + (folder / file).string() + ": no tensor \"x\"";
        REQUIRE(message.starts_with(start));
        return message.substr(start.size());
    };
    CHECK(missing("none") == ", nor any other");
    CHECK(missing("eight") == ", expected one of " + names);
    CHECK(missing("nine") == ", expected one of " + names + " and 1 more");
    const safetensors file{folder / "nine"};
    std::vector<float> three(3, 5.0f);
    const std::string expected = "strata: " + (folder / "nine").string() +
                                 ": tensor \"t3\": F32 of shape [2, 1] has 2 values, expected 3";
    CHECK_THROWS_WITH_AS(file.copy_values("t3", three), expected.c_str(), std::runtime_error);
    CHECK(three == std::vector<float>(3, 5.0f));
}

TEST_CASE("copies and what they were made from are independent, and views look where they are told to") {
    safetensors_writer writer;
    writer.add("a", {2}, std::vector<float>{1, 2}).add("b", {1}, std::vector<float>{3}).metadata("k", "v");
    std::vector<std::byte> bytes = writer.bytes();
    const safetensors viewed = safetensors::view(bytes);
    CHECK(viewed.at("b").bytes.data() == bytes.data() + bytes.size() - 4);
    std::vector<safetensors> files;
    files.emplace_back(bytes);
    files.push_back(files[0]);
    files.push_back(safetensors{writer.bytes()});
    bytes.assign(bytes.size(), std::byte{});
    CHECK(viewed.values<float>("b") == std::vector{0.0f});
    files[0] = viewed;
    const safetensors moved = std::move(files[1]);
    for (const safetensors& file : {moved, files[2]}) {
        CHECK(file.values<float>("a") == std::vector{1.0f, 2.0f});
        CHECK(file.values<float>("b") == std::vector{3.0f});
        CHECK(file.metadata().at("k") == "v");
    }
}

// Reads all that can be read of a file, and whether it is one.
bool use(std::span<const std::byte> bytes) {
    try {
        const safetensors file = safetensors::view(bytes);
        std::size_t total = 0;
        for (const named_tensor& tensor : file.tensors()) {
            REQUIRE(file.find(tensor.name) == &tensor);
            total += tensor.bytes.size();
            if (detail::has_values(tensor.type))
                REQUIRE(file.values<float>(tensor.name).size() == tensor.count());
        }
        REQUIRE(total < bytes.size());
        return true;
    } catch (const std::runtime_error& error) {
        REQUIRE(std::string{error.what()}.starts_with("strata: safetensors in memory: "));
        return false;
    }
}

TEST_CASE("bytes that change and files that end anywhere do no harm") {
    std::mt19937 random{2};
    std::vector<std::vector<std::byte>> valid;
    for (int i = 0; i < 20; ++i) {
        const tensors_of_test tensors = random_tensors(random);
        std::map<std::string, std::string> metadata;
        metadata[random_text(random)] = random_text(random);
        const safetensors_writer writer = writer_of(tensors, metadata);
        valid.push_back(writer.bytes());
    }
    valid.push_back(file_of(R"({"a":{"dtype":"BF16","shape":[2,3],"data_offsets":[0,12]}})", 12));
    valid.push_back(file_of(R"({"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}})", 0));
    largest = 0;
    std::size_t longest = 0;
    int files = 0;
    for (int i = 0; i < 20000; ++i) {
        std::vector<std::byte> bytes = valid[random() % valid.size()];
        longest = std::max(longest, bytes.size());
        const std::size_t header =
            8 + std::to_integer<std::size_t>(bytes[0]) + 256 * std::to_integer<std::size_t>(bytes[1]);
        // Mostly in the header, where most can go wrong.
        const bool anywhere = random() % 8 == 0;
        const std::size_t where = random() % (anywhere ? bytes.size() : header);
        switch (random() % 4) {
        case 0: bytes.resize(where); break;
        case 1: bytes[where] ^= std::byte{1} << (random() % 8); break;
        case 2: bytes[where] = static_cast<std::byte>("0123456789-.e\"\\{}[]:, u"[random() % 23]); break;
        default: bytes[where] = static_cast<std::byte>(random() & 0xff);
        }
        files += use(bytes);
    }
    // Some bytes, of names and values, may change.
    CHECK(files > 1000);
    CHECK(files < 15000);
    // Nothing is taken for what a file claims. Messages, and doctest's own words, are short.
    CHECK(largest <= 8 * longest + 4096);
}

TEST_CASE("headers put together at random do no harm") {
    std::mt19937 random{3};
    const char* words[] = {"{",
                           "}",
                           "[",
                           "]",
                           ":",
                           ",",
                           "\"a\"",
                           "\"b\"",
                           "\"dtype\"",
                           "\"shape\"",
                           "\"data_offsets\"",
                           "\"F32\"",
                           "\"F4\"",
                           "\"__metadata__\"",
                           "0",
                           "4",
                           "8",
                           "-1",
                           "18446744073709551615",
                           "4294967296",
                           "null",
                           " ",
                           "\"\\ud83d\\ude00\"",
                           "\xff"};
    const std::string good = R"("a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]})";
    int files = 0;
    for (int i = 0; i < 20000; ++i) {
        std::string header = "{";
        if (random() % 2 == 0) header += good;
        for (auto count = random() % 20; count > 0; --count) header += words[random() % std::size(words)];
        if (random() % 2 == 0) header += "}";
        files += use(file_of(header, random() % 9));
    }
    CHECK(files > 0);
    CHECK(files < 2000);
}

} // namespace
