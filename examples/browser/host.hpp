// What the module asks of whoever runs it: JavaScript (page/module.js), or a native program (tests/browser/native.cpp).
#pragma once

#include <cstddef>

extern "C" {

/// Ends the call that is under way with an error. `type` is a C++ exception's name.
[[noreturn, clang::import_module("host"), clang::import_name("raise")]] void host_raise(const char* type,
                                                                                        const char* message);

/// Takes the mean loss of the batch that was just trained on. Batches count from 1.
[[clang::import_module("host"), clang::import_name("report")]] void
host_report(std::size_t batch, std::size_t batches, float loss);
}
