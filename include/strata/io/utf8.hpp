// Text in files: UTF-8, and how JSON writes it in quotation marks.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/meta/language.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace strata::inline STRATA_TARGET::detail {

/// How many bytes the first character has, 1 to 4. 0 where the text does not begin with one: overlong forms,
/// surrogates, more than U+10FFFF, a character cut off, no text.
constexpr std::size_t first_character(std::string_view text) {
    const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    if (text.empty()) return 0;
    const unsigned first = byte(0);
    if (first < 0x80) return 1;
    if (first < 0xc2 || first > 0xf4) return 0;
    const std::size_t size = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (text.size() < size) return 0;
    // What the second byte may be leaves out overlong forms, surrogates and what lies beyond U+10FFFF.
    const unsigned least = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    const unsigned most = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    if (byte(1) < least || byte(1) > most) return 0;
    for (std::size_t i = 2; i < size; ++i)
        if ((byte(i) & 0xc0u) != 0x80) return 0;
    return size;
}

/// The first byte that is not part of a character, or text.size() if there is none.
constexpr std::size_t end_of_utf8(std::string_view text) {
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t size = first_character(text.substr(at));
        if (size == 0) break;
        at += size;
    }
    return at;
}

/// Appends a character, which is no surrogate.
inline void append_utf8(std::string& text, std::uint32_t character) {
    const auto append = [&text](std::uint32_t byte) { text.push_back(static_cast<char>(byte)); };
    if (character < 0x80) {
        append(character);
        return;
    }
    if (character < 0x800) {
        append(0xc0 | character >> 6);
    } else {
        if (character < 0x10000) {
            append(0xe0 | character >> 12);
        } else {
            append(0xf0 | character >> 18);
            append(0x80 | (character >> 12 & 0x3f));
        }
        append(0x80 | (character >> 6 & 0x3f));
    }
    append(0x80 | (character & 0x3f));
}

/// Appends text as a JSON string, quotation marks included. Bytes that are no UTF-8 stay as they are.
inline void append_json_string(std::string& to, std::string_view text) {
    constexpr char digits[] = "0123456789abcdef";
    to.push_back('"');
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const char after_backslash = c == '"' || c == '\\' ? c
                                     : c == '\b'           ? 'b'
                                     : c == '\f'           ? 'f'
                                     : c == '\n'           ? 'n'
                                     : c == '\r'           ? 'r'
                                     : c == '\t'           ? 't'
                                                           : '\0';
        if (after_backslash != '\0') {
            to.push_back('\\');
            to.push_back(after_backslash);
        } else if (byte < 0x20) {
            to.append("\\u00");
            to.push_back(digits[byte >> 4]);
            to.push_back(digits[byte & 15]);
        } else {
            to.push_back(c);
        }
    }
    to.push_back('"');
}

/// A name from a file or a program as messages show it: in quotation marks, escaped, its first bytes if it is long, and
/// "?" for bytes that are no UTF-8.
[[gnu::cold, gnu::noinline]] inline std::string quoted_name(std::string_view name) {
    constexpr std::size_t most_bytes = 100;
    std::string text;
    while (!name.empty() && text.size() < most_bytes) {
        const std::size_t size = first_character(name);
        text.append(size == 0 ? std::string_view{"?"} : name.substr(0, size));
        name.remove_prefix(size == 0 ? 1 : size);
    }
    if (!name.empty()) text.append("...");
    std::string result;
    append_json_string(result, text);
    return result;
}

} // namespace strata::detail

#include "strata/meta/macros_back.hpp"
