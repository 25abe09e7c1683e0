// Which library a program measures: what it tells the record beside its figures.
#pragma once

#include <benchmark/benchmark.h>

#include <string>

namespace bench {

/// Before main(): `static const bench::library_version version{"1.2.3"};`.
struct library_version {
    explicit library_version(const std::string& text) {
        benchmark::AddCustomContext("library_version", text);
    }
};

} // namespace bench
