// Where every error at run time is raised: no other header throws.
#pragma once

#include "strata/meta/macros_away.hpp"

#include <exception>
#include <initializer_list>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#if !defined(STRATA_ERROR_HANDLER) && !defined(__cpp_exceptions)
#include <cstdio>
#include <cstdlib>
#endif

#if defined(STRATA_ERROR_HANDLER)
/// A program's own function for errors, named on the command line (-DSTRATA_ERROR_HANDLER=my_handler, in all units). It
/// is called in place of every throw, with exceptions or without, and must not return: it ends the program, jumps, or
/// throws something of its own. `type` is what would have been thrown ("std::invalid_argument"), `message` what it
/// would have said; both end with the call. It lies in no namespace.
[[noreturn]] void STRATA_ERROR_HANDLER(const char* type, const char* message);
#endif

namespace strata::inline STRATA_TARGET {

namespace detail {

template <class Error>
constexpr const char* name_of_error() {
    if constexpr (std::is_same_v<Error, std::invalid_argument>)
        return "std::invalid_argument";
    else if constexpr (std::is_same_v<Error, std::length_error>)
        return "std::length_error";
    else if constexpr (std::is_same_v<Error, std::out_of_range>)
        return "std::out_of_range";
    else if constexpr (std::is_same_v<Error, std::logic_error>)
        return "std::logic_error";
    else if constexpr (std::is_same_v<Error, std::bad_alloc>)
        return "std::bad_alloc";
    else {
        static_assert(std::is_same_v<Error, std::runtime_error>);
        return "std::runtime_error";
    }
}

/// A piece of a message: a string, a number, or whatever to_string takes. It refers to what it is made from, and is small:
/// what an error says costs its place little code, and compilers little time.
class text_piece {
public:
    // NOLINTBEGIN(google-explicit-constructor): a list of pieces is written like a sum of strings.
    constexpr text_piece(const char* text) : text_{text} {}
    constexpr text_piece(std::string_view text) : text_{text} {}
    text_piece(const std::string& text) : text_{text} {}
    template <class T>
    requires(!std::is_convertible_v<const T&, std::string_view>)
    constexpr text_piece(const T& what) : what_{&what}, append_{&append_text_of<T>} {}
    // NOLINTEND(google-explicit-constructor)

    void append_to(std::string& text) const {
        if (append_ == nullptr)
            text.append(text_);
        else
            append_(text, what_);
    }

private:
    template <class T>
    [[gnu::cold, gnu::noinline]] static void append_text_of(std::string& text, const void* what) {
        using std::to_string; // of numbers; others are found where they live
        text.append(to_string(*static_cast<const T*>(what)));
    }

    std::string_view text_;
    const void* what_ = nullptr;
    void (*append_)(std::string&, const void*) = nullptr;
};

/// The pieces, one after the other.
[[gnu::cold, gnu::noinline]] inline std::string text_of(std::initializer_list<text_piece> pieces) {
    std::string text;
    for (const text_piece& piece : pieces) piece.append_to(text);
    return text;
}

/// Throws Error{"strata: " + text}; a std::bad_alloc has no text of ours. Where STRATA_ERROR_HANDLER names a function,
/// that is called instead; else without exceptions (-fno-exceptions) the message goes to stderr, and the program
/// ends by std::abort.
template <class Error>
[[noreturn, gnu::cold, gnu::noinline]] void raise(std::string_view text) {
#if !defined(STRATA_ERROR_HANDLER) && defined(__cpp_exceptions)
    if constexpr (std::is_constructible_v<Error, std::string>)
        throw Error{std::string{"strata: "}.append(text)};
    else
        throw Error{};
#else
    const std::string message = std::string{"strata: "}.append(text);
#if defined(STRATA_ERROR_HANDLER)
    ::STRATA_ERROR_HANDLER(name_of_error<Error>(), message.c_str());
#else
    std::fprintf(stderr, "%s: %s\n", name_of_error<Error>(), message.c_str());
    std::abort();
#endif
#endif
}

template <class Error>
[[noreturn, gnu::cold, gnu::noinline]] void raise(std::initializer_list<text_piece> pieces) {
    raise<Error>(std::string_view{text_of(pieces)});
}

/// Throws an Error, which is a std::runtime_error, with more than a text. Where errors do not throw, the text alone is
/// handed over.
template <class Error, class More>
[[noreturn, gnu::cold, gnu::noinline]] void raise_with(std::string_view text, const More& more) {
#if !defined(STRATA_ERROR_HANDLER) && defined(__cpp_exceptions)
    throw Error{std::string{"strata: "}.append(text), more};
#else
    (void)more;
    raise<std::runtime_error>(text);
#endif
}

/// An error that is kept until it can be thrown where somebody waits for it: a thread's, at its caller's.
class captured_error {
public:
    /// Calls f, and keeps what it throws.
    template <class Function>
    void capture(Function&& f) noexcept {
#if defined(__cpp_exceptions)
        try {
            f();
        } catch (...) {
            error_ = std::current_exception();
        }
#else
        f();
#endif
    }
    explicit operator bool() const { return error_ != nullptr; }
    [[noreturn, gnu::cold, gnu::noinline]] void rethrow() const { std::rethrow_exception(error_); }

private:
    std::exception_ptr error_;
};

} // namespace detail

} // namespace strata

#include "strata/meta/macros_back.hpp"
