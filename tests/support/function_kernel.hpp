// A function over many floats, by name. Includes nothing: units of different compiler flags share it.
#pragma once

#include <cstddef>

namespace functions {

struct kernel {
    const char* name;
    void (*run)(std::size_t count, const float* x, float* y);
};

} // namespace functions
