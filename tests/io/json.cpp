// The reader of JSON: what it takes, and where and how it refuses the rest.
#include "strata/io/json.hpp"

#include "support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace {

using strata::detail::json_reader;
using tests::message_of;

const std::string source = "file";

json_reader reader_of(std::string_view text) { return {source, text, 100}; }

std::string string_of(std::string_view text) {
    json_reader json = reader_of(text);
    std::string result = json.string("a string");
    json.end();
    return result;
}

std::string wrong_string(std::string_view text) {
    return message_of<std::runtime_error>([&] { string_of(text); });
}

std::size_t integer_of(std::string_view text) {
    json_reader json = reader_of(text);
    const std::size_t result = json.integer();
    json.end();
    return result;
}

std::string wrong_integer(std::string_view text) {
    return message_of<std::runtime_error>([&] { integer_of(text); });
}

// An object of arrays of integers, as text.
std::string object_of(std::string_view text) {
    json_reader json = reader_of(text);
    std::string result;
    json.object("an object", [&](const std::string& key) {
        result += key + "=";
        json.array("an array", [&] { result += std::to_string(json.integer()) + ","; });
        result += ";";
    });
    json.end();
    return result;
}

std::string wrong_object(std::string_view text) {
    return message_of<std::runtime_error>([&] { object_of(text); });
}

TEST_CASE("strings with every escape") {
    CHECK(string_of(R"("")") == "");
    CHECK(string_of(R"("plain")") == "plain");
    CHECK(string_of(R"("\"\\\/\b\f\n\r\t")") == "\"\\/\b\f\n\r\t");
    CHECK(string_of(R"("\u0041\u00e4\u20AC\u20ac")") == "A\xc3\xa4\xe2\x82\xac\xe2\x82\xac");
    CHECK(string_of(R"("a\u0000b")") == std::string{"a\0b", 3});
    CHECK(string_of(R"("\ud83d\ude00")") == "\xf0\x9f\x98\x80");
    CHECK(string_of(R"("\uD800\uDC00\udbff\udfff")") == "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf");
    CHECK(string_of("\"\xc3\xa4\xf0\x9f\x98\x80\x7f\"") == "\xc3\xa4\xf0\x9f\x98\x80\x7f");
    CHECK(string_of(" \t\n\r\"x\"   ") == "x");
}

TEST_CASE("strings that are none") {
    CHECK(wrong_string("x") == "strata: file: byte 100: found 'x', expected a string");
    CHECK(wrong_string("'x'") == "strata: file: byte 100: found ''', expected a string");
    CHECK(wrong_string("") == "strata: file: byte 100: found the end of the header, expected a string");
    CHECK(wrong_string("\"x") ==
          "strata: file: byte 102: found the end of the header, expected '\"' at the end of a "
          "string");
    CHECK(wrong_string("\"x\\") ==
          "strata: file: byte 103: found the end of the header, expected one of \"\\/bfnrtu "
          "behind a backslash");
    CHECK(wrong_string("\"\\x41\"") ==
          "strata: file: byte 102: found 'x', expected one of \"\\/bfnrtu behind a "
          "backslash");
    CHECK(wrong_string("\"\\u12g4\"") ==
          "strata: file: byte 105: found 'g', expected four hexadecimal digits behind \\u");
    CHECK(wrong_string("\"\\u12") ==
          "strata: file: byte 105: found the end of the header, expected four hexadecimal digits behind \\u");
    CHECK(wrong_string("\"\\ude00\"") ==
          "strata: file: byte 101: found the second half of a surrogate pair, expected "
          "the first before it");
    CHECK(wrong_string("\"\\ud83d\"") ==
          "strata: file: byte 107: found '\"', expected the second half of a surrogate pair");
    CHECK(wrong_string("\"\\ud83d\\n\"") ==
          "strata: file: byte 107: found '\\', expected the second half of a surrogate pair");
    CHECK(wrong_string("\"\\ud83d\\u0041\"") ==
          "strata: file: byte 107: found another character, expected the second half of a surrogate pair");
    CHECK(wrong_string("\"a\nb\"") ==
          "strata: file: byte 102: found 0x0a, expected control characters as escapes");
    CHECK(wrong_string(std::string_view{"\"\0\"", 3}) ==
          "strata: file: byte 101: found 0x00, expected control characters as escapes");
    for (const char* text : {"\"\x80\"", "\"\xc0\x80\"", "\"\xed\xa0\x80\"", "\"\xf4\x90\x80\x80\"",
                             "\"\xff\"", "\"\xc3\"", "\"\xe2\x82\"", "\"\xf0\x9f\x98"}) {
        CAPTURE(text);
        CHECK(wrong_string(text).substr(0, 31) == "strata: file: byte 101: found 0");
        CHECK(wrong_string(text).ends_with(", expected valid UTF-8"));
    }
    CHECK(wrong_string("\"a\"b") ==
          "strata: file: byte 103: found 'b', expected nothing but spaces behind the object");
    CHECK(wrong_string("\"a\"\n") ==
          "strata: file: byte 103: found 0x0a, expected nothing but spaces behind the object");
}

TEST_CASE("whole numbers, up to the largest") {
    CHECK(integer_of("0") == 0);
    CHECK(integer_of(" 10 ") == 10);
    const std::size_t most = std::numeric_limits<std::size_t>::max();
    CHECK(integer_of(std::to_string(most)) == most);
}

TEST_CASE("numbers that are not whole, or written otherwise") {
    const std::string most = std::to_string(std::numeric_limits<std::size_t>::max());
    CHECK(wrong_integer("-1") == "strata: file: byte 100: found '-', expected a whole number, 0 or more");
    CHECK(wrong_integer("+1") == "strata: file: byte 100: found '+', expected a whole number, 0 or more");
    CHECK(wrong_integer("x") == "strata: file: byte 100: found 'x', expected a whole number, 0 or more");
    CHECK(wrong_integer("") ==
          "strata: file: byte 100: found the end of the header, expected a whole number, 0 or more");
    CHECK(wrong_integer("1.0") ==
          "strata: file: byte 101: found '.', expected a whole number without fraction and exponent");
    CHECK(wrong_integer("12e0") ==
          "strata: file: byte 102: found 'e', expected a whole number without fraction and exponent");
    CHECK(wrong_integer("1E2") ==
          "strata: file: byte 101: found 'E', expected a whole number without fraction and exponent");
    for (const char* text : {"00", "01", "0123"})
        CHECK(
            wrong_integer(text) ==
            "strata: file: byte 100: found a number that begins with 0, expected one without leading zeros");
    std::string above = most;
    ++above.back(); // no 9
    for (const std::string& text : {above, most + "0", std::string(10000, '9')})
        CHECK(wrong_integer(text) ==
              "strata: file: byte 100: found a larger number, expected at most " + most);
}

TEST_CASE("objects and arrays") {
    CHECK(object_of("{}") == "");
    CHECK(object_of(" { } ") == "");
    CHECK(object_of(R"({"b":[],"a":[1],"":[ 2 , 3 ]})") == "b=;a=1,;=2,3,;");
    CHECK(object_of("{\"a\"\n:\t[\r1]}") == "a=1,;");
}

TEST_CASE("objects and arrays that are none") {
    CHECK(wrong_object("[]") == "strata: file: byte 100: found '[', expected an object");
    CHECK(wrong_object("null") == "strata: file: byte 100: found 'n', expected an object");
    CHECK(wrong_object("{") == "strata: file: byte 101: found the end of the header, expected a key");
    CHECK(wrong_object("{a:[]}") == "strata: file: byte 101: found 'a', expected a key");
    CHECK(wrong_object("{\"a\"}") == "strata: file: byte 104: found '}', expected ':'");
    CHECK(wrong_object("{\"a\":1}") == "strata: file: byte 105: found '1', expected an array");
    CHECK(wrong_object("{\"a\":[[]]}") ==
          "strata: file: byte 106: found '[', expected a whole number, 0 or more");
    CHECK(wrong_object("{\"a\":[1,]}") ==
          "strata: file: byte 108: found ']', expected a whole number, 0 or more");
    CHECK(wrong_object("{\"a\":[1 2]}") == "strata: file: byte 108: found '2', expected ',' or ']'");
    CHECK(wrong_object("{\"a\":[1") ==
          "strata: file: byte 107: found the end of the header, expected ',' or ']'");
    CHECK(wrong_object("{\"a\":[],}") == "strata: file: byte 108: found '}', expected a key");
    CHECK(wrong_object("{\"a\":[] \"b\":[]}") == "strata: file: byte 108: found '\"', expected ',' or '}'");
    CHECK(wrong_object("{\"a\":[]") ==
          "strata: file: byte 107: found the end of the header, expected ',' or '}'");
    CHECK(wrong_object("{} {}") ==
          "strata: file: byte 103: found '{', expected nothing but spaces behind the object");
    CHECK(wrong_object("{/**/}") == "strata: file: byte 101: found '/', expected a key");
}

TEST_CASE("a key twice is refused, however it is written") {
    CHECK(
        wrong_object(R"({"a":[],"b":[],"a":[]})") ==
        "strata: file: byte 115: the key \"a\" again, which is at byte 101 already, expected each key once");
    CHECK(
        wrong_object(R"({"a":[], "\u0061":[]})") ==
        "strata: file: byte 109: the key \"a\" again, which is at byte 101 already, expected each key once");
}

TEST_CASE("messages name the tensor that they are about") {
    json_reader json = reader_of("x");
    const std::string name = "conv\n1";
    json.about(&name);
    CHECK(message_of<std::runtime_error>([&] { json.integer(); }) ==
          "strata: file: byte 100, in tensor \"conv\\n1\": found 'x', expected a whole number, 0 or more");
    json.about(nullptr);
    CHECK(message_of<std::runtime_error>([&] { json.integer(); }) ==
          "strata: file: byte 100: found 'x', expected a whole number, 0 or more");
}

} // namespace
