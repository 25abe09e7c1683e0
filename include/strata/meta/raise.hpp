// Where every error at run time is raised: no other header throws.
#pragma once

#include "strata/meta/macros_away.hpp"

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

} // namespace detail

} // namespace strata

#include "strata/meta/macros_back.hpp"
