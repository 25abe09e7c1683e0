// The part of JSON that headers of files are written in, read strictly: objects, arrays, strings and whole numbers.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/io/utf8.hpp"
#include "strata/meta/raise.hpp"

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace strata::inline STRATA_TARGET::detail {

/// Reads a JSON text from first to last; its caller says at each place what is to come, so that nothing is nested
/// deeper than the caller asks for. No key twice in an object, strings of valid UTF-8, numbers without sign,
/// fraction, exponent or leading zeros. Errors are std::runtime_error: "file: byte 23, in tensor "a": found '-',
/// expected a whole number", bytes counted from the file's first.
class json_reader {
public:
    /// The text begins with byte `first_byte` of `file`; both are read later on.
    json_reader(const std::string& file, std::string_view text, std::size_t first_byte)
        : file_{&file}, text_{text}, first_byte_{first_byte} {}

    /// The tensor that messages name from now on, or null.
    void about(const std::string* tensor) { tensor_ = tensor; }

    /// Calls member(key) for each key of an object, which reads the value.
    template <class Member>
    void object(std::string_view what, const Member& member) {
        take('{', what);
        if (took('}')) return;
        std::map<std::string, std::size_t> keys;
        do {
            std::string key = string("a key");
            const auto [known, is_new] = keys.try_emplace(std::move(key), last_);
            if (!is_new)
                fail(last_, {"the key ", quoted_name(known->first), " again, which is at byte ",
                             first_byte_ + known->second, " already, expected each key once"});
            take(':', "':'");
            member(known->first);
        } while (took(','));
        take('}', "',' or '}'");
    }

    /// Calls element() for each element of an array, which reads it.
    template <class Element>
    void array(std::string_view what, const Element& element) {
        take('[', what);
        if (took(']')) return;
        do {
            element();
        } while (took(','));
        take(']', "',' or ']'");
    }

    /// A string, its escapes resolved.
    std::string string(std::string_view what) {
        take('"', what);
        last_ = at_ - 1;
        std::string result;
        for (;;) {
            const std::size_t size = first_character(text_.substr(at_));
            if (at_ == text_.size()) fail_here("'\"' at the end of a string");
            if (size == 0) fail_here("valid UTF-8");
            const char c = text_[at_];
            if (static_cast<unsigned char>(c) < 0x20) fail_here("control characters as escapes");
            if (c == '\\') {
                escape(result);
                continue;
            }
            at_ += size;
            if (c == '"') return result;
            result.append(text_, at_ - size, size);
        }
    }

    /// A whole number that fits into std::size_t.
    std::size_t integer() {
        constexpr std::size_t most = std::numeric_limits<std::size_t>::max();
        skip_space();
        const std::size_t start = last_ = at_;
        std::size_t number = 0;
        for (; at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9'; ++at_) {
            const auto digit = static_cast<std::size_t>(text_[at_] - '0');
            if (at_ > start && text_[start] == '0')
                fail(start, {"found a number that begins with 0, expected one without leading zeros"});
            if (number > (most - digit) / 10) fail(start, {"found a larger number, expected at most ", most});
            number = 10 * number + digit;
        }
        if (at_ == start) fail_here("a whole number, 0 or more");
        if (at_ < text_.size() && (text_[at_] == '.' || text_[at_] == 'e' || text_[at_] == 'E'))
            fail_here("a whole number without fraction and exponent");
        return number;
    }

    /// Nothing but spaces up to the end of the text.
    void end() {
        while (at_ < text_.size() && text_[at_] == ' ') ++at_;
        if (at_ < text_.size()) fail_here("nothing but spaces behind the object");
    }

    /// Whether the text goes on with this character, with no space before.
    [[nodiscard]] bool at(char c) const { return at_ < text_.size() && text_[at_] == c; }

    /// Where the string or number lies that was read last, and where reading goes on, as bytes of the text.
    [[nodiscard]] std::size_t last() const { return last_; }
    [[nodiscard]] std::size_t next() const { return at_; }

    /// What was found at this place, and that something else was expected.
    [[noreturn, gnu::cold, gnu::noinline]] void fail_here(std::string_view expected) const {
        std::string found{"the end of the header"};
        if (at_ < text_.size()) {
            constexpr char digits[] = "0123456789abcdef";
            const auto byte = static_cast<unsigned char>(text_[at_]);
            found = byte >= 0x20 && byte < 0x7f ? std::string{'\'', text_[at_], '\''}
                                                : std::string{'0', 'x', digits[byte >> 4], digits[byte & 15]};
        }
        fail(at_, {"found ", found, ", expected ", expected});
    }

    [[noreturn, gnu::cold, gnu::noinline]] void fail(std::size_t at,
                                                     std::initializer_list<text_piece> what) const {
        const std::string place =
            tensor_ == nullptr ? std::string{} : text_of({", in tensor ", quoted_name(*tensor_)});
        raise<std::runtime_error>({*file_, ": byte ", first_byte_ + at, place, ": ", text_of(what)});
    }

private:
    void skip_space() {
        while (at_ < text_.size() && std::string_view{" \t\n\r"}.find(text_[at_]) != std::string_view::npos)
            ++at_;
    }

    bool took(char c) {
        skip_space();
        if (!at(c)) return false;
        ++at_;
        return true;
    }

    void take(char c, std::string_view what) {
        if (!took(c)) fail_here(what);
    }

    // What a backslash begins.
    void escape(std::string& to) {
        const std::size_t start = at_++;
        if (at('u')) {
            std::uint32_t character = four_digits();
            if (character >= 0xdc00 && character < 0xe000)
                fail(start, {"found the second half of a surrogate pair, expected the first before it"});
            if (character >= 0xd800 && character < 0xdc00) {
                if (text_.substr(at_, 2) != "\\u") fail_here("the second half of a surrogate pair");
                const std::size_t second = at_++;
                const std::uint32_t low = four_digits();
                if (low < 0xdc00 || low >= 0xe000)
                    fail(second, {"found another character, expected the second half of a surrogate pair"});
                character = 0x10000 + ((character - 0xd800) << 10) + (low - 0xdc00);
            }
            append_utf8(to, character);
            return;
        }
        constexpr std::string_view written = "\"\\/bfnrt", meant = "\"\\/\b\f\n\r\t";
        const std::size_t which = at_ < text_.size() ? written.find(text_[at_]) : std::string_view::npos;
        if (which == std::string_view::npos) fail_here("one of \"\\/bfnrtu behind a backslash");
        to.push_back(meant[which]);
        ++at_;
    }

    // The four hexadecimal digits behind a u.
    std::uint32_t four_digits() {
        std::uint32_t number = 0;
        ++at_;
        for (int i = 0; i < 4; ++i, ++at_) {
            const char c = at_ < text_.size() ? text_[at_] : '\0';
            const int digit = c >= '0' && c <= '9'   ? c - '0'
                              : c >= 'a' && c <= 'f' ? c - 'a' + 10
                              : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                                     : -1;
            if (digit < 0) fail_here("four hexadecimal digits behind \\u");
            number = number << 4 | static_cast<std::uint32_t>(digit);
        }
        return number;
    }

    const std::string* file_;
    const std::string* tensor_ = nullptr;
    std::string_view text_;
    std::size_t first_byte_;
    std::size_t last_ = 0;
    std::size_t at_ = 0;
};

} // namespace strata::detail

#include "strata/meta/macros_back.hpp"
