// A function kept by value: std::function without <functional>, which takes compilers as long as half of core.hpp.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/meta/language.hpp"
#include "strata/meta/target.hpp"

#include <concepts>
#include <cstddef>
#include <type_traits>
#include <utility>

namespace strata::inline STRATA_TARGET::detail {

/// Whether it can be made of a null pointer and compared with one: function pointers, std::function. (What std::bind returns
/// may be made of one, but not be compared.)
template <class Function>
concept may_be_null = std::is_constructible_v<Function, std::nullptr_t> && requires(const Function& f) {
    { f == nullptr } -> std::convertible_to<bool>;
};

/// Whether f is a null pointer, or a std::function without a function.
template <class Function>
bool is_null([[maybe_unused]] const Function& f) {
    if constexpr (may_be_null<Function>)
        return bool(f == nullptr);
    else
        return false;
}

template <class Signature>
class function;

/// Anything that is called with Arguments and returns a Result, or nothing. Copies have copies of what it holds.
template <class Result, class... Arguments>
class function<Result(Arguments...)> {
public:
    function() = default;
    function(std::nullptr_t) {} // NOLINT(google-explicit-constructor): as std::function has it

    template <class Held>
    requires(!std::is_same_v<std::remove_cvref_t<Held>, function> &&
             std::is_invocable_r_v<Result, std::decay_t<Held>&, Arguments...>)
    function(Held&& f) { // NOLINT(google-explicit-constructor): it is one
        using held = std::decay_t<Held>;
        if (is_null<held>(f)) return;
        held_ = new held(std::forward<Held>(f));
        call_ = [](void* at, Arguments... arguments) -> Result {
            return (*static_cast<held*>(at))(std::forward<Arguments>(arguments)...);
        };
        copy_ = [](const void* at) -> void* { return new held(*static_cast<const held*>(at)); };
        destroy_ = [](void* at) { delete static_cast<held*>(at); };
    }

    function(const function& other)
        : held_{other.held_ != nullptr ? other.copy_(other.held_) : nullptr},
          call_{other.call_},
          copy_{other.copy_},
          destroy_{other.destroy_} {}
    function(function&& other) noexcept
        : held_{std::exchange(other.held_, nullptr)},
          call_{other.call_},
          copy_{other.copy_},
          destroy_{other.destroy_} {}
    function& operator=(function other) noexcept {
        std::swap(held_, other.held_);
        std::swap(call_, other.call_);
        std::swap(copy_, other.copy_);
        std::swap(destroy_, other.destroy_);
        return *this;
    }
    ~function() {
        if (held_ != nullptr) destroy_(held_);
    }

    explicit operator bool() const { return held_ != nullptr; }
    Result operator()(Arguments... arguments) const {
        return call_(held_, std::forward<Arguments>(arguments)...);
    }

private:
    void* held_ = nullptr;
    Result (*call_)(void*, Arguments...) = nullptr;
    void* (*copy_)(const void*) = nullptr;
    void (*destroy_)(void*) = nullptr;
};

} // namespace strata::detail

#include "strata/meta/macros_back.hpp"
