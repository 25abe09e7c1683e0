// A real number as a template argument: dropout<0.3>, gaussian_noise<0.1>.
#pragma once

#include <string>

namespace strata {

/// A float known to the compiler. Two are the same template argument exactly when they are equal. (A class,
/// since Clang takes plain floats there only from version 18 on.)
struct number {
    float value;

    // NOLINTNEXTLINE(google-explicit-constructor): a literal is meant to become a number by itself.
    consteval number(double literal) : value{static_cast<float>(literal)} {}
};

/// "0.3", "2".
inline std::string to_string(number n) {
    std::string text = std::to_string(n.value);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
    return text;
}

} // namespace strata
