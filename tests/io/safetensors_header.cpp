// Files that the format does not allow, each refused with what is wrong; and strange ones that it does.
#include "strata/io/safetensors.hpp"

#include "safetensors_file.hpp"
#include "support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using namespace strata;
using tests::file_of;
using tests::file_of_length;
using tests::message_of;

struct broken_file {
    std::string what;
    std::vector<std::byte> bytes;
    std::string message;
};

// A header with one F32 tensor "a" of two values, with one part of it exchanged.
std::vector<std::byte> with(const std::string& dtype, const std::string& shape, const std::string& offsets,
                            std::size_t bytes = 8) {
    return file_of(
        R"({"a":{"dtype":)" + dtype + R"(,"shape":)" + shape + R"(,"data_offsets":)" + offsets + "}}", bytes);
}

// Three tensors of four bytes each, which lie at these offsets.
std::vector<std::byte> three(const std::string& a, const std::string& b, const std::string& c,
                             std::size_t bytes) {
    const std::string start = R"({"dtype":"F32","shape":[1],"data_offsets":)";
    return file_of(R"({"a":)" + start + a + R"(},"b":)" + start + b + R"(},"c":)" + start + c + "}}", bytes);
}

// A shape of so many axes.
std::string ones(int axes) {
    std::string text = "[1";
    while (--axes > 0) text += ",1";
    return text + "]";
}

const std::string f32 = R"("F32")";
const std::string good = R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})";

std::vector<broken_file> broken_files() {
    const std::string a = ", in tensor \"a\": ";
    const std::string expects_keys = ", expected dtype, shape and data_offsets";
    std::string cut = good;
    cut.pop_back();
    return {
        {"no bytes",
         {},
         ": 0 bytes are no safetensors file, expected at least 8, which say how long its header is"},
        {"seven bytes", std::vector<std::byte>(7),
         ": 7 bytes are no safetensors file, expected at least 8, which say how long its header is"},
        {"a header that is too long", file_of_length(100'000'001, good),
         ": a header of 100000001 bytes is in no safetensors file, expected at most 100000000"},
        {"a header as long as can be", file_of_length(~std::uint64_t{0}, good),
         ": a header of 18446744073709551615 bytes is in no safetensors file, expected at most 100000000"},
        {"a header beyond the file's end", file_of_length(100, good),
         ": a header of " + std::to_string(good.size()) + " bytes, expected 100, as the file says"},
        {"a header of the largest length, cut off", file_of_length(100'000'000, "{"),
         ": a header of 1 bytes, expected 100000000, as the file says"},
        {"no header", file_of("", 0),
         ": byte 8: found the end of the header, expected '{', with which a header begins"},
        {"a space first", file_of(" " + good, 8),
         ": byte 8: found ' ', expected '{', with which a header begins"},
        {"an array", file_of("[]", 0), ": byte 8: found '[', expected '{', with which a header begins"},
        {"a byte order mark", file_of("\xef\xbb\xbf" + good, 8),
         ": byte 8: found 0xef, expected '{', with which a header begins"},
        {"a header that is cut off", file_of(cut, 8),
         ": byte " + std::to_string(8 + cut.size()) + ": found the end of the header, expected ',' or '}'"},
        {"a header cut off behind its brace", file_of("{", 0),
         ": byte 9: found the end of the header, expected a key"},
        {"more behind the header", file_of(good + "x", 8),
         ": byte 62: found 'x', expected nothing but spaces behind the object"},
        {"a line end behind the header", file_of(good + "\n", 8),
         ": byte 62: found 0x0a, expected nothing but spaces behind the object"},
        {"a zero behind the header", file_of(good + std::string(1, '\0'), 8),
         ": byte 62: found 0x00, expected nothing but spaces behind the object"},
        {"a second object", file_of(good + "{}", 8),
         ": byte 62: found '{', expected nothing but spaces behind the object"},
        {"a comma too many", file_of("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},}", 8),
         ": byte 62: found '}', expected a key"},
        {"a comment", file_of("{/**/}", 0), ": byte 9: found '/', expected a key"},
        {"a name that is no string", file_of("{1:{}}", 0), ": byte 9: found '1', expected a key"},
        {"a name that is no UTF-8", file_of("{\"\xff\":{}}", 0),
         ": byte 10: found 0xff, expected valid UTF-8"},
        {"a name in an overlong form", file_of("{\"\xc0\xaf\":{}}", 0),
         ": byte 10: found 0xc0, expected valid UTF-8"},
        {"a name with half a surrogate pair", file_of(R"({"\ud800":{}})", 0),
         ": byte 16: found '\"', expected the second half of a surrogate pair"},
        {"a name with a line end", file_of("{\"a\nb\":{}}", 0),
         ": byte 11: found 0x0a, expected control characters as escapes"},
        {"a name twice",
         file_of(
             R"({"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[],"data_offsets":[4,8]}})",
             8),
         ": byte 61: the key \"a\" again, which is at byte 9 already, expected each key once"},
        {"a name twice, differently written",
         file_of(R"({"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]}, "\u0061":{}})", 4),
         ": byte 62: the key \"a\" again, which is at byte 9 already, expected each key once"},
        {"metadata twice", file_of(R"({"__metadata__":{},"__metadata__":{}})", 0),
         ": byte 27: the key \"__metadata__\" again, which is at byte 9 already, expected each key once"},
        {"a key of the metadata twice", file_of(R"({"__metadata__":{"k":"1","k":"1"}})", 0),
         ": byte 33: the key \"k\" again, which is at byte 25 already, expected each key once"},
        {"a dtype twice",
         file_of(R"({"a":{"dtype":"F32","dtype":"F32","shape":[],"data_offsets":[0,4]}})", 4),
         ": byte 28" + a + "the key \"dtype\" again, which is at byte 14 already, expected each key once"},
        {"metadata that are a string", file_of(R"({"__metadata__":"x"})", 0),
         ": byte 24: found '\"', expected an object of strings, __metadata__"},
        {"metadata that are null", file_of(R"({"__metadata__":null})", 0),
         ": byte 24: found 'n', expected an object of strings, __metadata__"},
        {"metadata with a number", file_of(R"({"__metadata__":{"epoch":7}})", 0),
         ": byte 33: found '7', expected a string, as all metadata are"},
        {"metadata with an object", file_of(R"({"__metadata__":{"k":{}}})", 0),
         ": byte 29: found '{', expected a string, as all metadata are"},
        {"metadata with true", file_of(R"({"__metadata__":{"k":true}})", 0),
         ": byte 29: found 't', expected a string, as all metadata are"},
        {"a tensor that is a number", file_of(R"({"a":1})", 0),
         ": byte 13" + a + "found '1', expected an object with dtype, shape and data_offsets"},
        {"a tensor that is null", file_of(R"({"a":null})", 0),
         ": byte 13" + a + "found 'n', expected an object with dtype, shape and data_offsets"},
        {"a tensor of nothing", file_of(R"({"a":{}})", 0), ": byte 15" + a + "found no dtype" + expects_keys},
        {"no dtype", file_of(R"({"a":{"shape":[2],"data_offsets":[0,8]}})", 8),
         ": byte 47" + a + "found no dtype" + expects_keys},
        {"no shape", file_of(R"({"a":{"dtype":"F32","data_offsets":[0,8]}})", 8),
         ": byte 49" + a + "found no shape" + expects_keys},
        {"no data_offsets", file_of(R"({"a":{"dtype":"F32","shape":[2]}})", 8),
         ": byte 40" + a + "found no data_offsets" + expects_keys},
        {"another key", file_of(R"({"a":{"dtype":"F32","strides":[1],"shape":[2],"data_offsets":[0,8]}})", 8),
         ": byte 28" + a + "found the key \"strides\"" + expects_keys + " alone"},
        {"a dtype that is a number", with("32", "[2]", "[0,8]"),
         ": byte 22" + a + "found '3', expected a string such as \"F32\""},
        {"an unknown dtype", with(R"("F128")", "[2]", "[0,8]"),
         ": byte 22" + a + "found the dtype \"F128\", expected one such as \"F32\""},
        {"a dtype in small letters", with(R"("f32")", "[2]", "[0,8]"),
         ": byte 22" + a + "found the dtype \"f32\", expected one such as \"F32\""},
        {"a shape that is a number", with(f32, "2", "[0,8]"),
         ": byte 36" + a + "found '2', expected an array of sizes"},
        {"a shape that is null", with(f32, "null", "[0,8]"),
         ": byte 36" + a + "found 'n', expected an array of sizes"},
        {"a negative size", with(f32, "[-2]", "[0,8]"),
         ": byte 37" + a + "found '-', expected a whole number, 0 or more"},
        {"a size with a fraction", with(f32, "[2.0]", "[0,8]"),
         ": byte 38" + a + "found '.', expected a whole number without fraction and exponent"},
        {"a size with an exponent", with(f32, "[2e0]", "[0,8]"),
         ": byte 38" + a + "found 'e', expected a whole number without fraction and exponent"},
        {"a size with a zero before it", with(f32, "[02]", "[0,8]"),
         ": byte 37" + a + "found a number that begins with 0, expected one without leading zeros"},
        {"a size as a string", with(f32, "[\"2\"]", "[0,8]"),
         ": byte 37" + a + "found '\"', expected a whole number, 0 or more"},
        {"a size that is no size", with(f32, "[18446744073709551616]", "[0,8]"),
         ": byte 37" + a + "found a larger number, expected at most 18446744073709551615"},
        {"an array within the shape", with(f32, "[[2]]", "[0,8]"),
         ": byte 37" + a + "found '[', expected a whole number, 0 or more"},
        {"a million arrays within the shape", with(f32, std::string(1'000'000, '['), "[0,8]"),
         ": byte 37" + a + "found '[', expected a whole number, 0 or more"},
        {"a comma too many in the shape", with(f32, "[2,]", "[0,8]"),
         ": byte 39" + a + "found ']', expected a whole number, 0 or more"},
        {"a comma missing in the shape", with(f32, "[2 1]", "[0,8]"),
         ": byte 39" + a + "found '1', expected ',' or ']'"},
        {"65 axes", with(f32, ones(65), "[0,4]", 4),
         ": byte 165" + a + "found more axes, expected at most 64"},
        {"one offset", with(f32, "[2]", "[8]"), ": byte 56" + a + "found 1 data_offsets, expected two"},
        {"no offsets", with(f32, "[2]", "[]"), ": byte 40" + a + "found 0 data_offsets, expected two"},
        {"three offsets", with(f32, "[2]", "[0,8,8]"),
         ": byte 60" + a + "found a third offset, expected two"},
        {"offsets that are an object", with(f32, "[2]", "{}"),
         ": byte 55" + a + "found '{', expected an array of two offsets"},
        {"a negative offset", with(f32, "[2]", "[-8,0]"),
         ": byte 56" + a + "found '-', expected a whole number, 0 or more"},
        {"offsets in reverse", with(f32, "[2]", "[8,0]"),
         ": tensor \"a\": data_offsets from 8 to 0, expected an end that is not before the begin"},
        {"too few bytes", with(f32, "[2]", "[0,7]", 7),
         ": tensor \"a\": data_offsets from 0 to 7 are 7 bytes, expected 8 for F32 of shape [2]"},
        {"too many bytes", with(f32, "[2,3]", "[0,25]", 25),
         ": tensor \"a\": data_offsets from 0 to 25 are 25 bytes, expected 24 for F32 of shape [2, 3]"},
        {"bytes of another type", with(R"("BF16")", "[2]", "[0,8]"),
         ": tensor \"a\": data_offsets from 0 to 8 are 8 bytes, expected 4 for BF16 of shape [2]"},
        {"bytes for no elements", with(f32, "[2,0]", "[0,8]"),
         ": tensor \"a\": data_offsets from 0 to 8 are 8 bytes, expected 0 for F32 of shape [2, 0]"},
        {"no bytes for a single number", with(f32, "[]", "[0,0]", 0),
         ": tensor \"a\": data_offsets from 0 to 0 are 0 bytes, expected 4 for F32 of shape []"},
        {"more elements than can be counted", with(f32, "[4294967296,4294967296,4294967296]", "[0,0]", 0),
         ": tensor \"a\": F32 of shape [4294967296, 4294967296, 4294967296] has more bits than can be "
         "counted, "
         "expected at most 18446744073709551615"},
        {"so many, and none of them", with(f32, "[4294967296,4294967296,0]", "[0,0]", 0),
         ": tensor \"a\": F32 of shape [4294967296, 4294967296, 0] has more bits than can be counted, "
         "expected at most 18446744073709551615"},
        {"more bytes than can be counted", with(R"("F64")", "[4294967296,1073741824]", "[0,0]", 0),
         ": tensor \"a\": F64 of shape [4294967296, 1073741824] has more bits than can be counted, "
         "expected at most 18446744073709551615"},
        {"half a byte", with(R"("F4")", "[3]", "[0,2]", 2),
         ": tensor \"a\": F4 of shape [3] has 12 bits, expected whole bytes"},
        {"a hole at the begin", with(f32, "[2]", "[4,12]", 12),
         ": tensor \"a\": begins at byte 4 of the data, expected 0: no hole"},
        {"a hole", three("[0,4]", "[8,12]", "[12,16]", 16),
         ": tensor \"b\": begins at byte 8 of the data, expected 4, where \"a\" ends: no hole"},
        {"an overlap", three("[4,8]", "[0,4]", "[6,10]", 10),
         ": tensor \"c\": begins at byte 6 of the data, expected 8, where \"a\" ends: no overlap"},
        {"the same bytes twice", three("[0,4]", "[0,4]", "[4,8]", 8),
         ": tensor \"b\": begins at byte 0 of the data, expected 4, where \"a\" ends: no overlap"},
        {"a tensor within another",
         file_of(
             R"({"a":{"dtype":"U8","shape":[8],"data_offsets":[0,8]},"b":{"dtype":"U8","shape":[0],"data_offsets":[4,4]}})",
             8),
         ": tensor \"b\": begins at byte 4 of the data, expected 8, where \"a\" ends: no overlap"},
        {"data that are cut off", with(f32, "[2]", "[0,8]", 7),
         ": 7 bytes behind the header, expected 8, where tensor \"a\" ends"},
        {"no data", three("[0,4]", "[4,8]", "[8,12]", 0),
         ": 0 bytes behind the header, expected 12, where tensor \"c\" ends"},
        {"a byte more", with(f32, "[2]", "[0,8]", 9),
         ": more bytes than expected behind the header: 8, where tensor \"a\" ends"},
        {"data without a tensor", file_of("{}", 1),
         ": more bytes than expected behind the header: 0, as there are no tensors"},
        {"data as large as can be", with(R"("U8")", "[2305843009213693951]", "[0,2305843009213693951]", 3),
         ": 3 bytes behind the header, expected 2305843009213693951, where tensor \"a\" ends"},
    };
}

/// Where a size has 32 bits, a shape's numbers that no size has are refused where they stand.
void check_refused(const std::string& found, const std::string& expected) {
    INFO(found);
    const bool other = sizeof(std::size_t) < 8 && expected.find("tensor \"a\"") != std::string::npos &&
                       found.find("found a larger number, expected at most 4294967295") != std::string::npos;
    CHECK((found == expected || other));
}

TEST_CASE("each file that the format does not allow is refused, from memory and from a path") {
    const tests::temporary_folder folder;
    const std::vector<broken_file> files = broken_files();
    CHECK(files.size() >= 40);
    for (const broken_file& file : files) {
        CAPTURE(file.what);
        const std::string in_memory = "strata: safetensors in memory" + file.message;
        check_refused(
            message_of<std::runtime_error>([&] { static_cast<void>(safetensors::view(file.bytes)); }),
            in_memory);
        check_refused(
            message_of<std::runtime_error>([&] { safetensors{std::span<const std::byte>{file.bytes}}; }),
            in_memory);
        const auto path = folder.write("file", file.bytes);
        check_refused(message_of<std::runtime_error>([&] { safetensors{path}; }),
                      "strata: " + path.string() + file.message);
    }
}

TEST_CASE("each is refused at the table's own place: what is right beside it is taken") {
    CHECK(safetensors(file_of(good, 8)).tensors().size() == 1);
    CHECK(safetensors(with(f32, "[2]", "[0,8]")).at("a").count() == 2);
    CHECK(safetensors(three("[4,8]", "[0,4]", "[8,12]", 12)).tensors()[0].name == "b");
}

TEST_CASE("what is strange, and allowed") {
    const auto opened = [](const std::string& header, std::size_t bytes) {
        return safetensors{file_of(header, bytes)};
    };
    CHECK(opened("{}", 0).tensors().empty());
    CHECK(opened("{}      ", 0).tensors().empty());
    CHECK(opened(R"({"__metadata__":{}})", 0).metadata().empty());
    // White space of all four kinds between JSON's words.
    CHECK(opened("{ \"a\"\t:\n{\"shape\" : [ 1 , 2 ] ,\r\"data_offsets\": [ 0 , 8 ], \"dtype\":\"F32\" } }  ",
                 8)
              .at("a")
              .shape == std::vector<std::size_t>{1, 2});
    // Names: none, that of metadata in other letters, escaped.
    CHECK(opened(R"({"":{"dtype":"U8","shape":[],"data_offsets":[0,1]}})", 1).find("") != nullptr);
    CHECK(opened(R"({"__METADATA__":{"dtype":"U8","shape":[],"data_offsets":[0,1]}})", 1).tensors().size() ==
          1);
    CHECK(opened(R"({"\u00e4\n":{"dtype":"U8","shape":[],"data_offsets":[0,1]}})", 1).find("\xc3\xa4\n") !=
          nullptr);
    // No elements, at both ends and between others, and in shapes of which a part is large.
    const std::string large = sizeof(std::size_t) < 8 ? "65536,65536" : "4294967296,4294967296";
    const safetensors empty = opened(
        R"({"z":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"y":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},)"
        R"("x":{"dtype":"F64","shape":[3,0,2],"data_offsets":[4,4]},"w":{"dtype":"F32","shape":[1],"data_offsets":[4,8]},)"
        R"("v":{"dtype":"I64","shape":[0,)" +
            large + R"(],"data_offsets":[8,8]}})",
        8);
    std::string names;
    for (const named_tensor& tensor : empty.tensors()) names += tensor.name;
    CHECK(names == "zyxwv");
    CHECK(empty.values<float>("x").empty());
    // 64 axes.
    CHECK(safetensors{with(f32, ones(64), "[0,4]", 4)}.at("a").shape.size() == 64);
    // Elements that are no whole bytes, in whole bytes together.
    CHECK(safetensors{with(R"("F6_E2M3")", "[4]", "[0,3]", 3)}.at("a").count() == 4);
    CHECK(safetensors{with(R"("F4")", "[3,2]", "[0,3]", 3)}.at("a").count() == 6);
}

} // namespace
