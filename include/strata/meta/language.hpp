// What Strata asks of the compiler. Every header includes it before anything else, so that a compiler which lacks
// it stops with one sentence, not after hundreds of errors.
#pragma once

// Each include names no file on purpose: that alone ends a compilation, where after #error it goes on.
#if defined(__apple_build_version__) && __clang_major__ < 15
#error "strata needs Apple Clang 15, Clang 16 or GCC 12, or a newer one"
#include <strata needs a newer compiler>
#elif defined(__clang__) && !defined(__apple_build_version__) && __clang_major__ < 16
#error "strata needs Clang 16 or GCC 12, or a newer one"
#include <strata needs a newer compiler>
#elif !defined(__clang__) && defined(__GNUC__) && __GNUC__ < 12
#error "strata needs GCC 12 or Clang 16, or a newer one"
#include <strata needs a newer compiler>
#elif !defined(__GNUC__)
#error "strata needs GCC 12 or Clang 16, or a newer one; on Windows clang++ or g++ instead of cl"
#include <strata needs another compiler>
#elif __cplusplus < 202002L
#error "strata is written in C++20: add -std=c++20 to the compiler's command line"
#include <strata needs -std=c++20>
#endif

// Kernels are functions of their own. GCC would copy one for each set of arguments that it knows while compiling, which
// takes as long again and wins nothing, but for activations and pooling, which stay [[gnu::noinline]]; Clang does not know
// the attribute.
#if defined(__clang__)
#define STRATA_NOINLINE [[gnu::noinline]]
#else
#define STRATA_NOINLINE [[gnu::noinline, gnu::noclone]]
#endif

// Functions whose loops have to be unrolled, so that their sums stay in registers: at -Og and -O1 GCC leaves loops as they
// are, at -O0 this does not help either. They are vectors already: at -O3 GCC would double their loops for strides of 1, and
// look for more vectors, which takes a third of its time for them and finds nothing.
#if defined(__clang__)
#define STRATA_UNROLLED
#else
#define STRATA_UNROLLED [[gnu::optimize("O2", "no-tree-vectorize")]]
#endif
