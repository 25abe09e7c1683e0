// UTF-8: what is a character and what is none, and JSON's strings.
#include "strata/io/utf8.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace {

using namespace strata::detail;

// The character that the bytes are by the definition alone: the shortest form, no surrogate, at most U+10FFFF.
bool is_character(std::string_view bytes) {
    const auto byte = [&](std::size_t i) {
        return static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i]));
    };
    std::uint32_t code = 0;
    const std::uint32_t first = byte(0);
    const std::size_t size = bytes.size();
    if (size == 1) return first < 0x80;
    if (size == 2 && first >> 5 == 6)
        code = first & 31;
    else if (size == 3 && first >> 4 == 14)
        code = first & 15;
    else if (size == 4 && first >> 3 == 30)
        code = first & 7;
    else
        return false;
    for (std::size_t i = 1; i < size; ++i) {
        if (byte(i) >> 6 != 2) return false;
        code = code << 6 | (byte(i) & 63);
    }
    const std::uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    return code >= least[size] && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
}

TEST_CASE("every sequence of two bytes and more is a character where the definition says so") {
    int wrong = 0;
    const int seconds[] = {0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xff};
    for (int first = 0; first < 256; ++first)
        for (const int second : seconds)
            for (const int third : seconds)
                for (const int fourth : seconds) {
                    const std::string bytes{static_cast<char>(first), static_cast<char>(second),
                                            static_cast<char>(third), static_cast<char>(fourth)};
                    std::size_t expected = 0;
                    for (std::size_t size = 1; size <= 4 && expected == 0; ++size)
                        if (is_character(std::string_view{bytes}.substr(0, size))) expected = size;
                    wrong += first_character(bytes) != expected;
                    // Cut off, it is none.
                    if (expected > 0)
                        wrong += first_character(std::string_view{bytes}.substr(0, expected - 1)) != 0;
                }
    CHECK(wrong == 0);
}

TEST_CASE("every character that is no surrogate is written as one") {
    int wrong = 0;
    for (std::uint32_t code = 0; code <= 0x10ffff; ++code) {
        if (code >= 0xd800 && code < 0xe000) continue;
        std::string text;
        append_utf8(text, code);
        wrong += !is_character(text) || first_character(text) != text.size();
    }
    CHECK(wrong == 0);
    std::string text;
    for (const char32_t code : U"a\u00e4\u20ac\U0001f600") append_utf8(text, code);
    CHECK(text == std::string{"a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\0", 11});
}

TEST_CASE("the first byte that is no UTF-8 is found") {
    CHECK(end_of_utf8("") == 0);
    CHECK(end_of_utf8("a\xc3\xa4") == 3);
    CHECK(end_of_utf8("a\xc3\xa4\x80z") == 3);
    CHECK(end_of_utf8("ab\xc3") == 2);
    CHECK(end_of_utf8("\xed\xa0\x80") == 0);
}

TEST_CASE("strings are escaped where JSON asks for it, and nowhere else") {
    std::string text{"x:"};
    append_json_string(text, std::string_view{"a\"b\\c/\b\f\n\r\t\0\x1f\x7f\xc3\xa4", 16});
    CHECK(text == "x:\"a\\\"b\\\\c/\\b\\f\\n\\r\\t\\u0000\\u001f\x7f\xc3\xa4\"");
}

TEST_CASE("names in messages are short and printable") {
    CHECK(quoted_name("a\nb") == "\"a\\nb\"");
    CHECK(quoted_name("a\xff\xc3") == "\"a??\"");
    CHECK(quoted_name(std::string(100, 'x')) == '"' + std::string(100, 'x') + '"');
    CHECK(quoted_name(std::string(101, 'x')) == '"' + std::string(100, 'x') + "...\"");
    // No character is cut through.
    CHECK(quoted_name(std::string(99, 'x') + "\xe2\x82\xac" + "y") ==
          '"' + std::string(99, 'x') + "\xe2\x82\xac" + "...\"");
}

} // namespace
