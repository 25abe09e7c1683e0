// The main of every test program, from doctest.
#ifdef __wasi__
#include <ios>
#include <istream>

/// doctest writes to a file if it is asked to. libc++ for WASI has none.
template <>
class std::basic_fstream<char> : public std::iostream {
public:
    basic_fstream() : std::iostream{nullptr} {}
    void open(const char* /*name*/, std::ios_base::openmode /*mode*/) {}
    [[nodiscard]] bool is_open() const { return false; }
    void close() {}
};
#endif
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>
