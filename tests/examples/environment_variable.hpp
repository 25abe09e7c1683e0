// An environment variable for the length of a test.
#pragma once

#include <cstdlib>
#include <optional>
#include <string>

namespace examples {

/// Sets a variable, or unsets it where `value` is nullptr, and puts it back.
class environment_variable {
public:
    environment_variable(const char* name, const char* value) : name_{name} {
        if (const char* old = std::getenv(name)) old_ = old;
        value != nullptr ? ::setenv(name, value, 1) : ::unsetenv(name);
    }
    ~environment_variable() { old_ ? ::setenv(name_, old_->c_str(), 1) : ::unsetenv(name_); }
    environment_variable(const environment_variable&) = delete;
    environment_variable& operator=(const environment_variable&) = delete;

private:
    const char* name_;
    std::optional<std::string> old_;
};

} // namespace examples
